//! One document of a file that cannot be read.

use std::ops::Range;
use std::sync::LazyLock;

use manifest::{NAMING_FIELDS, Span};
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::looks::{Hidden, hidden_as};
use super::line::Line;
use super::pairs;
use super::template::{Template, span};

/// What says where and what an object is.
const HARMLESS: [&str; 5] = ["apiVersion", "kind", "metadata", "name", "namespace"];

/// The fields of a Secret that hold nothing, if they are what they should be.
const OWN: [&str; 5] = ["apiVersion", "immutable", "kind", "metadata", "type"];

/// Values that say nothing.
const NOTHING: [&str; 8] = ["true", "false", "null", "~", "\"\"", "''", "{}", "[]"];

/// How far apart the name and the value of one setting may stand, in lines.
const NEAR: usize = 8;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^0-9a-z_.-])secrets?(?:list)?(?:$|[^0-9a-z_.-])").unwrap()
});

// Inside braces: a mapping in one line, such as JSON.
#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static INLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i-u)[{,\\]\s*["']?(?:(kind)\\?["']?\s*:\s*\\?["']?secrets?(?:list)?\b"#,
        r#"|(string_?data)\\?["']?\s*:|(data)\\?["']?\s*:)"#,
    ))
    .unwrap()
});

/// What is known of the objects in a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Their kinds, none of which is Secret.
    Others,
    /// Not all of their kinds.
    Unknown,
    /// One of them is a Secret.
    Secret,
    /// A Secret whose fields do not stand in lines of their own, or whatever else is one.
    All,
}

/// Lines that are hidden because of what stands above them.
struct Open {
    column: usize,
    hidden: Hidden,
    /// Whether only those are hidden that go on with its value.
    is_scalar: bool,
}

impl Open {
    fn holds(&self, line: &Line<'_>) -> bool {
        let is_inside = line.column > self.column || line.column == self.column && line.is_item();
        match (line.key, self.is_scalar) {
            (Some(_), true) => false,
            (None, true) => is_inside && !line.is_action,
            (Some(_), false) => is_inside,
            // A line that is no field ends nothing, wherever it stands.
            (None, false) => true,
        }
    }
}

/// One document.
pub(super) struct Document<'d> {
    template: &'d Template<'d>,
    lines: &'d [Line<'d>],
    holds: Holds,
    /// The lines of fields that only a Secret has.
    fields: FxHashSet<usize>,
    /// The least column of a kind, but for lists': of those the items tell.
    kinds_from: Option<usize>,
    has_generator: bool,
}

impl<'d> Document<'d> {
    pub(super) fn of(
        template: &'d Template<'d>,
        lines: &'d [Line<'d>],
        is_called_secret: bool,
    ) -> Self {
        let mut document = Self {
            template,
            lines,
            holds: Holds::Others,
            fields: FxHashSet::default(),
            kinds_from: None,
            has_generator: lines.iter().any(|line| line.is_key("secretGenerator")),
        };
        document.look(is_called_secret);
        document
    }

    fn text(&self, line: &Line<'_>) -> &'d str {
        &self.template.text[line.value.clone()]
    }

    /// Finds out what the document holds.
    fn look(&mut self, is_called_secret: bool) {
        let mut has_kind = false;
        let mut is_known = true;
        let mut is_secret = false;
        // By column, the last mapping of a Secret there.
        let mut looked_at: FxHashMap<usize, Range<usize>> = FxHashMap::default();
        for (at, line) in self.lines.iter().enumerate() {
            if !line.is_key("kind") {
                continue;
            }
            let value = without_comment(self.text(line));
            if SECRET.is_match(value) {
                let last = looked_at.entry(line.inner).or_default();
                if last.contains(&at) {
                    continue;
                }
                *last = self.mapping_of(at);
                if self.is_reference(last.clone(), line.inner) {
                    continue;
                }
                is_secret = true;
                self.find_fields(last.clone(), line.inner);
            }
            has_kind = true;
            is_known &= !(value.is_empty() || value.contains("{{") || value.starts_with('*'));
            if !value.ends_with("List") {
                let least = self.kinds_from.unwrap_or(line.inner);
                self.kinds_from = Some(least.min(line.inner));
            }
        }
        self.holds = match (is_secret, has_kind && is_known) {
            (true, _) => Holds::Secret,
            (false, true) => Holds::Others,
            (false, false) => Holds::Unknown,
        };
        if self.is_inline_secret() || !has_kind && is_called_secret {
            self.holds = Holds::All;
        }
    }

    /// Whether a Secret is written in one line.
    fn is_inline_secret(&self) -> bool {
        let lines = self.lines.iter().filter(|line| !line.is_comment);
        lines
            .flat_map(|line| INLINE.captures_iter(self.text(line)))
            .any(|found| {
                let is_data = found.get(3).is_some();
                !is_data || self.holds != Holds::Others
            })
    }

    /// The lines of the same mapping as a field.
    fn mapping_of(&self, at: usize) -> Range<usize> {
        let column = self.lines[at].inner;
        let is_inside = |line: &Line<'_>| line.is_action || line.is_comment || line.inner >= column;
        let begins = |line: &Line<'_>| line.is_item() && line.inner <= column;
        let mut start = at;
        while start > 0 && !begins(&self.lines[start]) && is_inside(&self.lines[start - 1]) {
            start -= 1;
        }
        let mut end = at + 1;
        while let Some(line) = self.lines.get(end) {
            if begins(line) || !is_inside(line) {
                break;
            }
            end += 1;
        }
        start..end
    }

    /// Whether a mapping with a kind only names an object.
    fn is_reference(&self, mapping: Range<usize>, column: usize) -> bool {
        let lines = self.lines[mapping].iter();
        let mut fields = lines.filter(|line| !line.is_action && !line.is_comment);
        let mut has_name = false;
        let all_are_names = fields.all(|line| {
            let key = line.key.filter(|key| NAMING_FIELDS.contains(key));
            has_name |= key == Some("name");
            key.is_some() && line.inner == column && is_single(self.text(line))
        });
        has_name && all_are_names
    }

    /// Learns which lines are the fields of a Secret that hold something.
    fn find_fields(&mut self, mapping: Range<usize>, column: usize) {
        for at in mapping {
            let line = &self.lines[at];
            let is_field = line.inner == column && !line.is_action && !line.is_comment;
            if is_field && !self.is_own(line) {
                self.fields.insert(at);
            }
        }
    }

    /// Whether a field of a Secret is one that every object has.
    fn is_own(&self, line: &Line<'_>) -> bool {
        let value = without_comment(self.text(line));
        let is_plain = !value.starts_with(['[', '|', '>']) && is_single(value);
        match line.key {
            Some("type") => is_plain,
            Some("immutable") => matches!(value, "true" | "false") || value.starts_with("{{"),
            Some(key) => OWN.contains(&key),
            None => false,
        }
    }

    /// The bytes that nobody may see.
    pub(super) fn hidden(&self) -> Vec<(Span, Hidden)> {
        let mut hidden = Vec::new();
        let mut open: Option<Open> = None;
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(within) = &open
                && within.holds(line)
            {
                self.hide(line.value.clone(), within.hidden, &mut hidden);
                continue;
            }
            open = self.opened(at);
            match &open {
                Some(opened) if !begins_collection(self.text(line)) => {
                    self.hide(line.value.clone(), opened.hidden, &mut hidden);
                }
                Some(_) => {}
                None if self.holds == Holds::All && !self.is_harmless(line) => {
                    self.hide(line.value.clone(), Hidden::Everywhere, &mut hidden);
                }
                None => self.hide_pairs(line, &mut hidden),
            }
        }
        hidden
    }

    /// What a line hides of itself and of those below it.
    fn opened(&self, at: usize) -> Option<Open> {
        let line = &self.lines[at];
        if line.is_comment || line.is_action {
            return None;
        }
        let value = without_comment(self.text(line));
        let hidden = match self.is_data(at) {
            true => Hidden::Everywhere,
            false if NOTHING.contains(&value) => return None,
            false => hidden_as(self.name_of(at)?)?,
        };
        Some(Open {
            column: line.inner,
            hidden,
            is_scalar: !self.is_data(at) && !value.starts_with(['|', '>']),
        })
    }

    /// What the value in a line is called.
    fn name_of(&self, at: usize) -> Option<&'d str> {
        match self.lines[at].key? {
            "value" => self.beside(at, "name"),
            key => Some(key),
        }
    }

    /// Whether a line is a field that holds what is secret: as far as lines tell, it may be the
    /// data of a Secret.
    fn is_data(&self, at: usize) -> bool {
        let line = &self.lines[at];
        if self.fields.contains(&at) {
            return true;
        }
        let Some(key) = line.key else {
            return self.text(line).contains("/stringData/");
        };
        let is_near = |name: &str, most| {
            suggest::distance(key, name).is_some_and(|distance| distance <= most)
        };
        let is_patched = || self.beside(at, "path").is_some_and(is_path_to_data);
        is_near("stringData", 2)
            || key == "literals" && self.has_generator
            || key == "value" && is_patched()
            || match self.holds {
                Holds::Secret | Holds::All => is_near("data", 1) || key == "binaryData",
                Holds::Unknown => key == "data",
                Holds::Others => {
                    key == "data" && self.kinds_from.is_none_or(|column| column > line.inner)
                }
            }
    }

    /// The value of another field of the same mapping, not far away.
    fn beside(&self, at: usize, name: &str) -> Option<&'d str> {
        let column = self.lines[at].inner;
        let begins = |line: &Line<'_>| line.is_item() && line.inner <= column;
        let is_asked = |line: &&Line<'_>| line.is_key(name) && line.inner == column;
        let above = self.lines[at.saturating_sub(NEAR)..=at].iter().rev();
        let mut has_begun = false;
        let mut above = above.take_while(|line| {
            let was_inside = !has_begun && line.inner >= column;
            has_begun |= begins(line);
            was_inside
        });
        let below = self.lines[at + 1..].iter().take(NEAR);
        let mut below = below.take_while(|line| line.inner >= column && !begins(line));
        let found = above.find(is_asked).or_else(|| below.find(is_asked))?;
        Some(without_comment(self.text(found)).trim_matches(['"', '\'']))
    }

    /// Whether a line says only where or what something is.
    fn is_harmless(&self, line: &Line<'_>) -> bool {
        let is_harmless = line.key.is_some_and(|key| HARMLESS.contains(&key));
        is_harmless && is_single(self.text(line).trim_end_matches(','))
    }

    /// Hides what is called after a secret inside a line.
    fn hide_pairs(&self, line: &Line<'_>, all: &mut Vec<(Span, Hidden)>) {
        if line.is_comment {
            return;
        }
        for literal in self.template.literals(line.value.clone()) {
            for (value, hidden) in pairs::in_literal(&self.template.text[literal.clone()]) {
                let value = literal.start + value.start..literal.start + value.end;
                self.hide(value, hidden, all);
            }
        }
        for action in self.template.actions(line.value.clone()) {
            let text = &self.template.text[action.clone()];
            for (value, hidden) in pairs::in_action(text) {
                let value = action.start + value.start..action.start + value.end;
                all.push((span(&value), hidden));
            }
            // What a Secret's template keeps in a variable may be printed into its data.
            if self.holds == Holds::Secret && text.contains('=') {
                self.hide_quoted(action, Hidden::Everywhere, all);
            }
        }
    }

    fn hide_quoted(&self, range: Range<usize>, hidden: Hidden, all: &mut Vec<(Span, Hidden)>) {
        let quoted = self.template.quoted(range);
        all.extend(quoted.iter().map(|range| (span(range), hidden)));
    }

    /// Hides what is printed of a range as it stands there, and what is quoted in its actions.
    fn hide(&self, range: Range<usize>, hidden: Hidden, all: &mut Vec<(Span, Hidden)>) {
        for literal in self.template.literals(range.clone()) {
            all.push((span(&literal), hidden));
            let text = &self.template.text[literal.clone()];
            let parts = parts(text);
            let parts = parts.map(|part| literal.start + part.start..literal.start + part.end);
            all.extend(parts.map(|part| (span(&part), hidden)));
        }
        self.hide_quoted(range, hidden, all);
    }
}

/// Whether a value goes on in the lines below it.
fn begins_collection(value: &str) -> bool {
    let rest = value.trim_start_matches(['|', '>', '{', '[']);
    rest.len() < value.len() && rest.chars().all(|c| matches!(c, '+' | '-' | '0'..='9'))
}

/// Whether a patch puts something into the data of an object.
fn is_path_to_data(path: &str) -> bool {
    path.starts_with("/data") || path.starts_with("/stringData")
}

/// The values inside a value: those of a list or mapping in one line, and what stands before a
/// comment. None if it is but one.
fn parts(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_end = |c: char| matches!(c, '{' | '}' | '[' | ']' | ',' | '#');
    let is_one = !text.contains(is_end);
    let mut end = 0;
    text.split_inclusive(is_end).filter_map(move |part| {
        let start = end;
        end += part.len();
        let part = part.trim_end_matches(is_end).trim_end();
        let behind = part.find(": ").map_or(0, |at| at + 2);
        let value = part[behind..].trim_start();
        let start = start + part.len() - value.len();
        (!is_one && !value.is_empty()).then(|| start..start + value.len())
    })
}

/// A value without the comment behind it.
fn without_comment(value: &str) -> &str {
    let value = match value.starts_with('#') {
        true => "",
        false => value.find(" #").map_or(value, |at| &value[..at]),
    };
    value.trim().trim_end_matches(',')
}

/// Whether a value is but one scalar.
fn is_single(value: &str) -> bool {
    let is_action = value.starts_with("{{") && value.matches("}}").count() == 1;
    is_action || !value.contains(['{', '}', '[', ']', ',']) && !value.contains(": ")
}
