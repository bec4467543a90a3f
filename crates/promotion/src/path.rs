//! The way from a file's top to a field that two files have in common.

use std::fmt;

use crate::key::MergeKey;

/// One of the two environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Where a promotion comes from.
    Source = 0,
    /// Where it goes to.
    Target = 1,
}

/// The way to a field. It holds in both files, though items stand at other places and have other
/// names there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a document of a file that has several.
    Document(Item),
    /// Into a mapping's entry.
    Key(Box<str>),
    /// Into a sequence's item.
    Item(Item),
    /// Into the text that a scalar holds, read as YAML, JSON or lines of `KEY=value`.
    Inside,
    /// Into a part of a scalar.
    Part(Part),
}

/// An item, by what tells it from the others on each side.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// What tells it from the others.
    pub by: MergeKey,
    /// What that is in the source; none if the source lacks the item.
    pub source: Option<Id>,
    /// What that is in the target; none if the target lacks the item.
    pub target: Option<Id>,
}

/// What tells an item from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Id {
    /// The value of its merge key.
    pub text: Box<str>,
    /// How many items before it have the same.
    pub nth: usize,
    /// Its place, counted from 0.
    pub at: usize,
}

/// A part of a scalar that is a field by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// What stands behind `KEY=`.
    Value,
    /// An image without its version.
    Repository,
    /// An image's tag and digest.
    Version,
    /// An address without its revision.
    Address,
    /// The revision in an address.
    Revision,
}

impl Path {
    /// The steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// What is left of it behind so many steps.
    pub(crate) fn from(&self, base: usize) -> Self {
        Self(self.0.get(base..).unwrap_or_default().to_vec())
    }

    /// The way to what holds the field: to the mapping of its key, to the whole of its part.
    pub fn parent(&self) -> &[Step] {
        self.0.split_last().map_or(&[], |(_, above)| above)
    }

    pub(crate) fn with(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.push(step);
        path
    }

    /// The names on the way: keys, and what tells items from others.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(Step::name)
    }

    /// The last key that is one of a mapping.
    pub(crate) fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(&**key),
            _ => None,
        })
    }

    /// Whether it leads through an item that only its place tells from others.
    pub(crate) fn has_position(&self) -> bool {
        let is_place = |step: &Step| matches!(step, Step::Item(i) if i.by == MergeKey::Position);
        self.0.iter().any(is_place)
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        self.0.iter().filter_map(|step| match step {
            Step::Part(part) => Some(*part),
            _ => None,
        })
    }
}

impl Step {
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Item(item) | Self::Document(item) => Some(item.name()),
            Self::Inside | Self::Part(_) => None,
        }
    }
}

impl Item {
    /// What tells it from others, in the target if the target has it.
    pub fn name(&self) -> &str {
        let id = self.target.as_ref().or(self.source.as_ref());
        id.map_or("", |id| &id.text)
    }

    /// What people are shown: a name, or a place where there is no name.
    fn shown(&self) -> std::borrow::Cow<'_, str> {
        let id = self.target.as_ref().or(self.source.as_ref());
        match id {
            Some(id) if self.by == MergeKey::Sum => id.at.to_string().into(),
            _ => self.name().into(),
        }
    }

    /// What tells it from others on one side; if that lacks it, what the other has.
    pub(crate) fn id(&self, side: Side) -> Option<&Id> {
        match side {
            Side::Source => self.source.as_ref().or(self.target.as_ref()),
            Side::Target => self.target.as_ref().or(self.source.as_ref()),
        }
    }
}

/// `spec.template.spec.containers[api].env[LOG_LEVEL].value`; keys with dots are quoted in
/// brackets.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for step in &self.0 {
            match step {
                Step::Inside | Step::Part(_) => continue,
                Step::Document(item) => write!(f, "{}", item.name())?,
                Step::Item(item) => write!(f, "[{}]", item.shown())?,
                Step::Key(key) if key.contains(['.', '[', ' ']) || key.is_empty() => {
                    write!(f, "[{key:?}]")?
                }
                Step::Key(key) if is_first => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
            is_first = false;
        }
        Ok(())
    }
}

/// Which fields are meant, as people write it: names in order, of which any number may come
/// before and behind. `*` stands for any part of a name.
///
/// `env.LOG_LEVEL` means `spec.template.spec.containers[api].env[LOG_LEVEL].value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Box<str>>);

impl Pattern {
    /// Reads a pattern; none if it has no name. Names are set apart by dots or stand in
    /// brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']')?;
                names.push(inner[..end].trim_matches('"').into());
                rest = &inner[end + 1..];
                rest = rest.strip_prefix('.').unwrap_or(rest);
                continue;
            }
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            names.push(rest[..end].into());
            rest = &rest[end..];
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        let has_name = !names.is_empty() && names.iter().all(|name| !name.is_empty());
        has_name.then_some(Self(names))
    }

    /// Whether a field is meant.
    pub fn matches(&self, path: &Path) -> bool {
        let names: Vec<&str> = path.names().collect();
        let fits = |names: &[&str]| {
            let pairs = self.0.iter().zip(names);
            pairs
                .into_iter()
                .all(|(pattern, name)| is_like(pattern, name))
        };
        names.windows(self.0.len()).any(fits)
    }
}

impl Pattern {
    /// Whether a field is meant by its own name, not only something above it.
    pub(crate) fn ends_at(&self, path: &Path) -> bool {
        let names: Vec<&str> = path.names().collect();
        let last = names
            .len()
            .checked_sub(self.0.len())
            .map(|from| &names[from..]);
        last.is_some_and(|names| self.0.iter().zip(names).all(|(p, n)| is_like(p, n)))
    }
}

/// Whether a name fits a pattern with `*`.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return name.ends_with(part);
        }
        // The first place will do: what follows has all the more to choose from.
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> Path {
        let item = |name: &str| {
            Step::Item(Item {
                by: MergeKey::Fields(&["name"]),
                source: None,
                target: Some(Id {
                    text: name.into(),
                    nth: 0,
                    at: 0,
                }),
            })
        };
        let key = |name: &str| Step::Key(name.into());
        let steps = [
            key("spec"),
            key("containers"),
            item("api"),
            key("env"),
            item("A.B"),
        ];
        Path(steps.into_iter().chain([key("value")]).collect())
    }

    #[test]
    fn for_people() {
        assert_eq!(path().to_string(), "spec.containers[api].env[A.B].value");
    }

    #[test]
    fn patterns() {
        let check = |text: &str| Pattern::parse(text).is_some_and(|p| p.matches(&path()));
        assert!(check("env[A.B]"));
        assert!(check("env.[A.B].value"));
        assert!(check("containers[*].env"));
        assert!(check("spec.cont*rs"));
        assert!(check("c*t*s"));
        assert!(!check("env.value"));
        assert!(!check("containers.ap"));
        assert!(!check(""));
        assert!(!check("a..b"));
        assert!(!check("a[b"));
    }
}
