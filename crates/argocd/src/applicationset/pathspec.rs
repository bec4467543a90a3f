//! Patterns of files as git takes them.

use camino::Utf8Path;
use manifest::glob::{Dialect, Pattern};
use manifest::normalize;

/// Which files of a repository are meant.
#[derive(Debug)]
pub(super) struct Pathspec {
    /// The whole of it: a path, or all that stands below it.
    text: String,
    pattern: Option<Pattern>,
    is_excluded: bool,
}

impl Pathspec {
    /// Reads a pathspec.
    ///
    /// # Errors
    /// Git refuses it, or it asks for what is not supported here.
    pub(super) fn parse(spec: &str) -> Result<Self, String> {
        let mut is_excluded = false;
        let mut dialect = Some(Dialect::Pathspec);
        let mut path = spec;
        if let Some(rest) = spec.strip_prefix(":(") {
            let Some((words, rest)) = rest.split_once(')') else {
                return Err(format!("nothing closes the parenthesis of `{spec}`"));
            };
            path = rest;
            for word in words
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
            {
                match word {
                    "top" => {}
                    "exclude" => is_excluded = true,
                    "literal" => dialect = None,
                    "glob" => dialect = Some(Dialect::PathspecGlob),
                    _ => return Err(format!("`:({word})` is not supported")),
                }
            }
        } else if let Some(rest) = spec.strip_prefix(':') {
            let magic = rest
                .find(|c| !matches!(c, '/' | '!' | '^'))
                .unwrap_or(rest.len());
            is_excluded = rest[..magic].contains(['!', '^']);
            path = rest[magic..].strip_prefix(':').unwrap_or(&rest[magic..]);
        }
        if path.starts_with('/') {
            return Err(format!("`{spec}` is outside the repository"));
        }
        let Some(clean) = normalize(Utf8Path::new(""), path) else {
            return Err(format!("`{spec}` is outside the repository"));
        };
        let mut text = clean.into_string();
        if path.ends_with('/') && !text.is_empty() {
            text.push('/');
        }
        let pattern = dialect.filter(|_| text.contains(SPECIAL));
        Ok(Self {
            pattern: pattern.and_then(|dialect| Pattern::compile(&text, dialect)),
            text,
            is_excluded,
        })
    }

    /// The folder, or the file, in which all that fits stands.
    pub(super) fn folder(&self) -> &str {
        if self.is_excluded {
            return "";
        }
        if self.pattern.is_none() {
            return self.text.trim_end_matches('/');
        }
        let end = self.text.find(SPECIAL).unwrap_or(self.text.len());
        self.text[..end]
            .rfind('/')
            .map_or("", |slash| &self.text[..slash])
    }

    /// Whether a file is meant.
    pub(super) fn is_match(&self, path: &str) -> bool {
        self.fits(path) != self.is_excluded
    }

    fn fits(&self, path: &str) -> bool {
        if self.text.is_empty() {
            return true;
        }
        if let Some(rest) = path.strip_prefix(&self.text)
            && (rest.is_empty() || self.text.ends_with('/') || rest.starts_with('/'))
        {
            return true;
        }
        self.pattern
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(path))
    }
}

const SPECIAL: [char; 4] = ['*', '?', '[', '\\'];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spec: &str, fits: &[&str], not: &[&str]) {
        let spec = Pathspec::parse(spec).unwrap();
        for path in fits {
            assert!(spec.is_match(path), "{spec:?} {path}");
        }
        for path in not {
            assert!(!spec.is_match(path), "{spec:?} {path}");
        }
    }

    #[test]
    fn fits_as_git_does() {
        check(
            "a/*.yaml",
            &["a/x.yaml", "a/b/x.yaml"],
            &["x.yaml", "a/x.json"],
        );
        check("./a//b", &["a/b", "a/b/c"], &["a/bc"]);
        check("a/", &["a/b"], &["a"]);
        check("", &["a", "b/c"], &[]);
        check(".", &["a"], &[]);
        check("**/x.yaml", &["a/x.yaml", "a/b/x.yaml"], &["x.yaml"]);
        check(":(glob)**/x.yaml", &["x.yaml", "a/x.yaml"], &["a/x.json"]);
        check(":(glob)a/*.yaml", &["a/x.yaml"], &["a/b/x.yaml"]);
        check(":(literal)a*", &["a*", "a*/b"], &["ab"]);
        check(":!a", &["b"], &["a", "a/b"]);
    }

    #[test]
    fn what_is_refused() {
        for spec in ["/a", "../a", "a/../../b", ":(attr:x)a", ":(glob"] {
            assert!(Pathspec::parse(spec).is_err(), "{spec}");
        }
    }
}
