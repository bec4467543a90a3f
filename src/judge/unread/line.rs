//! The lines of a text that is no YAML, as YAML would take them.

use std::ops::Range;

use super::template::Template;

/// A line that says something.
pub(super) struct Line<'t> {
    /// Where its content begins in it; of an item of a list, the dash.
    pub(super) column: usize,
    /// Where what stands behind dashes begins in it.
    pub(super) inner: usize,
    /// The key, without quotes.
    pub(super) key: Option<&'t str>,
    /// What follows the key; all of a line without one.
    pub(super) value: Range<usize>,
    /// Whether it is a comment of YAML.
    pub(super) is_comment: bool,
    /// Whether nothing in it is printed as it stands there.
    pub(super) is_action: bool,
}

impl<'t> Line<'t> {
    /// The line at these bytes; none if it says nothing.
    fn read(template: &Template<'t>, range: Range<usize>) -> Option<Self> {
        let text = &template.text[range.clone()];
        let content = text.trim();
        if content.is_empty() || template.is_comment(range.clone()) {
            return None;
        }
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let column = blanks(text);
        let mut inner = column;
        while let Some(rest) = text[inner..].strip_prefix("- ") {
            inner += 2 + blanks(rest);
        }
        let end = text.trim_end().len();
        let is_action = template.is_action(range.clone());
        // A field may stand behind the action that asks whether it is there.
        let first = template.literals(range.clone());
        let first = first.first().map_or(end, |first| first.start - range.start);
        let first = first.max(inner);
        let first = (first + blanks(&text[first..])).min(end);
        let key = key_in(&text[first..end]);
        let behind = key.map_or(inner, |(_, behind)| first + behind);
        let value = (behind + blanks(&text[behind..])).min(end);
        Some(Self {
            column,
            inner,
            key: key.map(|(key, _)| key),
            value: range.start + value..range.start + end,
            is_comment: content.starts_with('#'),
            is_action,
        })
    }

    /// Whether it begins an item of a list.
    pub(super) fn is_item(&self) -> bool {
        self.column < self.inner
    }

    pub(super) fn is_key(&self, name: &str) -> bool {
        self.key.is_some_and(|key| key.eq_ignore_ascii_case(name))
    }
}

/// A line's key without quotes, and how many bytes it takes with the colon.
fn key_in(text: &str) -> Option<(&str, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (key, rest) = match quote {
        Some(quote) => {
            let (key, rest) = text[1..].split_once(quote)?;
            (key, rest.trim_start())
        }
        None => {
            let is_in_key =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$');
            let rest = text.trim_start_matches(is_in_key);
            (&text[..text.len() - rest.len()], rest)
        }
    };
    let behind = rest.strip_prefix(':')?;
    let is_key = !key.is_empty() && (behind.is_empty() || behind.starts_with(char::is_whitespace));
    // Behind a key in quotes, JSON need not leave a blank.
    (is_key || quote.is_some()).then(|| (key, text.len() - behind.len()))
}

/// The lines of each document of a text.
pub(super) fn documents<'t>(template: &Template<'t>) -> Vec<Vec<Line<'t>>> {
    let mut documents = vec![Vec::new()];
    let mut end = 0;
    for line in template.text.split_inclusive('\n') {
        let mut start = end;
        end += line.len();
        let rest = line.strip_prefix("---");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            documents.push(Vec::new());
            start += "---".len();
        }
        // What a template defines is printed by itself.
        if is_definition(line) {
            documents.push(Vec::new());
        }
        let read = Line::read(template, start..end);
        if let (Some(read), Some(document)) = (read, documents.last_mut()) {
            document.push(read);
        }
    }
    documents
}

fn is_definition(line: &str) -> bool {
    let action = line.trim_start().strip_prefix("{{");
    let action = action.map(|action| action.trim_start_matches('-').trim_start());
    action.is_some_and(|action| action.starts_with("define"))
}
