//! Assignments as they stand behind `--set`.

use std::iter::Peekable;
use std::rc::Rc;
use std::str::Chars;

use go_template::{Budget, Data, Limits, List, Map, Tag, Text, Trace, Value, parse_json};

use super::SetKind;
use super::places::made;

/// The highest index of a list that can be set.
const MAX_INDEX: usize = 65_536;

/// How many names may stand behind one another.
const MAX_NAMES: usize = 30;

/// A value as it is written.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    /// Whether the text is all of the scalar that the tag stands for.
    pub(super) is_whole: bool,
    pub(super) tag: Tag,
}

/// One step of the way to a value.
#[derive(Debug, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

/// Sets a value.
///
/// # Errors
/// The path or the value is malformed, or leads through something that is no mapping or list.
pub(super) fn set(
    into: &Rc<Map>,
    path: &str,
    written: &Written<'_>,
    kind: SetKind,
) -> Result<(), String> {
    let steps = steps(path)?;
    let value = written.value(kind)?;
    let Some((Step::Name(name), rest)) = steps.split_first() else {
        return Err("it has to begin with a name".to_owned());
    };
    set_in(into, name, rest, value, written.tag)
}

fn set_in(into: &Rc<Map>, name: &str, rest: &[Step], value: Value, tag: Tag) -> Result<(), String> {
    // As in Helm, nothing is set where a name is empty.
    if name.is_empty() {
        return Ok(());
    }
    let new = put(into.get(name), rest, value, tag)?;
    let mut entry = into.entry(name).unwrap_or_default();
    entry.key = entry.key.or(Some(tag));
    entry.value = new;
    into.insert(name, entry);
    Ok(())
}

/// What stands somewhere once a value is set in it.
fn put(old: Option<Value>, rest: &[Step], value: Value, tag: Tag) -> Result<Value, String> {
    match rest.split_first() {
        None => Ok(value),
        Some((Step::Name(name), rest)) => {
            let map = match old.map(|value| value.data) {
                None => Rc::new(Map::default()),
                Some(Data::Map(map)) => map,
                Some(_) => return Err(format!("the parent of `{name}` is not a mapping")),
            };
            set_in(&map, name, rest, value, tag)?;
            Ok(Value::from(map).tagged(tag))
        }
        Some((Step::Index(index), rest)) => {
            let mut items = match old.map(|value| value.data) {
                None | Some(Data::Nil | Data::NilEntry) => Vec::new(),
                Some(Data::List(list)) => list.items.clone(),
                Some(_) => return Err(format!("the parent of item {index} is not a list")),
            };
            if items.len() <= *index {
                items.resize(index + 1, Value::NIL);
            }
            if let Some(item) = items.get_mut(*index) {
                let old = Some(std::mem::take(item));
                // An item that is no mapping is replaced by one.
                let old = old.filter(|old| {
                    !matches!(rest.first(), Some(Step::Name(_))) || matches!(old.data, Data::Map(_))
                });
                *item = put(old, rest, value, tag)?;
            }
            Ok(Value::from(List::new(items)).tagged(tag))
        }
    }
}

/// The names and indices of a path.
fn steps(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut chars = path.chars().peekable();
    let mut name = Some(String::new());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match (&mut name, chars.next()) {
                (Some(name), Some(c)) => name.push(c),
                _ => return Err("nothing follows the backslash".to_owned()),
            },
            '.' => {
                if let Some(name) = name.take() {
                    steps.push(Step::Name(name));
                }
                name = Some(String::new());
            }
            '[' => {
                if let Some(name) = name.take() {
                    steps.push(Step::Name(name));
                }
                steps.push(Step::Index(index(&mut chars)?));
            }
            ',' | '=' => return Err(format!("`{c}` needs a backslash before it")),
            c => match &mut name {
                Some(name) => name.push(c),
                None => return Err(format!("`{c}` cannot follow an index")),
            },
        }
    }
    if let Some(name) = name {
        steps.push(Step::Name(name));
    }
    let names = steps.iter().filter(|step| matches!(step, Step::Name(_)));
    if names.count() > MAX_NAMES + 1 {
        return Err(format!("more than {MAX_NAMES} names are nested"));
    }
    Ok(steps)
}

fn index(chars: &mut Peekable<Chars<'_>>) -> Result<usize, String> {
    let digits: String = chars.by_ref().take_while(|c| *c != ']').collect();
    match digits.parse::<i64>() {
        Ok(index) if index < 0 => Err(format!("the index {index} is negative")),
        Ok(index) => match usize::try_from(index) {
            Ok(index) if index <= MAX_INDEX => Ok(index),
            _ => Err(format!("the index {index} is above {MAX_INDEX}")),
        },
        Err(_) => Err(format!("`{digits}` is not an index")),
    }
}

impl Written<'_> {
    fn value(&self, kind: SetKind) -> Result<Value, String> {
        match kind {
            SetKind::Literal => Ok(self.as_text(self.text, self.is_whole)),
            SetKind::Json => self.json(),
            SetKind::Infer | SetKind::Text => match self.text.strip_prefix('{') {
                Some(items) => self.list(items, kind),
                None => {
                    let text = unescaped(self.text)?;
                    let is_whole = self.is_whole && text == self.text;
                    Ok(self.item(&text, is_whole, kind))
                }
            },
        }
    }

    fn as_text(&self, text: &str, is_whole: bool) -> Value {
        let trace = Trace::tagged(self.tag);
        match is_whole {
            true => Value::text(Text::from(text)).traced(trace),
            false => Value::text(made(text, trace)),
        }
    }

    fn item(&self, text: &str, is_whole: bool, kind: SetKind) -> Value {
        if kind == SetKind::Text {
            return self.as_text(text, is_whole);
        }
        let value = match text {
            "0" => Value::int64(0),
            _ if text.eq_ignore_ascii_case("true") => Value::from(true),
            _ if text.eq_ignore_ascii_case("false") => Value::from(false),
            _ if text.eq_ignore_ascii_case("null") => Value::NIL,
            _ if text.starts_with('0') => return self.as_text(text, is_whole),
            _ => match text.parse() {
                Ok(int) => Value::int64(int),
                Err(_) => return self.as_text(text, is_whole),
            },
        };
        value.tagged(self.tag)
    }

    /// `{a,b}` without its opening brace.
    fn list(&self, text: &str, kind: SetKind) -> Result<Value, String> {
        let mut items = Vec::new();
        let mut item = String::new();
        let mut chars = text.chars();
        loop {
            match chars.next() {
                None => return Err("the list has no closing `}`".to_owned()),
                Some('\\') => match chars.next() {
                    Some(c) => item.push(c),
                    None => return Err("the list has no closing `}`".to_owned()),
                },
                Some(',') => {
                    items.push(self.item(&std::mem::take(&mut item), false, kind));
                }
                Some('}') => {
                    items.push(self.item(&item, false, kind));
                    break;
                }
                Some(c) => item.push(c),
            }
        }
        match chars.as_str() {
            "" => Ok(Value::from(List::new(items)).tagged(self.tag)),
            rest => Err(format!("`{rest}` comes after the list")),
        }
    }

    fn json(&self) -> Result<Value, String> {
        if self.text.trim().is_empty() {
            return Ok(Value::NIL.tagged(self.tag));
        }
        let text = Text::from(self.text);
        let mut view = text.as_view();
        view.trace = Trace::tagged(self.tag);
        let mut budget = Budget::new(&Limits::default());
        match parse_json(&mut budget, view) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(error.message),
            Err(_) => Err("the value is too large".to_owned()),
        }
    }
}

/// The text without backslashes; a comma would begin another assignment.
fn unescaped(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            ',' => return Err("a comma needs a backslash before it".to_owned()),
            c => plain.push(c),
        }
    }
    Ok(plain)
}
