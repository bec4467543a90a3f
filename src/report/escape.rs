//! Text from anybody, made harmless for a screen.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character would act on the reader's screen, or hide, instead of standing there:
/// control characters, and those that turn or join the text around them.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// One line of text in which every character is visible.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if acts(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// As [`printable`], for prose of several lines: they become one.
pub fn prose(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(printable).collect();
    words.join(" ")
}

/// A path, as [`printable`]. One that starts with a colon could be read as a workflow command
/// where the output is a build's log.
pub(super) fn path(path: &str) -> String {
    let lead = if path.starts_with(':') { "./" } else { "" };
    format!("{lead}{}", printable(path))
}

/// JSON in which the characters that [`acts`] names are escaped; they stand in strings only.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    let must = |c: char| acts(c) && c != '\n';
    if !text.contains(must) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if must(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A path as a relative URI reference.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_spelled_out() {
        assert_eq!(printable("plain ü `code`"), "plain ü `code`");
        assert_eq!(printable("a\u{1b}[2Jb\r\n\tc"), r"a\u{1b}[2Jb\r\n\tc");
        assert_eq!(printable("x\u{9b}31m\u{7f}"), r"x\u{9b}31m\u{7f}");
        assert_eq!(printable("a\u{202e}b\u{200b}"), r"a\u{202e}b\u{200b}");
    }

    #[test]
    fn prose_is_one_line() {
        assert_eq!(
            prose("Use this.\n  Or\u{7} that.\n"),
            r"Use this. Or\u{7} that."
        );
    }

    #[test]
    fn a_path_is_no_workflow_command() {
        assert_eq!(path("::add-mask::x"), "./::add-mask::x");
        assert_eq!(path("a\nb.yaml"), r"a\nb.yaml");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "{\n  \"a\": \"\u{9b}\u{202e}\u{e0001}ü\"\n}";
        let shown = json(text);
        assert_eq!(shown, "{\n  \"a\": \"\\u009b\\u202e\\udb40\\udc01ü\"\n}");
        let value = |t: &str| serde_json::from_str::<serde_json::Value>(t).unwrap();
        assert_eq!(value(&shown), value(text));
    }

    #[test]
    fn a_uri_is_ascii() {
        assert_eq!(uri("a b/ü#[x]:%.yaml"), "a%20b/%C3%BC%23%5Bx%5D%3A%25.yaml");
    }
}
