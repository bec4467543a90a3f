//! Defaults and choices.

use super::{ANY, Out, STR};
use crate::function::{Args, Function, Param};
use crate::{Data, ErrorKind, Evaluator, Failure, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("default", &[ANY], default)
        .rest(ANY)
        .selects(),
    Function::new("empty", &[ANY], |_, args| {
        Ok(is_empty(args.value(0)?).into())
    }),
    Function::new("coalesce", &[], coalesce).rest(ANY).selects(),
    Function::new("all", &[], |_, args| {
        Ok((!args.0.iter().any(is_empty)).into())
    })
    .rest(ANY),
    Function::new("any", &[], |_, args| {
        Ok((!args.0.iter().all(is_empty)).into())
    })
    .rest(ANY),
    Function::new("ternary", &[ANY, ANY, Param::Bool], |_, args| {
        Ok(args.value(usize::from(!args.bool(2)?))?.clone())
    })
    .selects(),
    Function::new("fail", &[STR], fail),
];

/// Whether Sprig takes it for not given: nil, zero, false or of no length.
pub(super) fn is_empty(value: &Value) -> bool {
    !value.truth() && !is_struct(value)
}

/// Whether it is an object, which is never empty unless it is a list or map.
pub(super) fn is_struct(value: &Value) -> bool {
    match &value.data {
        Data::Object(object) => object.as_list().is_none() && object.as_map().is_none(),
        _ => false,
    }
}

fn default(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    match args.from(1).first() {
        Some(given) if !is_empty(given) => Ok(given.clone()),
        _ => Ok(args.value(0)?.clone()),
    }
}

fn coalesce(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let full = args.0.iter().find(|value| !is_empty(value));
    Ok(full.cloned().unwrap_or_default().into_entry())
}

fn fail(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Err(Failure::new(ErrorKind::Refused, args.str(0)?))
}
