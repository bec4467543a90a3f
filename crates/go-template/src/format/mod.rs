//! Values as text, as Go's `fmt` writes them.

pub(crate) mod float;
mod printf;
mod quote;
mod spec;
mod value;

pub(crate) use printf::printf;
pub(crate) use quote::push_quoted;

use crate::{Budget, Failure, TextBuilder, Value};

use spec::Spec;
use value::Printer;

/// Adds a value as an action prints it: no value is `<no value>`.
pub fn print(budget: &mut Budget, value: &Value, out: &mut TextBuilder) -> Result<(), Failure> {
    if value.is_nil() {
        out.push(b"<no value>");
        return Ok(());
    }
    display(budget, value, out)
}

/// Adds a value as `%v` prints it.
pub fn display(budget: &mut Budget, value: &Value, out: &mut TextBuilder) -> Result<(), Failure> {
    Printer { budget, out }.argument(&Spec::default(), 'v', value)
}

/// Adds values as Go's `Sprint` does: with a space between two that are no strings.
pub(crate) fn sprint(
    budget: &mut Budget,
    values: &[Value],
    out: &mut TextBuilder,
) -> Result<(), Failure> {
    let mut text_before = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = value.as_text().is_some();
        if index > 0 && !is_text && !text_before {
            out.push(b" ");
        }
        text_before = is_text;
        display(budget, value, out)?;
    }
    Ok(())
}
