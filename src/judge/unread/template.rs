//! A text with actions of a template in it, or with none.

use std::ops::Range;

use manifest::Span;

/// What takes the name of a template or a file, or a text that is meant to be read.
const TELLERS: [&str; 8] = [
    ".Files.Get",
    ".Files.Glob",
    "block",
    "define",
    "fail",
    "include",
    "required",
    "template",
];

/// What a template does between `{{` and `}}`.
struct Action {
    range: Range<usize>,
    is_comment: bool,
}

/// A text, and where in it the actions are.
pub(super) struct Template<'t> {
    pub(super) text: &'t str,
    actions: Vec<Action>,
}

impl<'t> Template<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let mut actions = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("{{") {
            let start = at + open;
            let inside = &text[start + 2..];
            let said = inside.strip_prefix('-').unwrap_or(inside).trim_start();
            let is_comment = said.starts_with("/*");
            let close = inside.find(if is_comment { "*/" } else { "}}" });
            let close = close.and_then(|close| {
                let behind = inside[close..].find("}}")?;
                Some(start + 2 + close + behind + 2)
            });
            at = close.unwrap_or(text.len());
            actions.push(Action {
                range: start..at,
                is_comment,
            });
        }
        Self { text, actions }
    }

    pub(super) fn has_actions(&self) -> bool {
        !self.actions.is_empty()
    }

    /// The actions that touch a range.
    fn actions_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Action> {
        let first = self
            .actions
            .partition_point(|action| action.range.end <= range.start);
        let end = range.end;
        let rest = self.actions.get(first..).unwrap_or_default().iter();
        rest.take_while(move |action| action.range.start < end)
    }

    /// The bytes of a range that are printed as they are.
    pub(super) fn literals(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut literals = Vec::new();
        let mut at = range.start;
        for action in self.actions_in(&range) {
            if at < action.range.start {
                literals.push(at..action.range.start);
            }
            at = action.range.end.min(range.end);
        }
        literals.push(at..range.end);
        literals.retain(|range| !self.text[range.clone()].trim().is_empty());
        literals
    }

    /// What is quoted in the actions of a range, with the quotes, but for what no object
    /// holds.
    pub(super) fn quoted(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut quoted = Vec::new();
        for action in self.actions_in(&range).filter(|action| !action.is_comment) {
            let start = action.range.start.max(range.start);
            let part = &self.text[start..action.range.end.min(range.end)];
            let mut quotes = part.match_indices(['"', '`']);
            while let Some((from, quote)) = quotes.next() {
                let closing = quotes.find(|(at, other)| {
                    *other == quote && (quote == "`" || !is_escaped(&part[from + 1..*at]))
                });
                let to = closing.map_or(part.len(), |(at, _)| at + 1);
                let before = part[..from].trim_end();
                let is_told = TELLERS.iter().any(|function| before.ends_with(function));
                if !is_told {
                    quoted.push(start + from..start + to);
                }
            }
        }
        quoted
    }

    /// The actions of a range as they are written, without comments.
    pub(super) fn actions(&self, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let (start, end) = (range.start, range.end);
        let actions = self.actions_in(&range).filter(|action| !action.is_comment);
        let all: Vec<Range<usize>> = actions
            .map(|action| action.range.start.max(start)..action.range.end.min(end))
            .collect();
        all.into_iter()
    }

    /// Whether a range holds nothing but actions that print nothing.
    pub(super) fn is_comment(&self, range: Range<usize>) -> bool {
        self.literals(range.clone()).is_empty()
            && self.actions_in(&range).all(|action| action.is_comment)
    }

    /// Whether a range holds nothing but actions.
    pub(super) fn is_action(&self, range: Range<usize>) -> bool {
        self.literals(range).is_empty()
    }
}

/// Whether what follows a text is escaped by it.
fn is_escaped(text: &str) -> bool {
    let slashes = text.len() - text.trim_end_matches('\\').len();
    slashes % 2 == 1
}

/// A range as manifests have them.
pub(super) fn span(range: &Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}
