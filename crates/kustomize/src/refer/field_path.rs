//! Paths as `replacements` and `vars` write them: `spec.containers.[name=web].image`.

use manifest::{Budget, Fault, FaultKind, Kind, Unit, View};
use regex::Regex;

use crate::fault;
use crate::field_spec::split;
use crate::selector;
use crate::text::Text;

/// How many parts a path may have, so that following it needs a bounded stack.
const MAX_PARTS: usize = 128;

/// How many fields one path may lead to.
const MAX_FIELDS: usize = 1 << 16;

/// A path, in parts.
pub(crate) struct FieldPath<'t> {
    text: &'t Text,
    parts: Vec<String>,
}

/// One step of the way to a field that may not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Key(String),
    Item(usize),
    /// A new item at the end of a list. It has this field and value, or it is this value where
    /// the field's name is empty; none if the rest of the path makes it.
    New(Option<(String, String)>),
}

/// A field that a path leads to.
pub(crate) struct Field<'v> {
    pub(crate) way: Vec<Place>,
    /// What stands there; none if it is to be made.
    pub(crate) value: Option<View<'v>>,
}

/// Splits a path at its dots; what stands in brackets stays together.
pub(crate) fn parts_of(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    let close = |parts: &mut Vec<String>, text: String| match text.contains('=') {
        true => parts.push(text),
        false => parts.push(text.trim_matches(['[', ']']).to_owned()),
    };
    for part in split(path, '.') {
        match open.take() {
            Some(mut text) => {
                text.push('.');
                text.push_str(&part);
                match text.ends_with(']') {
                    true => close(&mut parts, text),
                    false => open = Some(text),
                }
            }
            None if part.starts_with('[') && !part.ends_with(']') => open = Some(part),
            None => parts.push(part),
        }
    }
    if let Some(text) = open {
        close(&mut parts, text);
    }
    parts
}

impl<'t> FieldPath<'t> {
    pub(crate) fn new(text: &'t Text) -> Result<Self, Fault> {
        let parts = parts_of(text.as_str());
        if parts.len() > MAX_PARTS {
            let message = format!("the path has more than {MAX_PARTS} parts");
            return Err(fault::at(FaultKind::Limit, message, Some(text.at())));
        }
        Ok(Self { text, parts })
    }

    fn wrong(&self, message: String) -> Fault {
        fault::at(FaultKind::Field, message, Some(self.text.at()))
    }

    /// The one value that the path leads to.
    pub(crate) fn look_up<'v>(&self, object: View<'v>) -> Result<Option<View<'v>>, Fault> {
        let parts = self
            .parts
            .iter()
            .map(|p| p.trim())
            .filter(|p| !p.is_empty());
        look_up(object, parts).map_err(|message| self.wrong(message))
    }

    /// All fields that the path leads to. Those that are missing are among them if they are to
    /// be made.
    pub(crate) fn find<'v>(
        &self,
        object: View<'v>,
        create: bool,
        budget: &Budget,
    ) -> Result<Vec<Field<'v>>, Fault> {
        let mut search = Search {
            path: self,
            create,
            budget,
            way: Vec::new(),
            found: Vec::new(),
        };
        search.follow(Some(object), &self.parts)?;
        Ok(search.found)
    }
}

/// Follows a path that leads to one value.
pub(crate) fn look_up<'v, 'p>(
    object: View<'v>,
    parts: impl Iterator<Item = &'p str>,
) -> Result<Option<View<'v>>, String> {
    let mut view = object;
    for part in parts {
        if view.is_null() {
            return Ok(None);
        }
        let needs_list = || match view.is_seq() {
            true => Ok(()),
            false => Err(format!("`{part}` is used on something that is not a list")),
        };
        let next = if let Ok(index) = part.parse::<i64>() {
            needs_list()?;
            let index = usize::try_from(index).map_err(|_| format!("`{part}` is negative"))?;
            view.items().nth(index)
        } else if part == "-" {
            needs_list()?;
            view.items().last()
        } else if part == "*" {
            return Err("`*` leads to more than one value".to_owned());
        } else if is_condition(part) {
            needs_list()?;
            let (field, value) = condition(part)?;
            view.items().find(|item| match field.is_empty() {
                true => item.text() == value,
                false => item.is_map() && item.get(field).is_some_and(|v| v.text() == value),
            })
        } else if view.is_map() {
            view.get(part)
        } else {
            return Err(format!("`{part}` is used on something that has no fields"));
        };
        match next {
            Some(next) => view = next,
            None => return Ok(None),
        }
    }
    Ok(Some(view))
}

fn is_condition(part: &str) -> bool {
    part.starts_with('[') && part.ends_with(']')
}

/// `[field=value]`
fn condition(part: &str) -> Result<(&str, &str), String> {
    let inner = part.strip_prefix('[').unwrap_or(part);
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    inner
        .split_once('=')
        .ok_or_else(|| format!("`{part}` must have the form `[field=value]`"))
}

struct Search<'s, 't, 'v> {
    path: &'s FieldPath<'t>,
    create: bool,
    budget: &'s Budget,
    way: Vec<Place>,
    found: Vec<Field<'v>>,
}

impl<'v> Search<'_, '_, 'v> {
    fn follow(&mut self, view: Option<View<'v>>, parts: &[String]) -> Result<(), Fault> {
        let Some((part, rest)) = parts.split_first() else {
            return self.push(view);
        };
        if part.parse::<u64>().is_ok() {
            return self.index(view, part, rest);
        }
        if is_condition(part) {
            return self.matching(view, part, rest);
        }
        if part == "*" {
            return self.every(view, rest);
        }
        self.field(view, part, rest)
    }

    fn push(&mut self, value: Option<View<'v>>) -> Result<(), Fault> {
        if self.found.len() == MAX_FIELDS {
            let message = format!("the path leads to more than {MAX_FIELDS} fields");
            return Err(fault::at(
                FaultKind::Limit,
                message,
                Some(self.path.text.at()),
            ));
        }
        self.found.push(Field {
            way: self.way.clone(),
            value,
        });
        Ok(())
    }

    fn enter(
        &mut self,
        place: Place,
        view: Option<View<'v>>,
        rest: &[String],
    ) -> Result<(), Fault> {
        self.way.push(place);
        self.follow(view, rest)?;
        self.way.pop();
        Ok(())
    }

    /// The items of what should be a list.
    fn items(&self, view: Option<View<'v>>, part: &str) -> Result<Vec<View<'v>>, Fault> {
        match view {
            Some(view) if !view.is_seq() && !view.is_null() => Err(self
                .path
                .wrong(format!("`{part}` is used on something that is not a list"))),
            Some(view) => {
                let items: Vec<View<'v>> = view.items().collect();
                self.budget.spend(Unit::Steps, items.len())?;
                Ok(items)
            }
            None => Ok(Vec::new()),
        }
    }

    fn field(&mut self, view: Option<View<'v>>, part: &str, rest: &[String]) -> Result<(), Fault> {
        let place = Place::Key(part.to_owned());
        match view {
            Some(view) if view.is_null() => Ok(()),
            Some(view) if !view.is_map() => Err(self
                .path
                .wrong(format!("`{part}` is used on something that has no fields"))),
            Some(view) => match view.get(part) {
                Some(value) => self.enter(place, Some(value), rest),
                None if self.create => self.enter(place, None, rest),
                None => Ok(()),
            },
            None => self.enter(place, None, rest),
        }
    }

    fn index(&mut self, view: Option<View<'v>>, part: &str, rest: &[String]) -> Result<(), Fault> {
        let items = self.items(view, part)?;
        let index: usize = part
            .parse()
            .map_err(|_| self.path.wrong(format!("`{part}` is too large")))?;
        match items.get(index) {
            Some(item) => self.enter(Place::Item(index), Some(*item), rest),
            None if index == items.len() && self.create => self.enter(Place::New(None), None, rest),
            None => Err(self.path.wrong(format!(
                "item {index} does not exist: there are {}",
                items.len()
            ))),
        }
    }

    fn every(&mut self, view: Option<View<'v>>, rest: &[String]) -> Result<(), Fault> {
        for (index, item) in self.items(view, "*")?.into_iter().enumerate() {
            self.enter(Place::Item(index), Some(item), rest)?;
        }
        Ok(())
    }

    fn matching(
        &mut self,
        view: Option<View<'v>>,
        part: &str,
        rest: &[String],
    ) -> Result<(), Fault> {
        let items = self.items(view, part)?;
        let (field, pattern) = condition(part).map_err(|message| self.path.wrong(message))?;
        let regex = selector::compile(pattern, self.path.text, self.budget)?;
        let before = self.found.len();
        for (index, item) in items.into_iter().enumerate() {
            if field.is_empty() {
                if fits(&regex, item) {
                    self.way.push(Place::Item(index));
                    // kustomize does not look further behind an item that is a value.
                    self.push(Some(item))?;
                    self.way.pop();
                }
                continue;
            }
            if item.get(field).is_some_and(|value| fits(&regex, value)) {
                self.enter(Place::Item(index), Some(item), rest)?;
            }
        }
        if self.found.len() > before || !self.create {
            return Ok(());
        }
        let new = Place::New(Some((field.to_owned(), pattern.to_owned())));
        let rest: &[String] = if field.is_empty() { &[] } else { rest };
        self.enter(new, None, rest)
    }
}

/// Whether a value, written as YAML, holds the pattern. It is not anchored.
fn fits(regex: &Regex, value: View<'_>) -> bool {
    if value.kind() != Kind::Scalar {
        return manifest::print(value).is_ok_and(|text| regex.is_match(text.trim()));
    }
    match value.style() {
        manifest::Style::SingleQuoted => regex.is_match(&format!("'{}'", value.text())),
        manifest::Style::DoubleQuoted => regex.is_match(&format!("\"{}\"", value.text())),
        _ => regex.is_match(value.text().trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_keep_dots_together() {
        assert_eq!(parts_of("a.b.c"), ["a", "b", "c"]);
        assert_eq!(parts_of("a.[x=1.2].c"), ["a", "[x=1.2]", "c"]);
        assert_eq!(
            parts_of("metadata.annotations.[a.b/c]"),
            ["metadata", "annotations", "a.b/c"]
        );
        assert_eq!(parts_of(r"a.b\.c"), ["a", "b.c"]);
    }
}
