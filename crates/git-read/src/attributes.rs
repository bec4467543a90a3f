//! `.gitattributes`: what git does with the files of a revision on their way to the disk.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::pattern::Pattern;

/// The name of such a file.
pub(crate) const FILE_NAME: &str = ".gitattributes";

/// The largest file that is read, in bytes.
pub(crate) const MOST: usize = 1 << 20;
/// The longest line that counts, in bytes, as in git.
const LONGEST_LINE: usize = 2048;
/// How many lines count that say something about how files are checked out.
const MOST_RULES: usize = 1000;

/// The attributes that change what a checkout has. Macros have the numbers behind them.
const KNOWN: [&str; 6] = [
    "text",
    "crlf",
    "eol",
    "ident",
    "filter",
    "working-tree-encoding",
];

/// What an attribute is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Set,
    Unset,
    Value(Arc<str>),
}

/// The attributes of one file. What is not set is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) text: Option<State>,
    pub(crate) crlf: Option<State>,
    pub(crate) eol: Option<State>,
    pub(crate) ident: Option<State>,
    pub(crate) filter: Option<State>,
    pub(crate) encoding: Option<State>,
}

/// All rules of a revision.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    names: FxHashMap<String, usize>,
    /// What a macro stands for.
    macros: FxHashMap<usize, Vec<Assign>>,
    /// By the folder their file stands in, which is the empty path for the top; in each file
    /// the last line comes first, since it counts most.
    folders: FxHashMap<Utf8PathBuf, Vec<Rule>>,
    /// Those that count more than all files.
    own: Vec<Rule>,
    count: usize,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    assigns: Vec<Assign>,
}

/// An attribute by its number, and what it is set to: absent if it is told to be unspecified.
type Assign = (usize, Option<State>);

/// A file's text and where it stands.
pub(crate) enum File {
    /// In a folder of the revision.
    In(Utf8PathBuf),
    /// In the git folder: what it says counts most.
    Own,
}

impl Rules {
    /// The rules of files, of which the one at the top and git's own may define macros. `None`
    /// if there are more than what is read.
    pub(crate) fn new(files: &[(File, Vec<u8>)]) -> Option<Self> {
        let mut rules = Self::default();
        for name in KNOWN {
            rules.name(name);
        }
        let binary = ["text"].map(|name| (rules.name(name), Some(State::Unset)));
        let number = rules.name("binary");
        rules.macros.insert(number, binary.to_vec());
        // Macros count wherever they are defined, so they come first.
        for (place, text) in files {
            let may_define = match place {
                File::In(folder) => folder.as_str().is_empty(),
                File::Own => true,
            };
            for line in lines(text).filter(|_| may_define) {
                rules.define(line);
            }
        }
        for (place, text) in files {
            let mut found: Vec<Rule> = lines(text).filter_map(|line| rules.rule(line)).collect();
            rules.count += found.len();
            if rules.count > MOST_RULES {
                return None;
            }
            found.reverse();
            match place {
                File::In(folder) => {
                    rules.folders.insert(folder.clone(), found);
                }
                File::Own => rules.own = found,
            }
        }
        Some(rules)
    }

    /// Whether they say nothing about any file.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The attributes of a file.
    pub(crate) fn of(&self, path: &Utf8Path) -> Attributes {
        let mut states: Vec<Option<Option<State>>> = vec![None; self.names.len()];
        for rule in self
            .own
            .iter()
            .filter(|rule| rule.pattern.fits(path.as_str()))
        {
            self.apply(&rule.assigns, &mut states);
        }
        for folder in path.ancestors().skip(1) {
            let Some(rules) = self.folders.get(folder) else {
                continue;
            };
            let below = path.strip_prefix(folder).unwrap_or(path).as_str();
            for rule in rules.iter().filter(|rule| rule.pattern.fits(below)) {
                self.apply(&rule.assigns, &mut states);
            }
        }
        let mut states = states.into_iter().take(KNOWN.len()).map(Option::flatten);
        let mut next = || states.next().flatten();
        Attributes {
            text: next(),
            crlf: next(),
            eol: next(),
            ident: next(),
            filter: next(),
            encoding: next(),
        }
    }

    /// Sets what is not set yet; the last one on a line counts most.
    fn apply(&self, assigns: &[Assign], states: &mut [Option<Option<State>>]) {
        let mut open: Vec<&Assign> = assigns.iter().collect();
        while let Some((number, state)) = open.pop() {
            if states[*number].is_some() {
                continue;
            }
            states[*number] = Some(state.clone());
            if *state == Some(State::Set)
                && let Some(more) = self.macros.get(number)
            {
                open.extend(more);
            }
        }
    }

    fn name(&mut self, name: &str) -> usize {
        let next = self.names.len();
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    /// Notes the macro that a line defines, if it does.
    fn define(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("[attr]") else {
            return;
        };
        let mut words = rest.split_ascii_whitespace();
        if let Some(name) = words
            .next()
            .filter(|name| is_name(name) && self.names.len() < MOST_RULES)
        {
            let number = self.name(name);
            let assigns = words.filter_map(|word| self.assign(word)).collect();
            self.macros.insert(number, assigns);
        }
    }

    fn rule(&mut self, line: &str) -> Option<Rule> {
        if line.starts_with("[attr]") {
            return None;
        }
        let (pattern, rest) = match line.strip_prefix('"') {
            Some(rest) => unquote(rest)?,
            None => {
                let end = line.find([' ', '\t', '\r', '\n'])?;
                (line.as_bytes()[..end].to_vec(), &line[end..])
            }
        };
        // A pattern that says no is not allowed there.
        if pattern.starts_with(b"!") {
            return None;
        }
        let words = rest.split_ascii_whitespace();
        let assigns: Vec<Assign> = words.filter_map(|word| self.assign(word)).collect();
        if assigns.is_empty() {
            return None;
        }
        Some(Rule {
            pattern: Pattern::parse(&pattern)?,
            assigns,
        })
    }

    /// What a word such as `-text` or `eol=lf` sets, if that is of interest.
    fn assign(&self, word: &str) -> Option<Assign> {
        let (name, state) = if let Some(name) = word.strip_prefix('-') {
            (name, Some(State::Unset))
        } else if let Some(name) = word.strip_prefix('!') {
            (name, None)
        } else if let Some((name, value)) = word.split_once('=') {
            (name, Some(State::Value(value.into())))
        } else {
            (word, Some(State::Set))
        };
        Some((*self.names.get(name)?, state))
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| line.len() < LONGEST_LINE);
    let lines = lines.filter_map(|line| std::str::from_utf8(line).ok());
    lines
        .map(|line| line.trim_start_matches([' ', '\t', '\r']))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !name.starts_with('-') && name.bytes().all(is_letter)
}

/// The text of a quoted pattern, and what follows it.
fn unquote(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    loop {
        let (first, after) = rest.split_first()?;
        rest = after;
        match first {
            b'"' => return Some((bytes, text.get(text.len() - rest.len()..)?)),
            b'\\' => {
                let (letter, after) = rest.split_first()?;
                rest = after;
                bytes.push(match letter {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'\\' | b'"' => *letter,
                    b'0'..=b'3' => {
                        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                        rest = &rest[2..];
                        (letter - b'0') * 64 + u8::from_str_radix(digits, 8).ok()?
                    }
                    _ => return None,
                });
            }
            byte => bytes.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], path: &str, expect: &str) {
        let place = |folder: &str| match folder {
            "info" => File::Own,
            folder => File::In(folder.into()),
        };
        let files = files.iter();
        let files: Vec<_> = files
            .map(|(folder, text)| (place(folder), text.as_bytes().to_vec()))
            .collect();
        let found = Rules::new(&files).unwrap().of(path.into());
        let known = [
            found.text,
            found.crlf,
            found.eol,
            found.ident,
            found.filter,
            found.encoding,
        ];
        let told = KNOWN.into_iter().zip(known).filter_map(|(name, state)| {
            Some(match state? {
                State::Set => name.to_owned(),
                State::Unset => format!("-{name}"),
                State::Value(value) => format!("{name}={value}"),
            })
        });
        assert_eq!(told.collect::<Vec<_>>().join(" "), expect, "{path}");
    }

    #[test]
    fn the_nearest_and_the_last_line_count() {
        let files = [
            (
                "",
                "* text=auto\n*.png binary\n*.yaml eol=lf -ident\n# *.yaml eol=crlf\n",
            ),
            ("a", "*.yaml ident eol=crlf !ident\r\nb/c.yaml filter=lfs"),
            ("info", "  \"x y\\056z\" -text diff\n"),
        ];
        check(&files, "a.png", "-text");
        check(&files, "b.yaml", "text=auto eol=lf -ident");
        check(&files, "a/b.yaml", "text=auto eol=crlf");
        check(&files, "a/b/c.yaml", "text=auto eol=crlf filter=lfs");
        check(&files, "q/x y.z", "-text");
    }

    #[test]
    fn macros_count_from_the_top_alone() {
        let files = [
            (
                "",
                "a.x big\n[attr]big filter=lfs -text\nb.x -big\nc.x small\n",
            ),
            ("d", "[attr]small ident\n* small big -filter"),
        ];
        check(&files, "a.x", "-text filter=lfs");
        check(&files, "b.x", "");
        check(&files, "c.x", "");
        check(&files, "d/e", "-text -filter");
    }

    #[test]
    fn refuses_too_many_lines() {
        let text = "*.yaml text\n".repeat(MOST_RULES + 1);
        assert!(Rules::new(&[(File::Own, text.into_bytes())]).is_none());
        let text = "*.yaml linguist-generated\n".repeat(MOST_RULES + 1);
        assert!(Rules::new(&[(File::Own, text.into_bytes())]).is_some());
    }
}
