use std::sync::OnceLock;

use regex::{Error, Regex, RegexBuilder};

use crate::translate;

/// How large a compiled pattern may be, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// A regular expression of Go, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    text: Box<str>,
    compiled: OnceLock<Result<Regex, Wrong>>,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Go refuses it, too: what is wrong with it.
    Invalid(String),
    /// It is larger than is evaluated here, or uses names of characters that are not known here.
    Limited,
}

impl Pattern {
    /// A pattern that is not looked at yet.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The compiled expression, or why there is none.
    ///
    /// # Errors
    /// The pattern is invalid or too large.
    pub fn regex(&self) -> Result<&Regex, &Wrong> {
        self.compiled.get_or_init(|| compile(&self.text)).as_ref()
    }

    /// Whether it occurs in a text; `None` if it cannot be evaluated.
    pub fn matches(&self, text: &str) -> Option<bool> {
        Some(self.regex().ok()?.is_match(text))
    }
}

/// Whether Go accepts a pattern, as far as its syntax tells: nothing is compiled, so the time
/// grows with the length of the pattern alone.
///
/// # Errors
/// The pattern is invalid, or nested deeper than is looked at.
pub fn syntax(pattern: &str) -> Result<(), Wrong> {
    let translated = translate(pattern).map_err(Wrong::Invalid)?;
    let parsed = regex_syntax::ast::parse::Parser::new().parse(&translated);
    match parsed {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            regex_syntax::ast::ErrorKind::NestLimitExceeded(_)
            | regex_syntax::ast::ErrorKind::CaptureLimitExceeded => Err(Wrong::Limited),
            kind => Err(Wrong::Invalid(kind.to_string())),
        },
    }
}

fn compile(pattern: &str) -> Result<Regex, Wrong> {
    let translated = translate(pattern).map_err(Wrong::Invalid)?;
    let built = RegexBuilder::new(&translated)
        .size_limit(MAX_SIZE)
        .dfa_size_limit(MAX_SIZE)
        .build();
    built.map_err(|error| match error {
        Error::Syntax(text) if !is_limit(&text) => Wrong::Invalid(last_line(&text)),
        _ => Wrong::Limited,
    })
}

/// Whether the `regex` crate refuses what Go may allow: deeper nesting, and names of characters
/// of other versions of Unicode.
fn is_limit(text: &str) -> bool {
    ["nest", "Unicode", "unicode"]
        .iter()
        .any(|word| text.contains(word))
}

/// The last line says what is wrong; those before draw the translated expression.
fn last_line(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default().trim();
    last.trim_start_matches("error: ").to_owned()
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
        check("^a{,2}$", &["a{,2}"], &["a", "aa"]);
    }

    #[test]
    fn syntax_is_told_without_compiling() {
        for pattern in ["", "a|b", r"\pL{1000}", "(?i)a", "(?P<name>a)"] {
            assert_eq!(syntax(pattern), Ok(()), "{pattern}");
        }
        for pattern in ["(", "a)", "[", "*a", "a{2,1}", "(?=a)", r"(a)\1"] {
            assert!(
                matches!(syntax(pattern), Err(Wrong::Invalid(_))),
                "{pattern}"
            );
        }
        let deep = "(".repeat(100_000) + &")".repeat(100_000);
        assert_eq!(syntax(&deep), Err(Wrong::Limited));
    }

    #[test]
    fn what_go_refuses_is_invalid() {
        for pattern in [
            "(?=a)", "^(?!a)", "(?<=a)b", "(", "[", "a**", r"(a)\1", "a{2,1}", "a{1001}", ")", r"\",
        ] {
            let pattern = Pattern::new(pattern);
            let wrong = pattern.regex().err();
            assert!(matches!(wrong, Some(Wrong::Invalid(_))), "{pattern:?}");
        }
    }

    #[test]
    fn what_grows_without_bound_is_left_out() {
        for pattern in ["((a{1000}){1000}){1000}", &"(".repeat(300)] {
            let pattern = format!(
                "{pattern}{}",
                ")".repeat(300 * usize::from(pattern.len() == 300))
            );
            assert_eq!(
                Pattern::new(&pattern).regex().err(),
                Some(&Wrong::Limited),
                "{pattern}"
            );
        }
    }
}
