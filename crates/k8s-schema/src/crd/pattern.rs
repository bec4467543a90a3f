//! Regular expressions of schemas: written for Go, evaluated here.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// How large a compiled pattern may be, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// A regular expression, compiled when it is first needed.
#[derive(Debug)]
pub(super) struct Pattern {
    text: Box<str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it occurs in a text; `None` if it cannot be evaluated.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        let compiled = self.compiled.get_or_init(|| {
            RegexBuilder::new(&translate(&self.text))
                .size_limit(MAX_SIZE)
                .build()
                .ok()
        });
        Some(compiled.as_ref()?.is_match(text))
    }
}

/// From Go's syntax: there `\d`, `\s`, `\w` and `\b` know ASCII only, and inside of brackets a
/// bracket, `&&`, `--` and `~~` mean themselves.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    let mut at_class_start = false;
    while let Some(c) = chars.next() {
        let first_in_class = std::mem::take(&mut at_class_start);
        match c {
            '\\' => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('s') => out.push_str("[\\t\\n\\f\\r ]"),
                Some('S') => out.push_str("[^\\t\\n\\f\\r ]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('b') if !in_class => out.push_str("(?-u:\\b)"),
                Some('B') if !in_class => out.push_str("(?-u:\\B)"),
                Some('Q') => literal(&mut chars, &mut out),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '[' if !in_class => {
                in_class = true;
                at_class_start = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            '[' if chars.peek() == Some(&':') => out.push('['),
            '[' => out.push_str("\\["),
            // A bracket that opens a class and stands first in it means itself.
            ']' if first_in_class => out.push_str("\\]"),
            ']' if in_class && out.ends_with(':') && is_posix(&out) => out.push(']'),
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => out.extend(['\\', c]),
            '-' if first_in_class => out.push_str("\\-"),
            '-' if in_class && chars.next_if_eq(&'-').is_some() => out.push_str("-\\-"),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a class of POSIX, such as `[:alpha:]`, is open at the end.
fn is_posix(text: &str) -> bool {
    let Some(open) = text.rfind("[:") else {
        return false;
    };
    text.get(open + 2..text.len() - 1).is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '^')
    })
}

/// `\Q…\E`: everything up to its end means itself.
fn literal(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(c) = chars.next() {
        if c == '\\' && chars.next_if_eq(&'E').is_some() {
            return;
        }
        out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, good: &[&str], bad: &[&str]) {
        let compiled = Pattern::new(pattern);
        for text in good {
            assert_eq!(compiled.matches(text), Some(true), "{pattern} {text}");
        }
        for text in bad {
            assert_eq!(compiled.matches(text), Some(false), "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_mean_what_they_mean_in_go() {
        check(r"^\d+$", &["42"], &["٤٢", "4a"]);
        check(r"^[\w.-]+$", &["a_b.c-d"], &["ä", "a b"]);
        check(r"^\S+\s\W$", &["a !"], &["a\u{a0}!", "a b"]);
        check(r"^[^[]+$", &["a]b"], &["a[b"]);
        check(r"^[a&&b~~]+$", &["a&b~"], &["c"]);
        check(r"^[]a]+$", &["]a]"], &["b"]);
        check(r"^[^]a]+$", &["b"], &["]", "a"]);
        check(r"^[[:alpha:]_]+$", &["ab_"], &["a1", ":"]);
        check(r"^[+--]+$", &["+,-"], &["."]);
        check(r"^\Qa.b\E+$", &["a.b", "a.bb"], &["axb"]);
        check(r"\bend\b", &["the end"], &["bend"]);
        check("a", &["bab"], &["b"]);
    }

    #[test]
    fn what_cannot_be_evaluated_is_known() {
        for pattern in ["(?=a)", "(", r"(a)\1", "((a{1000}){1000}){1000}"] {
            assert_eq!(Pattern::new(pattern).matches("a"), None, "{pattern}");
        }
    }
}
