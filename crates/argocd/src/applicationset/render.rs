//! Parameters put into every text of a value.

use std::rc::Rc;
use std::sync::Arc;

use go_template::Map;
use manifest::{Entry, Item, Kind, Node, Seq, Step, View, Was};
use rustc_hash::FxHashSet;

use super::engine::{Engine, Missing, Stopped, of_failure};
use super::places::Places;
use super::work::Work;
use crate::shape::Shape;

/// Puts parameters into values.
pub(super) struct Renderer<'r, 'a> {
    pub(super) engine: &'r mut Engine<'a>,
    pub(super) places: &'r mut Places,
    pub(super) work: &'r mut Work,
    pub(super) params: &'r Rc<Map>,
}

type Rendered<T> = Result<T, Box<Stopped>>;

impl Renderer<'_, '_> {
    /// A value with parameters in its texts, and in the keys that are no fields. What holds no
    /// template is the value that was given.
    pub(super) fn render(&mut self, node: &Node, shape: &Shape) -> Rendered<Node> {
        Ok(self
            .value(node.view(), shape)?
            .unwrap_or_else(|| node.clone()))
    }

    /// None if nothing changes.
    fn value(&mut self, view: View<'_>, shape: &Shape) -> Rendered<Option<Node>> {
        self.work
            .spend(1)
            .map_err(|failure| of_failure(failure, view))?;
        match (view.kind(), shape) {
            (Kind::Map, _) => self.map(view, shape),
            (Kind::Seq, Shape::List(of)) => self.list(view, of),
            (Kind::Seq, _) => self.list(view, &Shape::Any),
            (Kind::Scalar | Kind::Alias, _) if is_text(view) => self.text(view, Missing::AsAsked),
            _ => Ok(None),
        }
    }

    pub(super) fn text(&mut self, view: View<'_>, missing: Missing) -> Rendered<Option<Node>> {
        let text = self
            .engine
            .render(view, self.params, missing, self.places)?;
        Ok(text.map(|text| self.places.node(&text, view)))
    }

    fn map(&mut self, view: View<'_>, shape: &Shape) -> Rendered<Option<Node>> {
        let has_fields = matches!(shape, Shape::Struct(_));
        let mut changed = false;
        let mut entries = Vec::new();
        for entry in view.entries() {
            if !has_fields && entry.value.is_null() {
                // What is null in a mapping of anything is lost on the way.
                changed = true;
                continue;
            }
            let key = match has_fields || matches!(shape, Shape::Values) {
                true => None,
                false => self.text(entry.key, Missing::AsAsked)?,
            };
            let value = match shape {
                Shape::Values => self.for_later(entry.value)?,
                _ => match shape.under(entry.key.text()) {
                    Some(of) => self.value(entry.value, of)?,
                    None => None,
                },
            };
            changed |= key.is_some() || value.is_some();
            let was = match &value {
                Some(value) if !value.view().is_map() && !value.view().is_seq() => {
                    Some(was(entry.value, entry.was))
                }
                _ => entry.was.cloned(),
            };
            entries.push(Entry {
                key: key.unwrap_or_else(|| entry.key.to_node()),
                value: value.unwrap_or_else(|| entry.value.to_node()),
                was,
            });
        }
        if !changed {
            return Ok(None);
        }
        if !has_fields {
            keep_last(&mut entries);
        }
        let place = view.origin();
        Ok(Some(Node::Map(Arc::new(manifest::Map { place, entries }))))
    }

    fn list(&mut self, view: View<'_>, of: &Shape) -> Rendered<Option<Node>> {
        let mut changed = false;
        let mut items = Vec::new();
        for item in view.items() {
            let value = self.value(item, of)?;
            changed |= value.is_some();
            items.push(match value {
                Some(value) if matches!(value, Node::Made(_)) => Item {
                    value,
                    was: Some(was(item, None)),
                },
                Some(value) => Item::new(value),
                None => Item::new(item.to_node()),
            });
        }
        if !changed {
            return Ok(None);
        }
        let place = view.origin();
        Ok(Some(Node::Seq(Arc::new(Seq { place, items }))))
    }

    /// A text of a generator's `values`: where a parameter is missing, the generator itself may
    /// still bring it.
    fn for_later(&mut self, view: View<'_>) -> Rendered<Option<Node>> {
        match self.text(view, Missing::Fails) {
            Err(stopped) if stopped.lacks => Ok(None),
            other => other,
        }
    }
}

/// What a value was before parameters were put into it.
fn was(before: View<'_>, prev: Option<&Arc<Was>>) -> Arc<Was> {
    Arc::new(Was {
        node: before.to_node(),
        step: Step {
            name: "template",
            by: before.origin(),
        },
        prev: prev.cloned(),
    })
}

fn is_text(view: View<'_>) -> bool {
    matches!(
        view.scalar(manifest::Dialect::Kustomize),
        Some(manifest::Scalar::Str(_))
    )
}

/// Templates may give two entries one key; one of them stays.
fn keep_last(entries: &mut Vec<Entry>) {
    let mut seen = FxHashSet::default();
    entries.reverse();
    entries.retain(|entry| seen.insert(entry.key.view().text().to_owned()));
    entries.reverse();
}
