//! Duplicate keys in the mappings of a patch.
//!
//! kustomize looks the keys of a patch up, so that the first entry is merged and the others are
//! not seen. Only where the whole mapping is new do they all get into the object, which is then
//! refused.

use std::sync::Arc;

use manifest::{Entry, Fault, Item, Map, Node, Seq, Source, Src, View};
use rustc_hash::FxHashSet;
use spanned_yaml::{Error, Span};

use crate::fault;

/// The duplicate keys in a text of patches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeated {
    /// One for each entry that is not seen.
    pub(crate) faults: Vec<Fault>,
    /// The mappings that they stand in.
    mappings: Vec<Src>,
}

impl Repeated {
    /// A document of patches with the first entry for each key alone. Each error is of a key of
    /// the text that stands there already.
    pub(crate) fn leave_out(
        &mut self,
        source: &Arc<Source>,
        document: Node,
        errors: &[&Error],
    ) -> Node {
        if errors.is_empty() {
            return document;
        }
        let covers = |span: Span| {
            let mut errors = errors.iter();
            errors.any(|e| span.start <= e.span.start && e.span.end <= span.end)
        };
        let document = self.rewrite(document.view(), &covers);
        let faults = errors.iter().map(|error| fault::of_yaml(source, error));
        self.faults = faults.collect();
        document
    }

    fn rewrite(&mut self, view: View<'_>, covers: &dyn Fn(Span) -> bool) -> Node {
        let place = view.origin();
        let is_meant = |place: &Src| covers(place.source.tree.span(place.node));
        if !place.as_ref().is_some_and(is_meant) {
            return view.to_node();
        }
        if view.is_seq() {
            let items = view
                .items()
                .map(|item| Item::new(self.rewrite(item, covers)));
            let items = items.collect();
            return Node::Seq(Arc::new(Seq { place, items }));
        }
        if !view.is_map() {
            return view.to_node();
        }
        let mut seen = FxHashSet::default();
        let mut has_repeated = false;
        let mut entries = Vec::new();
        for entry in view.entries() {
            if seen.insert(entry.key.text()) {
                let value = self.rewrite(entry.value, covers);
                entries.push(Entry::new(entry.key.to_node(), value));
            } else {
                has_repeated = true;
            }
        }
        if has_repeated {
            self.mappings.extend(place.clone());
        }
        Node::Map(Arc::new(Map { place, entries }))
    }

    /// What keeps an object from being printed: a mapping that got into it as a whole.
    pub(crate) fn in_object(&self, object: View<'_>) -> Vec<Fault> {
        let mut open = vec![object];
        while let Some(view) = open.pop() {
            let is_repeated = |place: Src| {
                let mut mappings = self.mappings.iter();
                mappings
                    .any(|own| Arc::ptr_eq(&own.source, &place.source) && own.node == place.node)
            };
            if view.is_map() && view.origin().is_some_and(is_repeated) {
                return self.faults.clone();
            }
            open.extend(view.entries().map(|entry| entry.value));
            open.extend(view.items());
        }
        Vec::new()
    }

    /// Whether there is no duplicate.
    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }
}
