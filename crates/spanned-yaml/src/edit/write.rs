//! Values as text that fits into its place.

use super::Value;
use crate::emit::Allowed;
use crate::{Dialect, Emitter, Scalar, Style, resolve};

/// A value on lines of its own. Text that ends with empty lines is quoted: as a block scalar it
/// would take in the empty lines below it. So is text with the line breaks of YAML 1.1 that are
/// none in YAML 1.2.
pub(super) fn below(out: &mut Emitter, value: &Value) {
    match value {
        Value::Str(text) if text.ends_with("\n\n") || text == "\n" => out.quoted(text),
        Value::Str(text) if text.contains(['\u{2028}', '\u{2029}']) => out.quoted(text),
        Value::Seq(items) => {
            out.begin_seq(items.len());
            for item in items {
                below(out, item);
            }
            out.end();
        }
        Value::Map(entries) => {
            out.begin_map(entries.len());
            for (key, value) in entries {
                out.key(key);
                below(out, value);
            }
            out.end();
        }
        scalar => out.value(scalar),
    }
}

/// A value on one line, for a place inside or outside of flow collections. Text is quoted as
/// `style` says, if that can be.
pub(super) fn on_one_line(value: &Value, style: Style, in_flow: bool) -> String {
    match value {
        Value::Str(text) => quote(text, style, in_flow),
        Value::Seq(items) => {
            let items = items.iter().map(|item| on_one_line(item, style, true));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = quote(key, style, true);
                format!("{key}: {}", on_one_line(value, style, true))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => {
            let mut out = Emitter::new();
            out.value(scalar);
            out.finish().trim_end().to_owned()
        }
    }
}

/// Text on one line.
pub(super) fn quote(text: &str, style: Style, in_flow: bool) -> String {
    let allowed = Allowed::by(text);
    let is_one_line = !text.contains(['\n', '\u{2028}', '\u{2029}']);
    match style {
        Style::SingleQuoted if allowed.single_quoted && is_one_line => single_quoted(text),
        Style::SingleQuoted | Style::DoubleQuoted => double_quoted(text),
        _ if allowed.plain && is_text(text) && !(in_flow && is_special_in_flow(text)) => {
            text.to_owned()
        }
        _ => double_quoted(text),
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    Emitter::double_quoted(text)
}

/// Whether every reader takes it for text without quotes.
fn is_text(text: &str) -> bool {
    let reads = |dialect| matches!(resolve(text, Style::Plain, None, dialect), Scalar::Str(_));
    let is_date = text.len() > 4 && text.as_bytes().get(4) == Some(&b'-');
    crate::scalar::is_plain_string(text)
        && reads(Dialect::Kustomize)
        && reads(Dialect::Kubectl)
        && !(is_date && text.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_special_in_flow(text: &str) -> bool {
    text.contains([',', '[', ']', '{', '}', ':', '?', '#']) || text.starts_with('-')
}
