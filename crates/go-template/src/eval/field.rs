//! Fields, keys and methods.

use super::expr::Piped;
use super::{Evaluator, Exec, Frame, MissingKey};
use crate::ast::{Expr, Name};
use crate::{Data, ErrorKind, Failure, MapType, Span, Value};

impl Evaluator<'_> {
    /// Goes from a value through fields. Arguments, if any, are for a method at the end.
    pub(super) fn fields(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        start: Value,
        (expr, names): (&Expr, &[Name]),
        args: &[Expr],
        piped: Piped,
    ) -> Exec<Value> {
        let Some((last, inner)) = names.split_last() else {
            return Ok(start);
        };
        let mut value = start;
        let mut before = None;
        for name in inner {
            let owner = value;
            value = match self.field(&owner, name, &[], false) {
                Ok(value) => value,
                Err(failure) => {
                    return Err(self.bad_field(frame, expr, name, &owner, before, failure));
                }
            };
            before = Some((owner, name));
        }
        let takes = !args.is_empty() || piped.is_some();
        let mut values = Vec::new();
        if takes {
            for arg in args {
                values.push(self.operand(frame, dot, arg)?.into_result());
            }
            values.extend(piped.map(|(value, _)| value));
        }
        match self.field(&value, last, &values, takes) {
            Ok(found) => Ok(found),
            Err(failure) => Err(self.bad_field(frame, expr, last, &value, before, failure)),
        }
    }

    fn field(
        &mut self,
        owner: &Value,
        name: &Name,
        args: &[Value],
        takes: bool,
    ) -> Result<Value, Failure> {
        let key = &*name.text;
        self.budget.spend(1)?;
        if owner.is_open() {
            return Ok(owner.clone());
        }
        match &owner.data {
            Data::Nil if self.options.missing_key != MissingKey::Error => return Ok(Value::NIL),
            Data::Nil | Data::NilEntry => return Err(Failure::new(ErrorKind::NotSet, "")),
            Data::Object(object) => {
                let object = object.clone();
                if let Some(result) = object.call(self, key, args) {
                    return self.called(args, result);
                }
                if let Some(value) = object.field(key) {
                    self.host.read(owner, key, Some(&value));
                    return without_arguments(key, takes, value.into_entry());
                }
            }
            Data::Map(map) => {
                if let MapType::Named(named) = map.of()
                    && let Some(result) = named.call(self, map, key, args)
                {
                    return self.called(args, result);
                }
            }
            _ => {}
        }
        let Some(map) = owner.as_map() else {
            return Err(Failure::new(ErrorKind::WrongType, ""));
        };
        let found = map.get(key);
        self.host.read(owner, key, found.as_ref());
        let value = match (found, self.options.missing_key) {
            (Some(value), _) => value.into_entry(),
            (None, MissingKey::Default) => Value::NIL,
            (None, MissingKey::Zero) => map.missing(),
            (None, MissingKey::Error) => {
                let keys = map.keys();
                let failure = Failure::new(ErrorKind::NotSet, format!("there is no key `{key}`"));
                return Err(match suggest::nearest(key, keys.iter().map(|key| &**key)) {
                    Some(like) => failure.help(format!("did you mean `{like}`?")),
                    None => failure,
                });
            }
        };
        without_arguments(key, takes, value)
    }

    /// What a method gave, paid for.
    fn called(&mut self, args: &[Value], result: Result<Value, Failure>) -> Result<Value, Failure> {
        self.spend_call(args)?;
        let value = result?;
        self.budget.spend_made(&value)?;
        Ok(value)
    }

    /// A field that could not be had, told by the expression before it.
    fn bad_field(
        &self,
        frame: &Frame<'_>,
        expr: &Expr,
        name: &Name,
        owner: &Value,
        before: Option<(Value, &Name)>,
        failure: Failure,
    ) -> Box<crate::ExecError> {
        let source = &frame.template.source;
        let span = Span {
            start: expr.span.start,
            end: name.span.end,
        };
        let parent = Span {
            start: expr.span.start,
            end: name.span.start.saturating_sub(1),
        };
        let parent = match source.excerpt(parent) {
            text if text.is_empty() => ".".to_owned(),
            text => text,
        };
        let key = &name.text;
        let failure = match failure {
            Failure::Here { kind, message, .. } if message.is_empty() => {
                if kind == ErrorKind::NotSet {
                    not_set(&parent, key, before)
                } else {
                    no_field(&parent, key, owner)
                }
            }
            failure => failure,
        };
        let mut error = self.fail(frame, span, failure);
        error.tag = error.tag.or(owner.trace.tag);
        error
    }
}

fn without_arguments(key: &str, takes: bool, value: Value) -> Result<Value, Failure> {
    if takes {
        let message = format!("`{key}` is not a method, so it takes no arguments");
        return Err(Failure::new(ErrorKind::Arguments, message));
    }
    Ok(value)
}

fn not_set(parent: &str, key: &str, before: Option<(Value, &Name)>) -> Failure {
    let message = format!("`{parent}` is not set, so it has no `{key}`");
    let failure = Failure::new(ErrorKind::NotSet, message);
    if parent == "." {
        return failure.help("test it first: `{{ with . }}…{{ end }}`");
    }
    let keys = before.as_ref().and_then(|(owner, _)| owner.as_map());
    let keys = keys.map(|map| map.keys()).unwrap_or_default();
    let like = before.and_then(|(_, name)| {
        let others = keys
            .iter()
            .map(|key| &**key)
            .filter(|key| *key != &*name.text);
        suggest::nearest(&name.text, others)
    });
    match like {
        Some(like) => failure.help(format!("did you mean `{like}`?")),
        None => failure.help(format!(
            "set `{parent}`, or test it first: `{{{{ with {parent} }}}}…{{{{ end }}}}`, or write `({parent}).{key}`"
        )),
    }
}

fn no_field(parent: &str, key: &str, owner: &Value) -> Failure {
    let what = owner.describe();
    let (message, members) = match &owner.data {
        Data::Object(object) => (
            format!("`{parent}` ({}) has no `{key}`", object.type_name()),
            object.members(),
        ),
        _ => (
            format!("`{parent}` is {what}, so it has no `{key}`"),
            Vec::new(),
        ),
    };
    let failure = Failure::wrong_type(message);
    match suggest::nearest(key, members.iter().copied()) {
        Some(like) => failure.help(format!("did you mean `{like}`?")),
        None => failure,
    }
}
