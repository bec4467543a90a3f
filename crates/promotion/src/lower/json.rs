//! Values as JSON.

use std::fmt::Write;

use spanned_yaml::{Kind, NodeId, Style, Tree, Value};

/// Whether a text is written as JSON: flow collections, quoted keys, no comments.
pub(super) fn is_json(tree: &Tree) -> bool {
    let mut documents = tree.documents();
    let (Some(root), None) = (documents.next(), documents.next()) else {
        return false;
    };
    tree.comments().is_empty()
        && tree.text().trim_start().starts_with(['{', '['])
        && holds(tree, root)
}

fn holds(tree: &Tree, id: NodeId) -> bool {
    let has_no_extras = tree.anchor(id).is_none() && tree.tag(id).is_none();
    has_no_extras
        && match tree.kind(id) {
            Kind::Alias => false,
            Kind::Scalar => match tree.style(id) {
                Style::DoubleQuoted => !tree.text()[tree.span(id).range()].contains('\n'),
                Style::Plain => is_literal(tree.scalar(id)),
                _ => false,
            },
            Kind::Map => {
                let is_text = |(key, _)| tree.style(key) == Style::DoubleQuoted;
                tree.style(id) == Style::Flow
                    && tree.entries(id).all(is_text)
                    && tree.entries(id).all(|(_, value)| holds(tree, value))
            }
            Kind::Seq => {
                tree.style(id) == Style::Flow && tree.items(id).all(|item| holds(tree, item))
            }
        }
}

fn is_literal(text: &str) -> bool {
    matches!(text, "true" | "false" | "null") || is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let starts = digits.starts_with(|c: char| c.is_ascii_digit());
    let leads = digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit());
    starts
        && !leads
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok()
}

/// A value on one line.
pub(super) fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Uint(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) if value.is_finite() => {
            let _ = write!(out, "{value}");
        }
        Value::Plain(text) if is_literal(text) => out.push_str(text),
        Value::Float(value) => quote(&value.to_string(), out),
        Value::Plain(text) | Value::Str(text) => quote(text, out),
        Value::Seq(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                quote(key, out);
                out.push_str(": ");
                write(value, out);
            }
            out.push('}');
        }
    }
}

pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
