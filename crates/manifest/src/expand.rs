//! Aliases and merge keys: from what is written to what is meant.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use spanned_yaml::{Error, ErrorKind, Kind, NodeId, Style};

use crate::{Entry, Item, Map, Node, Seq, Source, Src};

/// How many nodes a document may have once its aliases are followed. A file of some hundred
/// bytes can otherwise stand for billions.
pub const NODE_BUDGET: u64 = 4_000_000;

/// A source's documents with their aliases followed.
pub struct Expanded {
    /// One value for each document.
    pub documents: Vec<Node>,
    /// Documents that would be too large, and aliases of nothing.
    pub errors: Vec<Error>,
}

impl Source {
    /// The documents as values. Where nothing is aliased they are the source's own nodes.
    pub fn documents(self: &Arc<Self>) -> Expanded {
        let mut documents = Vec::new();
        let mut errors = Vec::new();
        for root in self.tree.documents() {
            if !self.tree.has_aliases() {
                documents.push(Node::Src(Src::new(self, root)));
                continue;
            }
            let mut expansion = Expansion {
                source: self,
                done: FxHashMap::default(),
                open: Vec::new(),
                fault: None,
            };
            let (node, _) = expansion.expand(root);
            match expansion.fault {
                Some(fault) => errors.push(fault),
                None => documents.push(node),
            }
        }
        Expanded { documents, errors }
    }
}

struct Expansion<'a> {
    source: &'a Arc<Source>,
    /// Anchored nodes that are done, with their sizes: an alias shares them.
    done: FxHashMap<NodeId, (Node, u64)>,
    /// Alias targets under way, to find those that hold themselves.
    open: Vec<NodeId>,
    fault: Option<Error>,
}

impl Expansion<'_> {
    /// The value of a node, and how many nodes it stands for.
    fn expand(&mut self, id: NodeId) -> (Node, u64) {
        let tree = &self.source.tree;
        if self.fault.is_some() {
            return (Node::Gone, 0);
        }
        if let Some((node, size)) = self.done.get(&id) {
            return (node.clone(), *size);
        }
        let expanded = match tree.kind(id) {
            Kind::Scalar => (self.own(id), 1),
            Kind::Alias => self.follow(id),
            Kind::Seq => self.expand_seq(id),
            Kind::Map => self.expand_map(id),
        };
        if expanded.1 > NODE_BUDGET {
            self.fail(
                id,
                ErrorKind::Limit,
                "its aliases make this document too large",
            );
        }
        if tree.anchor(id).is_some() {
            self.done.insert(id, expanded.clone());
        }
        expanded
    }

    fn own(&self, id: NodeId) -> Node {
        Node::Src(Src::new(self.source, id))
    }

    fn follow(&mut self, id: NodeId) -> (Node, u64) {
        match self.source.tree.alias_target(id) {
            Some(target) if !self.open.contains(&target) => self.expand(target),
            Some(_) => self.fail(
                id,
                ErrorKind::Limit,
                "this alias stands inside what it stands for",
            ),
            None => self.fail(
                id,
                ErrorKind::UnknownAnchor,
                "no anchor of this name stands before this alias",
            ),
        }
    }

    fn expand_seq(&mut self, id: NodeId) -> (Node, u64) {
        let mut size = 1;
        let mut changed = false;
        let mut items = Vec::new();
        self.open.push(id);
        for item in self.source.tree.items(id) {
            let (value, count) = self.expand(item);
            size += count;
            changed |= !is_own(&value, item);
            items.push(Item::new(value));
        }
        self.open.pop();
        if !changed {
            return (self.own(id), size);
        }
        let place = Some(Src::new(self.source, id));
        (Node::Seq(Arc::new(Seq { place, items })), size)
    }

    fn expand_map(&mut self, id: NodeId) -> (Node, u64) {
        let tree = &self.source.tree;
        let mut size = 1;
        let mut changed = false;
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged = Vec::new();
        self.open.push(id);
        for (key, value) in tree.entries(id) {
            let (expanded, count) = self.expand(value);
            size += count + 1;
            if tree.style(key) == Style::Plain
                && tree.scalar(key) == "<<"
                && tree.kind(key) == Kind::Scalar
            {
                merged.push((value, expanded));
                changed = true;
                continue;
            }
            let (key_node, _) = self.expand(key);
            changed |= !is_own(&expanded, value) || !is_own(&key_node, key);
            entries.push(Entry::new(key_node, expanded));
        }
        self.open.pop();
        for (place, value) in merged {
            self.merge(&mut entries, place, &value);
        }
        if !changed {
            return (self.own(id), size);
        }
        let place = Some(Src::new(self.source, id));
        (Node::Map(Arc::new(Map { place, entries })), size)
    }

    /// Adds the entries that a merge key brings; keys that are there already win.
    fn merge(&mut self, entries: &mut Vec<Entry>, place: NodeId, value: &Node) {
        let view = value.view();
        match view.kind() {
            Kind::Map => {
                for entry in view.entries() {
                    let key = entry.key.text();
                    if !entries.iter().any(|e| e.key.view().text() == key) {
                        entries.push(Entry::new(entry.key.to_node(), entry.value.to_node()));
                    }
                }
            }
            Kind::Seq if view.items().all(|i| i.is_map()) => {
                for item in view.items() {
                    self.merge(entries, place, &item.to_node());
                }
            }
            _ => {
                self.fail(
                    place,
                    ErrorKind::Syntax,
                    "a merge key takes a mapping or a list of mappings",
                );
            }
        }
    }

    fn fail(&mut self, id: NodeId, kind: ErrorKind, message: &str) -> (Node, u64) {
        self.fault.get_or_insert_with(|| Error {
            kind,
            span: self.source.tree.span(id),
            message: message.to_owned(),
        });
        (Node::Gone, 0)
    }
}

fn is_own(node: &Node, id: NodeId) -> bool {
    matches!(node, Node::Src(src) if src.node == id)
}
