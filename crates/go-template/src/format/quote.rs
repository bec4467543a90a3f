//! Strings in quotes as Go writes them.

use crate::rune::{is_broken, is_print, runes};
use crate::{TextBuilder, View};

/// Adds a text in double quotes; what does not print is escaped, with `ascii` everything that is
/// not ASCII too.
pub(crate) fn push_quoted(out: &mut TextBuilder, view: View<'_>, ascii: bool) {
    out.push(b"\"");
    let mut done = 0;
    for (at, c, len) in runes(view.bytes()) {
        let plain = if ascii { c.is_ascii() } else { true };
        if plain && is_print(c) && c != '"' && c != '\\' && !is_broken(c, len) {
            continue;
        }
        out.push_part(view, done..at);
        let byte = view.bytes().get(at).copied().unwrap_or_default();
        let escaped = if is_broken(c, len) {
            format!("\\x{byte:02x}")
        } else {
            escape(c, '"')
        };
        out.push_instead(escaped.as_bytes(), view, at);
        done = at + len;
    }
    out.push_part(view, done..view.text.len());
    out.push(b"\"");
}

/// A character that does not stand for itself.
fn escape(c: char, quote: char) -> String {
    match c {
        '\x07' => "\\a".to_owned(),
        '\x08' => "\\b".to_owned(),
        '\x0c' => "\\f".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\x0b' => "\\v".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c == quote => format!("\\{c}"),
        c if c < ' ' || c == '\x7f' => format!("\\x{:02x}", u32::from(c)),
        c if u32::from(c) < 0x10000 => format!("\\u{:04x}", u32::from(c)),
        c => format!("\\U{:08x}", u32::from(c)),
    }
}

/// A character in single quotes.
pub(crate) fn quoted_char(c: char, ascii: bool) -> String {
    let plain = is_print(c) && c != '\'' && c != '\\' && (c.is_ascii() || !ascii);
    if plain {
        format!("'{c}'")
    } else {
        format!("'{}'", escape(c, '\''))
    }
}

/// Whether a text can stand in backticks unchanged.
pub(crate) fn fits_backticks(text: &[u8]) -> bool {
    runes(text).all(|(_, c, len)| {
        !is_broken(c, len) && c != '\u{feff}' && c != '`' && c != '\x7f' && (c >= ' ' || c == '\t')
    })
}
