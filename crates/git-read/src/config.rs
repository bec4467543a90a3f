//! Git's configuration files.
//!
//! Only the repository's own is read. What it includes is not: that can stand anywhere.

use camino::Utf8Path;

use crate::{Fault, small};

/// The largest file that is read, in bytes.
const MOST: u64 = 1 << 20;

/// What a configuration says, in its order.
#[derive(Debug, Default)]
pub struct Config {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    section: String,
    subsection: Option<String>,
    key: String,
    /// Absent if the key stands alone, which means `true`.
    value: Option<String>,
}

impl Config {
    /// What a file says; nothing if there is none.
    ///
    /// # Errors
    /// It is no regular file, too large, or not understood.
    pub fn read(path: &Utf8Path) -> Result<Self, Fault> {
        let bytes = small::read(path, MOST)?.unwrap_or_default();
        Self::parse(&String::from_utf8_lossy(&bytes)).map_err(|line| {
            Fault::corrupt(small::shown(path), format!("line {line} is not understood"))
        })
    }

    /// Adds what another file says; it comes later and so counts more.
    pub(crate) fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// The last value of a key; sections and keys in small letters.
    pub fn value(&self, section: &str, sub: Option<&str>, key: &str) -> Option<&str> {
        let mut entries = self.entries.iter().rev();
        let is_asked = |entry: &&Entry| {
            entry.section == section && entry.subsection.as_deref() == sub && entry.key == key
        };
        entries
            .find(is_asked)
            .map(|entry| entry.value.as_deref().unwrap_or("true"))
    }

    /// The subsections of a section that have a key, with all its values, in their order.
    pub(crate) fn values<'a>(
        &'a self,
        section: &'a str,
        key: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let entries = self.entries.iter();
        let asked = entries.filter(move |entry| entry.section == section && entry.key == key);
        asked.filter_map(|entry| Some((entry.subsection.as_deref()?, entry.value.as_deref()?)))
    }

    /// The keys of a section without a subsection.
    pub(crate) fn keys<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a str> {
        let entries = self.entries.iter();
        let asked =
            entries.filter(move |entry| entry.section == section && entry.subsection.is_none());
        asked.map(|entry| entry.key.as_str())
    }

    /// Whether a key says yes; `None` if it says neither yes nor no, or nothing.
    pub fn is_true(&self, section: &str, key: &str) -> Option<bool> {
        let value = self.value(section, None, key)?.to_ascii_lowercase();
        match value.as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" | "" => Some(false),
            _ => None,
        }
    }

    /// What a text says, or the number of the line that is not understood.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut config = Self::default();
        let (mut section, mut subsection) = (String::new(), None);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let mut line = line.trim();
            if let Some(header) = line.strip_prefix('[') {
                let (name, sub, rest) = header_of(header).ok_or(number + 1)?;
                (section, subsection) = (name, sub);
                line = rest.trim();
            }
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let end = line.find(|c| !is_key(c)).unwrap_or(line.len());
            let (key, rest) = line.split_at(end);
            if key.is_empty() || section.is_empty() {
                return Err(number + 1);
            }
            let value = match rest.trim_start() {
                "" => None,
                rest if rest.starts_with(['#', ';']) => None,
                rest => {
                    let first = rest.strip_prefix('=').ok_or(number + 1)?;
                    let rest = std::iter::once(first).chain(lines.by_ref().map(|(_, line)| line));
                    Some(value_of(rest).ok_or(number + 1)?)
                }
            };
            config.entries.push(Entry {
                section: section.clone(),
                subsection: subsection.clone(),
                key: key.to_ascii_lowercase(),
                value,
            });
        }
        Ok(config)
    }
}

/// What stands behind `[`: the section, its subsection, and what follows on the line.
fn header_of(text: &str) -> Option<(String, Option<String>, &str)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let end = text.find(|c| !is_name(c))?;
    let name = &text[..end];
    let rest = text[end..].trim_start();
    if let Some(rest) = rest.strip_prefix(']') {
        // The old way of subsections: behind a dot, in small letters.
        let name = name.to_ascii_lowercase();
        return Some(match name.split_once('.') {
            Some((name, sub)) => (name.to_owned(), Some(sub.to_owned()), rest),
            None => (name, None, rest),
        });
    }
    let rest = rest.strip_prefix('"')?;
    let mut sub = String::new();
    let mut letters = rest.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => sub.push(letters.next()?.1),
            '"' => {
                let rest = rest[at + 1..].trim_start().strip_prefix(']')?;
                return Some((name.to_ascii_lowercase(), Some(sub), rest));
            }
            letter => sub.push(letter),
        }
    }
    None
}

/// A value that begins in the first of `lines` and goes on where one ends with a backslash.
fn value_of<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut value = String::new();
    // Up to where the value counts: space before a comment or the end does not.
    let mut end = 0;
    let mut is_quoted = false;
    'lines: for line in lines {
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    None => continue 'lines,
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some('b') => {
                        value.pop();
                    }
                    Some(letter @ ('\\' | '"')) => value.push(letter),
                    Some(_) => return None,
                },
                '"' => is_quoted = !is_quoted,
                '#' | ';' if !is_quoted => break 'lines,
                ' ' | '\t' if !is_quoted => {
                    if !value.is_empty() {
                        value.push(letter);
                    }
                    continue;
                }
                letter => value.push(letter),
            }
            end = value.len();
        }
        break;
    }
    value.truncate(end.min(value.len()));
    (!is_quoted).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sections_values_and_comments() {
        let text = "# a comment\n[core]\n\tbare = false ; said\n\tEol=lf\n[remote \"a \\\"b\"] \
            url = \"x; y\" # z\n  fetch = one \\\n two\n[branch.Main]\nrebase\n";
        let config = Config::parse(text).unwrap();
        let value = |section, sub, key| config.value(section, sub, key);
        assert_eq!(value("core", None, "bare"), Some("false"));
        assert_eq!(value("core", None, "eol"), Some("lf"));
        assert_eq!(value("remote", Some("a \"b"), "url"), Some("x; y"));
        assert_eq!(value("remote", Some("a \"b"), "fetch"), Some("one  two"));
        assert_eq!(value("branch", Some("main"), "rebase"), Some("true"));
        assert_eq!(value("core", None, "worktree"), None);
        assert_eq!(config.is_true("core", "bare"), Some(false));
    }

    #[test]
    fn names_the_line_that_is_not_understood() {
        for (text, line) in [
            ("[core\n", 1),
            ("[core]\n\n= 1\n", 3),
            ("a = 1\n", 1),
            ("[core]\na = \"b\n", 2),
            ("[core \"x]\n", 1),
            ("[core]\na b\n", 2),
            ("[core]\na = \\q\n", 2),
        ] {
            assert_eq!(Config::parse(text).err(), Some(line), "{text}");
        }
    }
}
