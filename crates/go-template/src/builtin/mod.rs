//! Go's own functions.

mod compare;
mod escape;
mod index;

use crate::format::{printf, sprint};
use crate::function::{Args, Flow, Function, Param};
use crate::{ErrorKind, Evaluator, Failure, Value};

const ANY: Param = Param::Any;

/// Go's own functions.
pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new("and", &[ANY], unevaluated)
        .rest(ANY)
        .flow(Flow::And),
    Function::new("or", &[ANY], unevaluated)
        .rest(ANY)
        .flow(Flow::Or),
    Function::new(
        "not",
        &[ANY],
        |_, args| Ok((!args.value(0)?.truth()).into()),
    ),
    Function::new("call", &[ANY], call).rest(ANY),
    Function::new("eq", &[ANY], compare::eq).rest(ANY),
    Function::new("ne", &[ANY, ANY], compare::ne),
    Function::new("lt", &[ANY, ANY], compare::lt),
    Function::new("le", &[ANY, ANY], compare::le),
    Function::new("gt", &[ANY, ANY], compare::gt),
    Function::new("ge", &[ANY, ANY], compare::ge),
    Function::new("index", &[ANY], index::index)
        .rest(ANY)
        .selects(),
    Function::new("slice", &[ANY], index::slice)
        .rest(ANY)
        .selects(),
    Function::new("len", &[ANY], index::len),
    Function::new("print", &[], print).rest(ANY),
    Function::new("printf", &[Param::Str], format).rest(ANY),
    Function::new("println", &[], println).rest(ANY),
    Function::new("html", &[], escape::html).rest(ANY),
    Function::new("js", &[], escape::js).rest(ANY),
    Function::new("urlquery", &[], escape::urlquery).rest(ANY),
];

/// `and` and `or` choose among arguments before they are evaluated, so nothing is left to run.
fn unevaluated(_: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    Ok(args.value(args.len().saturating_sub(1))?.clone())
}

fn call(_: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let what = args.value(0)?.describe();
    let message = format!("`call` expects a function, but this is {what}");
    Err(Failure::new(ErrorKind::WrongType, message))
}

fn print(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let mut out = evaluator.builder();
    sprint(evaluator.budget(), args.0, &mut out)?;
    Ok(out.finish()?.into())
}

fn println(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let mut out = evaluator.builder();
    for (index, value) in args.0.iter().enumerate() {
        if index > 0 {
            out.push(b" ");
        }
        crate::format::display(evaluator.budget(), value, &mut out)?;
    }
    out.push(b"\n");
    Ok(out.finish()?.into())
}

fn format(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let mut out = evaluator.builder();
    printf(evaluator.budget(), args.view(0)?, args.from(1), &mut out)?;
    Ok(out.finish()?.into())
}
