//! Paths to fields as people write them.

use std::fmt;

use manifest::{FieldPath, Segment, View};

use crate::problem::first_of;

/// The most names that an advice lists.
const FEW: usize = 12;

/// The way to a field: `spec.containers[name=api].image`, `metadata.annotations["a.b/c"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathQuery {
    parts: Vec<Part>,
}

/// One step of a [`PathQuery`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Into the entry with this key; into an item, if it is a number and a list is there.
    Key(Box<str>),
    /// Into an item, counted from 0.
    Index(usize),
    /// Into the first item in which a field has this content.
    Select(Box<str>, Box<str>),
}

impl PathQuery {
    /// Reads a path: keys behind dots, and in brackets an index, a quoted key, or the content of a
    /// field that tells one item from the others. A backslash takes the next character as it is.
    ///
    /// # Errors
    /// A sentence that says what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.strip_prefix('.').unwrap_or(text);
        while !rest.is_empty() {
            let (part, behind) = match rest.strip_prefix('[') {
                Some(inner) => bracketed(inner)
                    .ok_or_else(|| format!("the path has `{rest}`, which is not `[…]`"))?,
                None => {
                    plain(rest).ok_or_else(|| format!("the path has nothing before `{rest}`"))?
                }
            };
            parts.push(part);
            rest = match behind.strip_prefix('.') {
                Some("") => return Err(format!("the path `{text}` ends with a dot")),
                Some(behind) => behind,
                None => behind,
            };
        }
        match parts.is_empty() {
            true => Err("the path is empty".to_owned()),
            false => Ok(Self { parts }),
        }
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The path of what it finds in a value as that is now; at the end of what is there, the rest
    /// as it is written.
    pub(super) fn resolve(&self, value: View<'_>) -> Resolved {
        let mut way = Vec::new();
        let mut steady = Vec::new();
        let mut here = Some(value);
        let mut missing = None;
        for part in &self.parts {
            let found = here.and_then(|view| part.find(view));
            match (found, here) {
                (Some((segment, next)), Some(view)) => {
                    steady.push(part.steady(view, next));
                    way.push(segment);
                    here = Some(next);
                }
                (_, view) => {
                    if let Some(view) = view {
                        missing = Some((part.to_string(), advice(part, view)));
                    }
                    steady.push(part.clone());
                    here = None;
                }
            }
        }
        Resolved {
            way: way.into_iter().collect(),
            steady,
            missing,
        }
    }
}

/// What a [`PathQuery`] is in an object.
pub(super) struct Resolved {
    /// As far as it leads.
    pub(super) way: FieldPath,
    /// All of it, with items told by their names where they have some, so that they are found
    /// wherever they stood before.
    pub(super) steady: Vec<Part>,
    /// The first part that leads nowhere, and what would.
    pub(super) missing: Option<(String, Option<String>)>,
}

impl Part {
    /// What it names in a value.
    pub(super) fn find<'a>(&self, view: View<'a>) -> Option<(Segment, View<'a>)> {
        match self {
            Self::Key(key) if view.is_seq() => item(view, key.parse().ok()?),
            Self::Key(key) => Some((Segment::Key(key.clone()), view.get(key)?)),
            Self::Index(index) => item(view, *index),
            Self::Select(..) => {
                let mut items = view.items().enumerate();
                let (at, value) = items.find(|(_, item)| self.fits(*item))?;
                Some((Segment::Index(at), value))
            }
        }
    }

    /// Whether an item is meant.
    pub(super) fn fits(&self, item: View<'_>) -> bool {
        match self {
            Self::Select(field, content) if field.is_empty() => item.text() == &**content,
            Self::Select(field, content) => {
                let value = item.get(field);
                value.is_some_and(|value| value.text() == &**content)
            }
            Self::Key(_) | Self::Index(_) => false,
        }
    }

    /// The part in other words, if an item that is told by its place has a name of its own.
    fn steady(&self, list: View<'_>, found: View<'_>) -> Self {
        let name = found.get("name").and_then(View::as_str);
        let by_name = match (self, name) {
            (Self::Index(_), Some(name)) => Self::Select("name".into(), name.into()),
            (Self::Key(_), Some(name)) if list.is_seq() => Self::Select("name".into(), name.into()),
            _ => return self.clone(),
        };
        let is_only = list.items().filter(|item| by_name.fits(*item)).count() == 1;
        if is_only { by_name } else { self.clone() }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Select(field, content) => write!(f, "[{field}={content}]"),
        }
    }
}

fn item(list: View<'_>, index: usize) -> Option<(Segment, View<'_>)> {
    Some((Segment::Index(index), list.items().nth(index)?))
}

/// A key up to the next dot or bracket, and what follows; none if it is empty.
fn plain(text: &str) -> Option<(Part, &str)> {
    let mut key = String::new();
    let mut chars = text.char_indices();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.extend(chars.next().map(|(_, c)| c)),
            '.' | '[' => {
                end = at;
                break;
            }
            c => key.push(c),
        }
    }
    let behind = text.get(end..).unwrap_or_default();
    (!key.is_empty()).then(|| (Part::Key(key.into()), behind))
}

/// What stands in a bracket, and what follows it; none if it is not closed or empty.
fn bracketed(text: &str) -> Option<(Part, &str)> {
    if text.starts_with(['"', '\'']) {
        let (key, behind) = quoted(text)?;
        return Some((Part::Key(key.into()), behind.strip_prefix(']')?));
    }
    let end = text.find([']', '='])?;
    let (before, behind) = (text.get(..end)?, text.get(end + 1..)?);
    if text.get(end..)?.starts_with(']') {
        let part = match before.parse() {
            Ok(index) => Part::Index(index),
            Err(_) => Part::Key(before.into()),
        };
        return (!before.is_empty()).then_some((part, behind));
    }
    let (content, behind) = match quoted(behind) {
        Some((content, behind)) => (content, behind.strip_prefix(']')?),
        None => behind.split_once(']')?,
    };
    Some((Part::Select(before.into(), content.into()), behind))
}

/// What stands in quotes, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.get(1..)?.split_once(mark)
}

/// What there is in the place of a part that leads nowhere.
fn advice(part: &Part, view: View<'_>) -> Option<String> {
    if view.is_seq() {
        let names: Vec<&str> = view
            .items()
            .filter_map(|item| item.get("name").and_then(View::as_str))
            .collect();
        return match (names.len(), view.items().count()) {
            (_, 0) => Some("the list is empty".to_owned()),
            (1..=FEW, _) => Some(format!("there are [name={}]", names.join("], [name="))),
            (_, 1) => Some("there is only [0]".to_owned()),
            (_, count) => Some(format!("there are [0] to [{}]", count - 1)),
        };
    }
    if !view.is_map() {
        return Some("what is there is a single value, not a mapping".to_owned());
    }
    let keys: Vec<&str> = view.entries().map(|entry| entry.key.text()).collect();
    if let Part::Key(key) = part
        && let Some(near) = suggest::nearest(key, keys.iter().copied())
    {
        return Some(format!("did you mean `{near}`?"));
    }
    match keys.is_empty() {
        true => Some("the mapping is empty".to_owned()),
        false => Some(format!("there are {}", first_of(keys.into_iter(), FEW))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = match PathQuery::parse(text) {
            Ok(query) => query.parts.iter().map(|p| format!("{p} ")).collect(),
            Err(message) => message,
        };
        assert_eq!(told.trim_end(), expect);
    }

    #[test]
    fn paths_as_people_write_them() {
        check("spec.replicas", "spec replicas");
        check(".spec.containers[0].image", "spec containers [0] image");
        check("containers.0.image", "containers 0 image");
        check("containers[name=api].env", "containers [name=api] env");
        check("env[name='a]b'].value", "env [name=a]b] value");
        check("annotations[\"a.b/c\"]", "annotations a.b/c");
        check("annotations['a.b/c'].d", "annotations a.b/c d");
        check("annotations[a.b/c]", "annotations a.b/c");
        check("annotations.a\\.b/c", "annotations a.b/c");
        check("data[\"\"]", "data");
    }

    #[test]
    fn paths_that_cannot_be_read() {
        check("", "the path is empty");
        check("a..b", "the path has nothing before `.b`");
        check("a.", "the path `a.` ends with a dot");
        check("a[0", "the path has `[0`, which is not `[…]`");
        check("a[]", "the path has `[]`, which is not `[…]`");
        check("a['b]", "the path has `['b]`, which is not `[…]`");
    }
}
