//! Functions and aggregations.

use std::ops::Range;

use crate::functions;
use crate::lexer::Token;
use crate::parser::{Form, Parser, Part};
use crate::{Error, Kind};

impl Parser<'_> {
    /// A function's arguments, with its name behind.
    pub(crate) fn call(&mut self, name: &str, at: Range<usize>) -> Result<Part, Error> {
        let Some(function) = functions::find(name) else {
            return Err(Error::wrong(
                at,
                format!("unknown function `{}`", short(name)),
            ));
        };
        let (arguments, end) = self.arguments()?;
        let count = arguments.len();
        if count < function.least || count > function.most {
            let expected = match (function.least, function.most) {
                (least, most) if least == most => least.to_string(),
                (least, usize::MAX) => format!("at least {least}"),
                (least, most) => format!("{least} to {most}"),
            };
            let noun = match function.most {
                1 => "argument",
                _ => "arguments",
            };
            let message = format!("`{name}` takes {expected} {noun}, not {count}");
            return Err(Error::wrong(at.start..end, message));
        }
        for (index, argument) in arguments.iter().enumerate() {
            let kinds = function.arguments;
            let Some(kind) = kinds.get(index).or(kinds.last()) else {
                continue;
            };
            needs(name, *kind, argument)?;
        }
        Ok(Part {
            kind: function.returns,
            form: Form::Other,
            span: at.start..end,
        })
    }

    /// An aggregation, with its name behind.
    pub(crate) fn aggregation(&mut self, name: &str, at: Range<usize>) -> Result<Part, Error> {
        let lower = name.to_ascii_lowercase();
        let parameter = functions::aggregation(&lower).flatten();
        let is_grouped = self.grouping()?;
        let (arguments, mut end) = self.arguments()?;
        if !is_grouped {
            let before = self.span().start;
            if self.grouping()? {
                end = before;
            }
        }
        let (parameters, of) = match (parameter, &arguments[..]) {
            (None, [of]) => (None, of),
            (Some(kind), [first, of]) => (Some((kind, first)), of),
            (_, arguments) => {
                let (expected, noun) = match parameter {
                    None => (1, "argument"),
                    Some(_) => (2, "arguments"),
                };
                let count = arguments.len();
                let message = format!("`{lower}` takes {expected} {noun}, not {count}");
                return Err(Error::wrong(at.start..end, message));
            }
        };
        if let Some((kind, parameter)) = parameters {
            needs(&lower, kind, parameter)?;
        }
        needs(&lower, Kind::Vector, of)?;
        Ok(Part {
            kind: Kind::Vector,
            form: Form::Other,
            span: at.start..end,
        })
    }

    /// `by (…)` or `without (…)`.
    fn grouping(&mut self) -> Result<bool, Error> {
        let is_grouped = self.eat_word(&["by", "without"])?.is_some();
        if is_grouped {
            self.labels()?;
        }
        Ok(is_grouped)
    }

    fn arguments(&mut self) -> Result<(Vec<Part>, usize), Error> {
        let mut end = self.expect("(")?.end;
        let mut arguments = Vec::new();
        if *self.token() == Token::Sign(")") {
            end = self.expect(")")?.end.max(end);
            return Ok((arguments, end));
        }
        loop {
            arguments.push(self.expression(0)?);
            if !self.eat(",")? {
                let end = self.expect(")")?.end;
                return Ok((arguments, end));
            }
        }
    }
}

fn needs(name: &str, kind: Kind, argument: &Part) -> Result<(), Error> {
    if argument.kind == kind {
        return Ok(());
    }
    let example = match kind {
        Kind::Matrix => ", such as `metric[5m]`,",
        _ => ",",
    };
    let (needed, given) = (kind.with_article(), argument.kind.with_article());
    let message = format!("`{name}` needs {needed}{example} not {given}");
    Err(Error::wrong(argument.span.clone(), message))
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}
