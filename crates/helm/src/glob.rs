//! Patterns of file names.

use regex::bytes::{Regex, RegexBuilder};

use crate::wildcard::Wildcard;

/// What a pattern may hold beside `*`, `?` and sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Go's `filepath.Match`, as in `.helmignore`.
    FileName,
    /// `.Files.Glob`: `**` goes through folders, `{a,b}` takes either.
    Files,
}

/// How large a compiled pattern may become, in bytes.
const SIZE: usize = 1 << 20;

/// A pattern for whole paths.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Most are; to compile an expression takes longer than to match all names of a chart.
    Wildcard(Wildcard),
    Expression(Regex),
}

impl Pattern {
    /// Whether a path fits.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Wildcard(pattern) => pattern.is_match(path),
            Self::Expression(pattern) => pattern.is_match(path.as_bytes()),
        }
    }
}

/// Reads a pattern; none if it is malformed.
pub(crate) fn compile(pattern: &str, dialect: Dialect) -> Option<Pattern> {
    let goes_through_folders = dialect == Dialect::Files && pattern.contains("**");
    match Wildcard::parse(pattern) {
        Some(plain) if !goes_through_folders => Some(Pattern::Wildcard(plain)),
        _ => expression(pattern, dialect).map(Pattern::Expression),
    }
}

fn expression(pattern: &str, dialect: Dialect) -> Option<Regex> {
    let mut regex = String::from("^");
    let mut chars = pattern.chars().peekable();
    let mut open = 0;
    while let Some(c) = chars.next() {
        match c {
            '*' if dialect == Dialect::Files && chars.peek() == Some(&'*') => {
                while chars.next_if_eq(&'*').is_some() {}
                regex.push_str(".*");
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '[' => set(&mut chars, &mut regex, dialect)?,
            '\\' => literal(&mut regex, chars.next()?),
            '{' if dialect == Dialect::Files => {
                open += 1;
                regex.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                regex.push(')');
            }
            ',' if open > 0 => regex.push('|'),
            c => literal(&mut regex, c),
        }
    }
    regex.push('$');
    if open > 0 {
        return None;
    }
    let mut builder = RegexBuilder::new(&regex);
    builder.dot_matches_new_line(true).size_limit(SIZE);
    builder.build().ok()
}

fn literal(regex: &mut String, c: char) {
    regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

/// A set of characters, whose `[` is read already.
fn set(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    regex: &mut String,
    dialect: Dialect,
) -> Option<()> {
    let not = match dialect {
        Dialect::FileName => '^',
        Dialect::Files => '!',
    };
    regex.push('[');
    if chars.next_if_eq(&not).is_some() {
        regex.push_str("^/");
    }
    let mut is_empty = true;
    loop {
        match chars.next()? {
            ']' if !is_empty => break,
            '\\' => literal(regex, chars.next()?),
            '-' if !is_empty && chars.peek() != Some(&']') => regex.push('-'),
            c => {
                if matches!(c, '[' | ']' | '^' | '-' | '&' | '~') {
                    regex.push('\\');
                }
                regex.push(c);
            }
        }
        is_empty = false;
    }
    regex.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Dialect, compile, expression};
    use crate::wildcard::Wildcard;

    #[track_caller]
    fn check(dialect: Dialect, pattern: &str, fits: &[&str], not: &[&str]) {
        let compiled = compile(pattern, dialect).unwrap();
        for path in fits {
            assert!(compiled.is_match(path), "{pattern} {path}");
        }
        for path in not {
            assert!(!compiled.is_match(path), "{pattern} {path}");
        }
    }

    #[test]
    fn wildcards_match_as_expressions_do() {
        let texts = [
            "", "a", "b", "ab", "aab", "abab", "a/b", "ab/ab", "/", "aé", "b/aab", "a/",
        ];
        let mut patterns = vec![String::new()];
        for _ in 0..4 {
            let longer =
                |pattern: &String| ["a", "b", "*", "?", "/"].map(|c| format!("{pattern}{c}"));
            let more: Vec<String> = patterns.iter().flat_map(longer).collect();
            patterns.extend(more);
            patterns.sort_unstable();
            patterns.dedup();
        }
        for pattern in &patterns {
            let plain = Wildcard::parse(pattern).unwrap();
            let regex = expression(pattern, Dialect::FileName).unwrap();
            for text in texts {
                let expected = regex.is_match(text.as_bytes());
                assert_eq!(plain.is_match(text), expected, "{pattern} {text}");
            }
        }
    }

    #[test]
    fn names_of_files() {
        check(
            Dialect::FileName,
            "*.md",
            &["a.md", ".md"],
            &["a/b.md", "a.md5"],
        );
        check(Dialect::FileName, "a?[0-9]", &["ab1"], &["a/1", "abx"]);
        check(Dialect::FileName, "[^a]b", &["cb"], &["ab", "/b"]);
        check(Dialect::FileName, r"\*{a}", &["*{a}"], &["x{a}"]);
        assert!(compile("a[", Dialect::FileName).is_none());
    }

    #[test]
    fn files_of_a_chart() {
        check(
            Dialect::Files,
            "conf/**",
            &["conf/a", "conf/b/c"],
            &["conf"],
        );
        check(
            Dialect::Files,
            "**/*.{yaml,yml}",
            &["a/b.yml", "a/b/c.yaml"],
            &["b.json"],
        );
        check(Dialect::Files, "[!a]*", &["b"], &["a", "b/c"]);
        assert!(compile("{a", Dialect::Files).is_none());
    }
}
