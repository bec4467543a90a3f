//! Pipelines, commands and operands.

use super::{Evaluator, Exec, Frame};
use crate::ast::{Command, Expr, ExprKind, Number, Pipeline, Variable};
use crate::{ErrorKind, ExecError, Failure, Span, Value};

/// The value that comes down a pipeline, and what it was written as.
pub(super) type Piped = Option<(Value, Span)>;

impl Evaluator<'_> {
    /// The value of a pipeline; the variables it declares or sets get it.
    pub(super) fn pipeline(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        pipeline: &Pipeline,
    ) -> Exec<Value> {
        let mut piped: Piped = None;
        for command in &pipeline.commands {
            let start = pipeline.commands.first().map_or(command.span, |c| c.span);
            let value = self.command(frame, dot, command, piped)?;
            piped = Some((value.into_result(), start.to(command.span)));
        }
        let value = piped.map_or(Value::NIL, |(value, _)| value);
        for variable in &pipeline.variables {
            self.set(frame, variable, value.clone())?;
        }
        Ok(value)
    }

    fn command(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        command: &Command,
        piped: Piped,
    ) -> Exec<Value> {
        let head = &command.head;
        match &head.kind {
            ExprKind::Function(name) => self.function(frame, dot, name, command, piped),
            ExprKind::Field(names) => {
                self.fields(frame, dot, dot.clone(), (head, names), &command.args, piped)
            }
            ExprKind::Variable(variable, names) if !names.is_empty() => {
                let value = self.variable(frame, variable)?;
                self.fields(frame, dot, value, (head, names), &command.args, piped)
            }
            ExprKind::Chain(inner, names) => {
                let value = self.operand(frame, dot, inner)?;
                self.fields(frame, dot, value, (head, names), &command.args, piped)
            }
            _ => {
                self.no_arguments(frame, command, &piped)?;
                if matches!(head.kind, ExprKind::Nil) {
                    let failure = Failure::new(ErrorKind::NotSet, "`nil` is not a command");
                    return Err(self.fail(frame, head.span, failure));
                }
                self.operand(frame, dot, head)
            }
        }
    }

    /// Only functions and methods take arguments.
    fn no_arguments(&self, frame: &Frame<'_>, command: &Command, piped: &Piped) -> Exec<()> {
        if command.args.is_empty() && piped.is_none() {
            return Ok(());
        }
        let message = "this is not a function, so it takes no arguments";
        let failure = Failure::new(ErrorKind::Arguments, message);
        Err(self.fail(frame, command.span, failure))
    }

    /// The value of an operand on its own.
    pub(super) fn operand(
        &mut self,
        frame: &mut Frame<'_>,
        dot: &Value,
        expr: &Expr,
    ) -> Exec<Value> {
        match &expr.kind {
            ExprKind::Dot => Ok(dot.clone()),
            ExprKind::Nil => Ok(Value::NIL),
            ExprKind::Bool(value) => Ok(Value::from(*value)),
            ExprKind::Number(number) => self.number(frame, expr.span, number),
            ExprKind::Str(text) => Ok(Value::text(text.clone())),
            ExprKind::Field(names) => {
                self.fields(frame, dot, dot.clone(), (expr, names), &[], None)
            }
            ExprKind::Variable(variable, names) => {
                let value = self.variable(frame, variable)?;
                if names.is_empty() {
                    return Ok(value);
                }
                self.fields(frame, dot, value, (expr, names), &[], None)
            }
            ExprKind::Chain(inner, names) => {
                if matches!(inner.kind, ExprKind::Nil) {
                    let failure = Failure::new(ErrorKind::NotSet, "`nil` has no fields");
                    return Err(self.fail(frame, expr.span, failure));
                }
                let value = self.operand(frame, dot, inner)?;
                self.fields(frame, dot, value, (expr, names), &[], None)
            }
            ExprKind::Function(name) => self.bare_function(frame, dot, name, expr.span),
            ExprKind::Pipeline(pipeline) => {
                self.deeper(frame, expr.span)?;
                let value = self.pipeline(frame, dot, pipeline)?;
                self.depth -= 1;
                Ok(value)
            }
        }
    }

    fn number(&self, frame: &Frame<'_>, span: Span, number: &Number) -> Exec<Value> {
        if number.is_float {
            return Ok(Value::from(number.float));
        }
        match number.int {
            Some(int) => Ok(Value::from(int)),
            None => {
                let failure = Failure::wrong_type("this integer does not fit in 64 bits");
                Err(self.fail(frame, span, failure))
            }
        }
    }

    fn variable(&self, frame: &Frame<'_>, variable: &Variable) -> Exec<Value> {
        let value = variable
            .slot
            .and_then(|slot| frame.slots.get(slot)?.as_ref());
        match value {
            Some(value) => Ok(value.clone()),
            None => Err(self.undeclared(frame, variable)),
        }
    }

    pub(super) fn undeclared(&self, frame: &Frame<'_>, variable: &Variable) -> Box<ExecError> {
        let name = &variable.name;
        let message = format!("the variable `{name}` has no value here");
        let failure = Failure::new(ErrorKind::UnknownVariable, message)
            .help("declare it before the branch, with `:=`");
        self.fail(frame, variable.span, failure)
    }
}
