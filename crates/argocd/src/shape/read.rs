//! Values as Go's structures take them in.

use std::sync::Arc;

use manifest::yaml::key_text;
use manifest::{
    Dialect, Entry, Fault, FaultKind, Item, Kind, Map, Node, Part, Scalar, Seq, Span, Step, Style,
    View,
};
use rustc_hash::FxHashSet;
use spanned_yaml::{dialects_differ, for_yaml};

use super::Shape;

/// How deeply a value may be nested.
pub(crate) const DEPTH: usize = 150;
/// How many wrong values of one document are told.
const MOST_FAULTS: usize = 20;

/// What is done to a value that is the same to Argo CD, only written otherwise.
const STEP: &str = "yaml";

/// Reads values, and keeps what is wrong with them.
pub(crate) struct Reader {
    dialect: Dialect,
    pub(crate) faults: Vec<Fault>,
}

impl Reader {
    /// A reader of values that are written in a dialect.
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            faults: Vec::new(),
        }
    }

    /// A value as Argo CD takes it in; none if it is null or not what it has to be, which is then
    /// told under `name`. What needs no change is the value that was given.
    pub(crate) fn read(&mut self, view: View<'_>, shape: &Shape, name: &str) -> Option<Node> {
        self.value(view, shape, name, 0)
    }

    fn value(&mut self, view: View<'_>, shape: &Shape, name: &str, depth: usize) -> Option<Node> {
        if depth > DEPTH {
            self.wrong(
                view,
                FaultKind::Limit,
                "this is nested too deeply".to_owned(),
            );
            return None;
        }
        match (view.kind(), shape) {
            (Kind::Map, Shape::Any | Shape::Object)
            | (Kind::Map, Shape::Struct(_) | Shape::Texts | Shape::Flags | Shape::Values) => {
                Some(self.map(view, shape, depth))
            }
            (Kind::Seq, Shape::Any) => Some(self.list(view, &Shape::Any, name, depth)),
            (Kind::Seq, Shape::List(of)) => Some(self.list(view, of, name, depth)),
            (Kind::Scalar | Kind::Alias, _) => self.scalar(view, shape, name),
            _ => {
                self.mistyped(view, shape, name);
                None
            }
        }
    }

    fn map(&mut self, view: View<'_>, shape: &Shape, depth: usize) -> Node {
        let mut entries: Vec<Entry> = Vec::new();
        let mut changed = false;
        for entry in view.entries() {
            let Some(key) = self.key(entry.key) else {
                changed = true;
                continue;
            };
            let text = key.view().text();
            let Some(of) = shape.under(text) else {
                changed = true;
                continue;
            };
            let value = match self.value(entry.value, of, text, depth + 1) {
                Some(value) => value,
                None if matches!(shape, Shape::Any | Shape::Object) => entry.value.to_node(),
                // Null gives an entry with nothing in it, where keys are not fields.
                None if matches!(shape, Shape::Texts | Shape::Values) => zero(entry.value),
                None => {
                    changed = true;
                    continue;
                }
            };
            changed |= !is_same(&key, entry.key) || !is_same(&value, entry.value);
            entries.push(Entry {
                key,
                value,
                was: entry.was.cloned(),
            });
        }
        changed |= last_of_equal(&mut entries);
        if !changed {
            return view.to_node();
        }
        let place = view.origin();
        Node::Map(Arc::new(Map { place, entries }))
    }

    fn list(&mut self, view: View<'_>, of: &Shape, name: &str, depth: usize) -> Node {
        let mut items = Vec::new();
        let mut changed = false;
        for item in view.items() {
            let value = match (self.value(item, of, name, depth + 1), of) {
                (Some(value), _) => value,
                (None, Shape::Any) => item.to_node(),
                (None, Shape::Text) => zero(item),
                (None, _) => empty_map(item),
            };
            changed |= !is_same(&value, item);
            items.push(Item::new(value));
        }
        if !changed {
            return view.to_node();
        }
        let place = view.origin();
        Node::Seq(Arc::new(Seq { place, items }))
    }

    fn key(&mut self, key: View<'_>) -> Option<Node> {
        let scalar = key.scalar(self.dialect);
        if let Some(Scalar::Str(text)) = &scalar {
            return Some(self.text(key, text));
        }
        match key_text(scalar) {
            Some(text) => Some(made(key, &text, Style::DoubleQuoted)),
            None => {
                let message = "a key has to be text, a number or a boolean".to_owned();
                self.wrong(key, FaultKind::Field, message);
                None
            }
        }
    }

    fn scalar(&mut self, view: View<'_>, shape: &Shape, name: &str) -> Option<Node> {
        let scalar = view.scalar(self.dialect).unwrap_or(Scalar::Null);
        let fits = match &scalar {
            Scalar::Null => return None,
            Scalar::Str(_) => matches!(shape, Shape::Text | Shape::IntegerOrText | Shape::Any),
            Scalar::Bool(_) => matches!(shape, Shape::Flag | Shape::Any),
            Scalar::Int(_) => {
                matches!(shape, Shape::Integer | Shape::IntegerOrText | Shape::Any)
            }
            Scalar::Uint(_) => matches!(shape, Shape::Any),
            Scalar::Float(number) if !number.is_finite() => {
                let message = format!("`{}` cannot be written as JSON", view.text());
                self.wrong(view, FaultKind::Field, message);
                return None;
            }
            Scalar::Float(_) => matches!(shape, Shape::Any),
        };
        if !fits {
            self.mistyped(view, shape, name);
            return None;
        }
        let written = match &scalar {
            Scalar::Str(text) => return Some(self.text(view, text)),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Uint(value) => value.to_string(),
            Scalar::Float(value) => for_yaml(*value),
            Scalar::Null => return None,
        };
        Some(match self.is_clear(view) {
            true => view.to_node(),
            false => made(view, &written, Style::Plain),
        })
    }

    fn text(&self, view: View<'_>, text: &str) -> Node {
        match self.is_clear(view) && text == view.text() {
            true => view.to_node(),
            false => made(view, text, Style::DoubleQuoted),
        }
    }

    /// Whether every dialect reads a scalar alike.
    fn is_clear(&self, view: View<'_>) -> bool {
        view.tag().is_none() && !dialects_differ(view.text(), view.style(), None)
    }

    fn mistyped(&mut self, view: View<'_>, shape: &Shape, name: &str) {
        let what = match (view.kind(), view.scalar(self.dialect)) {
            (Kind::Map, _) => "a mapping",
            (Kind::Seq, _) => "a list",
            (_, Some(Scalar::Str(_))) => "text",
            (_, Some(Scalar::Bool(_))) => "a boolean",
            _ => "a number",
        };
        let message = format!("`{name}` takes {}, not {what}", shape.describe());
        let is_quotable = matches!(shape, Shape::Text) && view.kind() == Kind::Scalar;
        let fault = self.wrong(view, FaultKind::Field, message);
        if let Some(fault) = fault.filter(|_| is_quotable) {
            fault.help = Some("quote it".to_owned());
        }
    }

    fn wrong(&mut self, at: View<'_>, kind: FaultKind, message: String) -> Option<&mut Fault> {
        if self.faults.len() >= MOST_FAULTS {
            return None;
        }
        let mut fault = Fault::new(kind, message);
        if let Some(place) = at.origin() {
            fault = fault.at(&place);
        }
        self.faults.push(fault);
        self.faults.last_mut()
    }
}

/// Text with nothing in it, in the place of null.
fn zero(view: View<'_>) -> Node {
    let by = view.origin();
    Node::text("", Step { name: STEP, by })
}

fn empty_map(view: View<'_>) -> Node {
    let place = view.origin();
    let entries = Vec::new();
    Node::Map(Arc::new(Map { place, entries }))
}

/// The same scalar in a form that is read alike by all.
fn made(view: View<'_>, text: &str, style: Style) -> Node {
    let by = view.origin();
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
    let part = by.clone().map(|from| Part {
        span: Span::new(0, length(text)),
        of: Span::new(0, length(from.text())),
        from,
    });
    let parts: Vec<Part> = part.into_iter().collect();
    Node::made(text, style, parts, Step { name: STEP, by })
}

/// Leaves the last of entries with one key. Tells whether there were several.
fn last_of_equal(entries: &mut Vec<Entry>) -> bool {
    let mut seen = FxHashSet::default();
    let is_single = |entry: &Entry, seen: &mut FxHashSet<Box<str>>| {
        let text = entry.key.view().text();
        !seen.contains(text) && seen.insert(text.into())
    };
    if entries.iter().all(|entry| is_single(entry, &mut seen)) {
        return false;
    }
    seen.clear();
    entries.reverse();
    entries.retain(|entry| is_single(entry, &mut seen));
    entries.reverse();
    true
}

/// Whether a value is the one that was given.
fn is_same(node: &Node, view: View<'_>) -> bool {
    match (node, view) {
        (Node::Src(src), View::Src(source, id)) => {
            src.node == id && Arc::ptr_eq(&src.source, source)
        }
        (Node::Map(a), View::Map(b)) => Arc::ptr_eq(a, b),
        (Node::Seq(a), View::Seq(b)) => Arc::ptr_eq(a, b),
        (Node::Made(a), View::Made(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}
