//! Variables in a text, as Flux replaces them.
//!
//! What looks like a shell's syntax is less than that: `${x}` with one operator, whose arguments
//! may hold variables again. A `$` without `{` is text, and `$$` stands for one `$`.

use spanned_yaml::Span;

/// How deep variables may stand in one another's arguments.
const DEPTH: usize = 32;

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// Its value.
    Value(&'a str),
    /// It is not set.
    Unset,
    /// Where it would be set is not known, so that it is left as it is written.
    Unknown,
}

/// A part of an expanded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes of the text.
    Text(Span),
    /// What stands for a variable, and whether it is the variable's value as it is.
    Variable {
        /// The variable.
        name: String,
        /// What it is replaced by.
        text: String,
        /// Whether that is its whole value.
        is_whole: bool,
        /// The bytes of the text that it stands for.
        span: Span,
    },
}

/// Why a text cannot be expanded: Flux refuses the whole object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSubstitution {
    /// The bytes from the `${` that is wrong.
    pub span: Span,
    /// What is wrong with it.
    pub what: &'static str,
}

/// The pieces of a text with its variables replaced.
///
/// # Errors
/// A `${` that is none of the forms that Flux knows.
pub fn expand<'v>(
    text: &str,
    lookup: &dyn Fn(&str) -> Lookup<'v>,
) -> Result<Vec<Piece>, BadSubstitution> {
    let mut reader = Reader { text, at: 0 };
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(c) = reader.peek() {
        let before = reader.at;
        match c {
            '$' if reader.rest().starts_with("$$") => {
                // The second `$` is taken as it is, whatever follows.
                push_text(&mut pieces, start, before);
                start = before + 1;
                reader.at = before + 2;
            }
            '$' if reader.rest().starts_with("${") => {
                push_text(&mut pieces, start, before);
                let value = reader.variable(lookup, 0).map_err(|what| BadSubstitution {
                    span: span(before, text.len()),
                    what,
                })?;
                match value.text {
                    Some(text) => pieces.push(Piece::Variable {
                        name: value.name,
                        text,
                        is_whole: value.is_whole,
                        span: span(before, reader.at),
                    }),
                    None => push_text(&mut pieces, before, reader.at),
                }
                start = reader.at;
            }
            c => reader.at += c.len_utf8(),
        }
    }
    push_text(&mut pieces, start, text.len());
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, start: usize, end: usize) {
    if start < end {
        pieces.push(Piece::Text(span(start, end)));
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// What a variable with its operator comes to.
struct Value {
    name: String,
    /// None if it depends on what is not known.
    text: Option<String>,
    is_whole: bool,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

const UNCLOSED: &str = "the closing brace is missing";

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// Takes up what fits, at least one character of it.
    fn name(&mut self) -> Result<String, &'static str> {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err("a variable's name is missing");
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    /// A variable from its `${` to its `}`.
    fn variable<'v>(
        &mut self,
        lookup: &dyn Fn(&str) -> Lookup<'v>,
        depth: usize,
    ) -> Result<Value, &'static str> {
        if depth > DEPTH {
            return Err("variables are nested too deeply");
        }
        self.at += 2;
        if self.eat("#") {
            let name = self.name()?;
            self.close()?;
            let length = |value: &str| value.chars().count().to_string();
            return Ok(computed(name, lookup, length));
        }
        let name = self.name()?;
        match self.peek() {
            Some('}') => {
                self.at += 1;
                let mut value = computed(name, lookup, str::to_owned);
                value.is_whole = true;
                Ok(value)
            }
            Some(':')
                if matches!(
                    self.rest().as_bytes().get(1),
                    Some(b'=' | b'-' | b'?' | b'+')
                ) =>
            {
                self.at += 2;
                self.default(name, lookup, depth)
            }
            Some('=') => {
                self.at += 1;
                self.default(name, lookup, depth)
            }
            Some(':') => {
                self.at += 1;
                self.part(name, lookup, depth)
            }
            Some(c @ (',' | '^')) => {
                self.at += 1;
                let is_all = self.peek() == Some(c);
                self.at += usize::from(is_all);
                self.close()?;
                Ok(computed(name, lookup, |value| {
                    cased(value, c == '^', is_all)
                }))
            }
            Some('/') => self.replace(name, lookup, depth),
            Some(c @ ('#' | '%')) => {
                self.at += 1;
                let is_longest = self.peek() == Some(c);
                self.at += usize::from(is_longest);
                let pattern = self.argument(lookup, depth, &['}'], false)?;
                self.close()?;
                Ok(with(name, lookup, [pattern], |value, [pattern]| {
                    trimmed(value, pattern, c == '#', is_longest)
                }))
            }
            _ => Err(UNCLOSED),
        }
    }

    fn close(&mut self) -> Result<(), &'static str> {
        match self.eat("}") {
            true => Ok(()),
            false => Err(UNCLOSED),
        }
    }

    /// What stands in the place of a value that is empty.
    fn default<'v>(
        &mut self,
        name: String,
        lookup: &dyn Fn(&str) -> Lookup<'v>,
        depth: usize,
    ) -> Result<Value, &'static str> {
        let mut default = Some(String::new());
        while self.peek() != Some('}') {
            let more = self.argument(lookup, depth, &['}'], false)?;
            default = default.zip(more).map(|(all, more)| all + &more);
        }
        self.close()?;
        let (text, is_whole) = match lookup(&name) {
            Lookup::Value("") | Lookup::Unset => (default, false),
            Lookup::Value(value) => (Some(value.to_owned()), true),
            Lookup::Unknown => (None, false),
        };
        Ok(Value {
            name,
            text,
            is_whole,
        })
    }

    /// `${x:offset}` and `${x:offset:length}`.
    fn part<'v>(
        &mut self,
        name: String,
        lookup: &dyn Fn(&str) -> Lookup<'v>,
        depth: usize,
    ) -> Result<Value, &'static str> {
        let offset = self.argument(lookup, depth, &[':', '}'], false)?;
        if self.eat("}") {
            return Ok(with(name, lookup, [offset], |value, [offset]| {
                slice(value, offset, None)
            }));
        }
        if !self.eat(":") {
            return Err(UNCLOSED);
        }
        let length = self.argument(lookup, depth, &['}'], false)?;
        self.close()?;
        let arguments = [offset, length];
        Ok(with(name, lookup, arguments, |value, [offset, length]| {
            slice(value, offset, Some(length))
        }))
    }

    /// `${x/old/new}`, with `//` of every occurrence, `/#` at the start, `/%` at the end.
    fn replace<'v>(
        &mut self,
        name: String,
        lookup: &dyn Fn(&str) -> Lookup<'v>,
        depth: usize,
    ) -> Result<Value, &'static str> {
        self.at += 1;
        let mode = self.peek().filter(|c| matches!(c, '/' | '#' | '%'));
        self.at += usize::from(mode.is_some());
        let old = self.argument(lookup, depth, &['/'], true)?;
        if !self.eat("/") {
            return Err(UNCLOSED);
        }
        let new = match self.peek() {
            Some('}') => Some(String::new()),
            _ => self.argument(lookup, depth, &['}'], true)?,
        };
        self.close()?;
        Ok(with(name, lookup, [old, new], |value, [old, new]| {
            let swapped = match mode {
                Some('/') => Some(value.replace(old, new)),
                Some('#') => value.strip_prefix(old).map(|rest| format!("{new}{rest}")),
                Some(_) => value.strip_suffix(old).map(|rest| format!("{rest}{new}")),
                None => Some(value.replacen(old, new, 1)),
            };
            swapped.unwrap_or_else(|| value.to_owned())
        }))
    }

    /// One argument up to one of some characters: a variable, or text; none if it depends on
    /// what is not known.
    fn argument<'v>(
        &mut self,
        lookup: &dyn Fn(&str) -> Lookup<'v>,
        depth: usize,
        ends: &[char],
        has_escapes: bool,
    ) -> Result<Option<String>, &'static str> {
        if self.rest().starts_with("${") {
            return Ok(self.variable(lookup, depth + 1)?.text);
        }
        let mut text = String::new();
        while let Some(c) = self.peek() {
            let rest = self.rest();
            let is_escape = ["$$", "\\/", "\\\\"]
                .iter()
                .any(|pair| rest.starts_with(pair));
            if has_escapes && is_escape {
                text.extend(rest.chars().nth(1));
                self.at += 2;
                continue;
            }
            if ends.contains(&c) || rest.starts_with("${") {
                break;
            }
            text.push(c);
            self.at += c.len_utf8();
        }
        match text.is_empty() {
            true => Err(UNCLOSED),
            false => Ok(Some(text)),
        }
    }
}

/// A variable's value, computed from it alone.
fn computed<'v>(
    name: String,
    lookup: &dyn Fn(&str) -> Lookup<'v>,
    compute: impl Fn(&str) -> String,
) -> Value {
    with(name, lookup, [], |value, []| compute(value))
}

/// A variable's value, computed from it and some arguments.
fn with<'v, const N: usize>(
    name: String,
    lookup: &dyn Fn(&str) -> Lookup<'v>,
    arguments: [Option<String>; N],
    compute: impl Fn(&str, [&str; N]) -> String,
) -> Value {
    let value = match lookup(&name) {
        Lookup::Value(value) => Some(value),
        Lookup::Unset => Some(""),
        Lookup::Unknown => None,
    };
    let is_known = arguments.iter().all(Option::is_some);
    let given = arguments
        .each_ref()
        .map(|text| text.as_deref().unwrap_or(""));
    let text = value
        .filter(|_| is_known)
        .map(|value| compute(value, given));
    Value {
        name,
        text,
        is_whole: false,
    }
}

fn cased(value: &str, is_upper: bool, is_all: bool) -> String {
    let change = |text: &str| match is_upper {
        true => text.to_uppercase(),
        false => text.to_lowercase(),
    };
    let first = value.chars().next().map_or(0, char::len_utf8);
    match is_all {
        true => change(value),
        false => change(&value[..first]) + &value[first..],
    }
}

/// A part of a value, in bytes. What are no numbers leave it whole.
fn slice(value: &str, offset: &str, length: Option<&str>) -> String {
    let Ok(offset) = offset.parse::<i64>() else {
        return value.to_owned();
    };
    let size = value.len() as i64;
    let start = offset;
    if start < 0 || start > size {
        return String::new();
    }
    let end = match length.map(|length| length.parse::<i64>()) {
        None => size,
        Some(Err(_)) => return value.to_owned(),
        Some(Ok(length)) => start.saturating_add(length.max(0)).min(size),
    };
    let bytes = value.as_bytes().get(start as usize..end as usize);
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

/// A value without what a pattern fits at its start or end. The pattern's `*` and `?` are a
/// shell's.
fn trimmed(value: &str, pattern: &str, at_start: bool, is_longest: bool) -> String {
    let cuts = value.char_indices().map(|(at, _)| at).chain([value.len()]);
    let fits = |cut: &usize| match at_start {
        true => is_match(pattern, &value[..*cut]),
        false => is_match(pattern, &value[*cut..]),
    };
    let mut fitting = cuts.filter(fits);
    // The first cut is the shortest at the start, and the longest at the end.
    let cut = match at_start == is_longest {
        true => fitting.next_back(),
        false => fitting.next(),
    };
    match (cut, at_start) {
        (None, _) => value.to_owned(),
        (Some(cut), true) => value[cut..].to_owned(),
        (Some(cut), false) => value[..cut].to_owned(),
    }
}

/// Whether a text fits a pattern of `*`, `?` and text, without going back more than one `*`.
fn is_match(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut back = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Lookup<'static> {
        match name {
            "v" => Lookup::Value("Hello-world"),
            "n" => Lookup::Value("3"),
            "path" => Lookup::Value("a/b/c"),
            "empty" => Lookup::Value(""),
            "far" => Lookup::Unknown,
            _ => Lookup::Unset,
        }
    }

    fn check(text: &str) -> String {
        match expand(text, &lookup) {
            Ok(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(span) => &text[span.range()],
                    Piece::Variable { text, .. } => text,
                })
                .collect(),
            Err(bad) => format!("{}: {}", bad.span.start, bad.what),
        }
    }

    /// What envsubst of github.com/fluxcd/pkg 1.3.0 answers to each.
    #[test]
    fn expands_as_flux_does() {
        let cases = [
            ("a ${v} b $v $(v)", "a Hello-world b $v $(v)"),
            ("$${v} $$ $$$ ${no}|", "${v} $ $$ |"),
            ("${no:-x} ${no:=y} ${empty:-z} ${v:-x}", "x y z Hello-world"),
            ("${no:-${v}} ${no:-a${n}b}", "Hello-world a3b"),
            ("${no:-}|", "|"),
            (
                "${v^^} ${v,,} ${v,} ${#v}",
                "HELLO-WORLD hello-world hello-world 11",
            ),
            ("${v:6} ${v:0:5} ${v:${n}}", "world Hello lo-world"),
            ("${v:20} ${v:2:99} ${v: -3}", " llo-world Hello-world"),
            (
                "${no:-a$$b} $$$${v} ${no:?x} ${v:+x}",
                "a$$b $${v} x Hello-world",
            ),
            ("${path/\\//-} ${path//\\//-}", "a-b/c a-b-c"),
            (
                "${path#*/} ${path##*/} ${path%/*} ${path%%/*}",
                "b/c c a/b a",
            ),
            (
                "${v/#Hello/Bye} ${v/%world/all} ${v/o/}",
                "Bye-world Hello-all Hell-world",
            ),
        ];
        for (text, expect) in cases {
            assert_eq!(check(text), expect, "{text}");
        }
    }

    #[test]
    fn leaves_what_is_not_known() {
        assert_eq!(
            check("${far} ${far:-x} ${no:-${far}}!"),
            "${far} ${far:-x} ${no:-${far}}!"
        );
    }

    #[test]
    fn refuses_what_flux_refuses() {
        assert_eq!(check("ab ${"), "3: a variable's name is missing");
        assert_eq!(check("${v"), "0: the closing brace is missing");
        assert_eq!(check("${v-x}"), "0: the closing brace is missing");
        assert_eq!(check("${a[@]}"), "0: the closing brace is missing");
        let deep = "${a:-".repeat(100);
        assert_eq!(check(&deep), "0: variables are nested too deeply");
    }
}
