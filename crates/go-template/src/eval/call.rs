//! Function calls.

use super::expr::Piped;
use super::{Evaluator, Exec, Frame};
use crate::ast::{Command, Expr, ExprKind};
use crate::function::{Args, Flow, Function, Param};
use crate::{Data, ErrorKind, ExecError, Failure, Span, Trace, Value};

impl Evaluator<'_> {
    pub(super) fn function(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        name: &str,
        command: &Command,
        piped: Piped,
    ) -> Exec<Value> {
        let call = Call {
            name,
            span: command.span,
            args: &command.args,
        };
        self.call(frame, dot, &call, piped)
    }

    /// A function without arguments, where a value is wanted.
    pub(super) fn bare_function(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        name: &str,
        span: Span,
    ) -> Exec<Value> {
        let args = &[];
        self.call(frame, dot, &Call { name, span, args }, None)
    }

    fn call(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        call: &Call<'_>,
        piped: Piped,
    ) -> Exec<Value> {
        let Some(function) = self.functions.get(call.name).copied() else {
            return Err(self.unknown_function(frame, call));
        };
        let given = call.args.len() + usize::from(piped.is_some());
        let needed = function.params.len();
        if given < needed || (given > needed && function.rest.is_none()) {
            let failure = wrong_number(&function, given);
            return Err(self.fail(frame, call.span, failure));
        }
        if let Flow::And | Flow::Or = function.flow {
            return self.short_circuit(frame, dot, call, piped, function.flow);
        }
        let mut values = Vec::with_capacity(given);
        for (index, arg) in call.args.iter().enumerate() {
            let param = function.param(index).unwrap_or(Param::Any);
            values.push(self.argument(frame, dot, &function, index, param, arg)?);
        }
        if let Some((value, span)) = piped {
            let param = function.param(values.len()).unwrap_or(Param::Any);
            let value = param.stand_in(value);
            let nil = value.is_nil();
            let (what, tag) = (value.describe(), value.trace.tag);
            match param.accept(value) {
                Some(value) => values.push(value),
                None => {
                    let failure = mismatch(&function, values.len(), param, what, nil);
                    let mut error = self.fail(frame, span, failure);
                    error.tag = error.tag.or(tag);
                    return Err(error);
                }
            }
        }
        self.apply(&function, &values)
            .map_err(|failure| self.fail(frame, call.span, failure))
    }

    /// Runs a function on arguments that are checked.
    fn apply(&mut self, function: &Function, values: &[Value]) -> Result<Value, Failure> {
        self.spend_call(values)?;
        let is_collection = |value: &&Value| matches!(value.data, Data::Map(_) | Data::List(_));
        if values.iter().any(|value| is_collection(&value)) && function.consumes() {
            for value in values.iter().filter(is_collection) {
                self.budget.walk(value)?;
                self.host.consume(value);
            }
        }
        let mut value = (function.run)(self, Args(values))?;
        if !values.iter().any(|given| is_same_text(given, &value)) {
            self.budget.spend_made(&value)?;
        }
        if function.flow == Flow::Computes && value.origin().is_unknown() {
            let last = |all: Trace, arg: &Value| arg.origin().or(all);
            let trace = values.iter().fold(Trace::default(), last);
            // A number or text that is computed is not the caller's own value any more.
            value = match value.data {
                // No bytes of it could tell.
                Data::Str(text) if text.is_empty() && trace.open => {
                    Value::text(text).traced(Trace::OPEN)
                }
                Data::Str(text) if !trace.is_unknown() => made(&text, trace).into(),
                _ => value.traced(trace),
            };
        }
        Ok(value)
    }

    /// Spends what it takes to call something with these arguments, all of whose texts may be
    /// looked at.
    pub(super) fn spend_call(&mut self, values: &[Value]) -> Result<(), Failure> {
        self.budget.spend(1)?;
        let length = |value: &Value| match &value.data {
            Data::Str(text) | Data::Bytes(text) => text.len(),
            _ => 0,
        };
        self.budget.touch(values.iter().map(length).sum())
    }

    /// Calls a function by name from within another one.
    ///
    /// # Errors
    /// There is no such function, it does not take these arguments, or it fails.
    pub fn call_function(&mut self, name: &str, values: &[Value]) -> Result<Value, Failure> {
        let Some(function) = self.functions.get(name).copied() else {
            let message = format!("there is no function `{name}`");
            return Err(Failure::new(ErrorKind::UnknownFunction, message));
        };
        let (given, needed) = (values.len(), function.params.len());
        if given < needed || (given > needed && function.rest.is_none()) {
            return Err(wrong_number(&function, given));
        }
        let mut checked = Vec::with_capacity(given);
        for (index, value) in values.iter().enumerate() {
            let param = function.param(index).unwrap_or(Param::Any);
            match param.accept(value.clone()) {
                Some(value) => checked.push(value),
                None => {
                    let (what, nil) = (value.describe(), value.is_nil());
                    return Err(mismatch(&function, index, param, what, nil));
                }
            }
        }
        self.apply(&function, &checked)
    }

    fn short_circuit(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        call: &Call<'_>,
        piped: Piped,
        flow: Flow,
    ) -> Exec<Value> {
        let mut value = Value::NIL;
        for arg in call.args {
            value = self.operand(frame, dot, arg)?;
            if value.truth() == (flow == Flow::Or) {
                return Ok(value);
            }
        }
        Ok(piped.map_or(value, |(piped, _)| piped))
    }

    fn argument(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        function: &Function,
        index: usize,
        param: Param,
        arg: &Expr,
    ) -> Exec<Value> {
        let literal = match (&arg.kind, param) {
            // Go gives a literal the type that is wanted, if it can hold it.
            (ExprKind::Number(number), Param::Int) => number.int.map(Value::from),
            (ExprKind::Number(number), Param::Float) => Some(Value::from(number.float)),
            _ => None,
        };
        if let Some(value) = literal {
            return Ok(value);
        }
        let value = param.stand_in(self.operand(frame, dot, arg)?);
        let nil = value.is_nil();
        let (what, tag) = (value.describe(), value.trace.tag);
        match param.accept(value) {
            Some(value) => Ok(value),
            None => {
                let failure = mismatch(function, index, param, what, nil);
                let mut error = self.fail(frame, arg.span, failure);
                error.tag = error.tag.or(tag);
                Err(error)
            }
        }
    }

    fn unknown_function(&self, frame: &Frame<'_>, call: &Call<'_>) -> Box<ExecError> {
        let name = call.name;
        let message = format!("there is no function `{name}`");
        let failure = Failure::new(ErrorKind::UnknownFunction, message);
        let failure = match suggest::nearest(name, self.functions.names()) {
            Some(like) => failure.help(format!("did you mean `{like}`?")),
            None => failure,
        };
        self.fail(frame, call.span, failure)
    }
}

/// A call as it is written.
struct Call<'e> {
    name: &'e str,
    span: Span,
    args: &'e [Expr],
}

/// Whether a text was handed on as it is.
fn is_same_text(given: &Value, value: &Value) -> bool {
    match (&given.data, &value.data) {
        (Data::Str(given), Data::Str(text)) => given.is_shared_with(text),
        _ => false,
    }
}

/// The text as one that was made from something.
fn made(text: &crate::Text, trace: Trace) -> crate::Text {
    let mut built = crate::TextBuilder::new(usize::MAX);
    built.push_made(text.bytes(), trace);
    built.finish().unwrap_or_else(|_| text.clone())
}

fn wrong_number(function: &Function, given: usize) -> Failure {
    let needed = function.params.len();
    let least = if function.rest.is_some() {
        "at least "
    } else {
        ""
    };
    let s = if needed == 1 { "" } else { "s" };
    let message = format!(
        "`{}` takes {least}{needed} argument{s}, but {given} {} given",
        function.name,
        if given == 1 { "is" } else { "are" },
    );
    Failure::new(ErrorKind::Arguments, message)
}

fn mismatch(function: &Function, index: usize, param: Param, what: &str, nil: bool) -> Failure {
    let name = function.name;
    let wants = param.describe();
    let number = index + 1;
    if nil {
        let message = format!("this is not set, but `{name}` expects {wants} as argument {number}");
        return Failure::new(ErrorKind::NotSet, message)
            .help("set it, or give it a value with `default`");
    }
    let message = format!("`{name}` expects {wants} as argument {number}, but this is {what}");
    let failure = Failure::wrong_type(message);
    match param.conversion() {
        Some(convert) => failure.help(format!("convert it with `{convert}`")),
        None => failure,
    }
}
