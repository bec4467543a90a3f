//! Patterns of names and paths, as the tools around Kubernetes read them.

mod set;
mod wildcard;

use std::iter::Peekable;
use std::str::Chars;

use regex::bytes::{Regex, RegexBuilder};

use wildcard::Wildcard;

/// Whose patterns they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Go's `path.Match`: `*` and `?` stop at `/`.
    GoPath,
    /// gobwas/glob with `/` between the parts: `**` goes through them, `{a,b}` takes either.
    Gobwas,
    /// gobwas/glob on names without parts: `*` goes through `/`, too.
    GobwasFlat,
    /// What git takes behind `--`: `*` and `?` go through `/`.
    Pathspec,
    /// Git's `:(glob)`: `*` stops at `/`; between two of them `**` stands for any folders.
    PathspecGlob,
    /// bmatcuk/doublestar: as `:(glob)`, and `{a,b}` takes either.
    Doublestar,
}

/// How large a compiled pattern may become, in bytes.
const SIZE: usize = 1 << 20;

/// A pattern for whole names or paths. To match takes time in proportion to the text.
#[derive(Clone, Debug)]
pub struct Pattern(Form);

#[derive(Clone, Debug)]
enum Form {
    /// Most are; to compile an expression takes longer than to match all names of a chart.
    Wildcard(Wildcard),
    Expression(Regex),
}

impl Pattern {
    /// Reads a pattern; none if it is malformed or too large.
    pub fn compile(pattern: &str, dialect: Dialect) -> Option<Self> {
        match Wildcard::parse(pattern, dialect.separates()) {
            Some(plain) if !(dialect.has_double_star() && pattern.contains("**")) => {
                Some(Self(Form::Wildcard(plain)))
            }
            _ => expression(pattern, dialect).map(|regex| Self(Form::Expression(regex))),
        }
    }

    /// Whether a name or path fits.
    pub fn is_match(&self, path: &str) -> bool {
        match &self.0 {
            Form::Wildcard(pattern) => pattern.is_match(path),
            Form::Expression(pattern) => pattern.is_match(path.as_bytes()),
        }
    }
}

impl Dialect {
    /// Whether `*` and `?` stop at `/`.
    fn separates(self) -> bool {
        !matches!(self, Self::GobwasFlat | Self::Pathspec)
    }

    fn has_double_star(self) -> bool {
        matches!(
            self,
            Self::Gobwas | Self::GobwasFlat | Self::PathspecGlob | Self::Doublestar
        )
    }

    fn is_gobwas(self) -> bool {
        matches!(self, Self::Gobwas | Self::GobwasFlat)
    }

    fn has_either(self) -> bool {
        self.is_gobwas() || self == Self::Doublestar
    }
}

/// The characters of a pattern that are still to be read.
type Rest<'a> = Peekable<Chars<'a>>;

fn expression(pattern: &str, dialect: Dialect) -> Option<Regex> {
    let (any, one) = match dialect.separates() {
        true => ("[^/]*", "[^/]"),
        false => (".*", "."),
    };
    let mut regex = String::from("^");
    let mut chars = pattern.chars().peekable();
    let mut open = 0;
    // Whether what was read ends a folder, or nothing was read.
    let mut at_start = true;
    while let Some(c) = chars.next() {
        let was_at_start = std::mem::replace(&mut at_start, c == '/');
        match c {
            '*' if dialect.is_gobwas() && chars.peek() == Some(&'*') => {
                while chars.next_if_eq(&'*').is_some() {}
                regex.push_str(".*");
            }
            '*' => match dialect.has_double_star() && !dialect.is_gobwas() {
                true => at_start = stars(&mut chars, &mut regex, was_at_start, dialect),
                false => regex.push_str(any),
            },
            '?' => regex.push_str(one),
            '[' => set::read(&mut chars, &mut regex, dialect)?,
            '\\' => match chars.next() {
                Some(c) => literal(&mut regex, c),
                // gobwas leaves it out, git takes it for a character that nothing has.
                None if dialect.is_gobwas() => {}
                None => return None,
            },
            '{' if dialect.has_either() => {
                open += 1;
                at_start = was_at_start;
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
    match open {
        0 => {}
        // gobwas takes the end of the pattern for the end of all that is open.
        _ if dialect.is_gobwas() => regex.extend(std::iter::repeat_n(')', open)),
        _ => return None,
    }
    regex.push('$');
    let mut builder = RegexBuilder::new(&regex);
    builder.dot_matches_new_line(true).size_limit(SIZE);
    builder.build().ok()
}

/// One `*` or more, of which the first is read already. Tells whether a folder begins behind.
fn stars(chars: &mut Rest<'_>, regex: &mut String, at_start: bool, dialect: Dialect) -> bool {
    let mut count = 1;
    while chars.next_if_eq(&'*').is_some() {
        count += 1;
    }
    let is_double = at_start && (count == 2 || count > 2 && dialect == Dialect::PathspecGlob);
    match chars.peek() {
        Some('/') if is_double => {
            chars.next();
            regex.push_str("(?:.*/)?");
            return true;
        }
        // A folder itself stands for what is in it.
        None if is_double && dialect == Dialect::Doublestar && regex.ends_with('/') => {
            regex.pop();
            regex.push_str("(?:/.*)?");
        }
        None if is_double => regex.push_str(".*"),
        _ => regex.push_str("[^/]*"),
    }
    false
}

fn literal(regex: &mut String, c: char) {
    regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

#[cfg(test)]
mod tests {
    use super::wildcard::Wildcard;
    use super::{Dialect, Pattern, expression};

    #[track_caller]
    fn check(dialect: Dialect, pattern: &str, fits: &[&str], not: &[&str]) {
        let compiled = Pattern::compile(pattern, dialect).unwrap();
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
            for dialect in [Dialect::GoPath, Dialect::Pathspec] {
                let plain = Wildcard::parse(pattern, dialect.separates()).unwrap();
                let regex = expression(pattern, dialect).unwrap();
                for text in texts {
                    let expected = regex.is_match(text.as_bytes());
                    assert_eq!(plain.is_match(text), expected, "{pattern} {text}");
                }
            }
        }
    }

    #[test]
    fn names_of_files() {
        check(
            Dialect::GoPath,
            "*.md",
            &["a.md", ".md"],
            &["a/b.md", "a.md5"],
        );
        check(Dialect::GoPath, "a?[0-9]", &["ab1"], &["a/1", "abx"]);
        check(Dialect::GoPath, "[^a]b", &["cb"], &["ab"]);
        check(Dialect::GoPath, r"\*{a}", &["*{a}"], &["x{a}"]);
        check(Dialect::GoPath, "a/**", &["a/b"], &["a/b/c", "a"]);
        assert!(Pattern::compile("a[", Dialect::GoPath).is_none());
    }

    #[test]
    fn files_of_a_chart() {
        check(
            Dialect::Gobwas,
            "conf/**",
            &["conf/a", "conf/b/c"],
            &["conf"],
        );
        check(
            Dialect::Gobwas,
            "**/*.{yaml,yml}",
            &["a/b.yml", "a/b/c.yaml"],
            &["b.json"],
        );
        check(Dialect::Gobwas, "[!a]*", &["b"], &["a", "b/c"]);
        assert!(Pattern::compile("[a-zA-Z]", Dialect::Gobwas).is_none());
    }

    #[test]
    fn names_without_parts() {
        check(
            Dialect::GobwasFlat,
            "https://*",
            &["https://a/b"],
            &["http://a"],
        );
        check(
            Dialect::GobwasFlat,
            "{team-*,ops}",
            &["team-a", "ops"],
            &["dev"],
        );
    }

    #[test]
    fn what_git_tracks() {
        check(Dialect::Pathspec, "a/*.yaml", &["a/b/c.yaml"], &["b.yaml"]);
        check(
            Dialect::PathspecGlob,
            "a/*.yaml",
            &["a/c.yaml"],
            &["a/b/c.yaml"],
        );
        check(
            Dialect::PathspecGlob,
            "a/**/c",
            &["a/c", "a/b/d/c"],
            &["ac"],
        );
        check(Dialect::PathspecGlob, "a/**", &["a/c/d"], &["a"]);
        check(Dialect::PathspecGlob, "[!a]b", &["cb"], &["/b", "ab"]);
        check(Dialect::Pathspec, "[!a]b", &["cb", "/b"], &["ab"]);
        check(Dialect::Pathspec, "[]a][b-a]", &["]b", "ab"], &["aa"]);
    }

    #[test]
    fn double_stars() {
        check(Dialect::Doublestar, "a/**", &["a", "a/b", "a/b/c"], &["ab"]);
        check(Dialect::Doublestar, "**/c", &["c", "a/b/c"], &["ac"]);
        check(Dialect::Doublestar, "a**/c", &["ab/c"], &["a/b/c"]);
        check(Dialect::Doublestar, "{a,b}/*", &["a/x", "b/x"], &["c/x"]);
    }
}
