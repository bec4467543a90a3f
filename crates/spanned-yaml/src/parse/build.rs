//! Puts nodes into a tree in document order.

use std::collections::HashMap;

use super::keys;
use crate::node::NodeData;
use crate::tree::Props;
use crate::{Error, ErrorKind, Kind, NodeId, Span, Style, Tree};

/// How deeply collections may nest. Readers of a tree may recurse that far.
pub(super) const MAX_DEPTH: usize = 256;

/// How many syntax errors are told before reading stops.
pub(super) const MAX_ERRORS: usize = 20;

/// How many faults of a text are told. A mapping of nothing but equal keys has as many faults as
/// keys.
const MAX_TOLD: usize = 1000;

/// Adds a fault, if there are not too many already.
pub(super) fn tell(tree: &mut Tree, fault: Error) {
    if tree.errors.len() < MAX_TOLD {
        tree.errors.push(fault);
    } else if tree.errors.len() == MAX_TOLD {
        tree.errors.push(Error {
            kind: ErrorKind::Limit,
            span: fault.span,
            message: format!("too many errors: only the first {MAX_TOLD} are listed"),
        });
    }
}

pub(super) struct Builder<'t> {
    text: &'t str,
    /// What was built; its text is put in at the end.
    pub(super) tree: Tree,
    open: Vec<Open>,
    /// The anchors of this document so far.
    anchors: HashMap<Box<str>, NodeId>,
    /// Behind the last byte of the last node.
    pub(super) end: u32,
    document: Document,
}

/// A collection that is not closed yet.
struct Open {
    node: u32,
    children: u32,
    /// A bit for each key, by a hash of it.
    keys: u128,
    /// Whether two keys have the same bit, so that they may be the same.
    may_repeat: bool,
}

/// How long the tree's lists were when the document began.
#[derive(Default)]
struct Document {
    nodes: usize,
    wide: usize,
    props: usize,
    roots: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // Measured on Kubernetes manifests: hardly ever a node for fewer bytes than that.
        let nodes = Vec::with_capacity(text.len() / 8 + 8);
        let tree = Tree {
            nodes,
            ..Tree::default()
        };
        Self {
            text,
            tree,
            open: Vec::with_capacity(32),
            anchors: HashMap::new(),
            end: 0,
            document: Document::default(),
        }
    }

    pub(super) fn begin_document(&mut self) {
        if !self.anchors.is_empty() {
            self.anchors = HashMap::new();
        }
        self.document = Document {
            nodes: self.tree.nodes.len(),
            wide: self.tree.wide.len(),
            props: self.tree.props.len(),
            roots: self.tree.roots.len(),
        };
    }

    /// Forgets the document that was begun last.
    pub(super) fn abandon_document(&mut self) {
        self.open.clear();
        self.tree.nodes.truncate(self.document.nodes);
        self.tree.wide.truncate(self.document.wide);
        self.tree.props.truncate(self.document.props);
        self.tree.roots.truncate(self.document.roots);
    }

    /// Whether the next node is a mapping's key; `None` outside of mappings.
    pub(super) fn at_key(&self) -> Option<bool> {
        let open = self.open.last()?;
        let is_map = self.tree.nodes[open.node as usize].kind() == Kind::Map;
        is_map.then_some(open.children.is_multiple_of(2))
    }

    /// Whether the open collection is written in flow style.
    pub(super) fn in_flow(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| self.tree.nodes[open.node as usize].style() == Style::Flow)
    }

    /// Where the open collection starts, if it is written in block style.
    pub(super) fn open_block(&self) -> Option<u32> {
        let open = self.open.last()?;
        let node = &self.tree.nodes[open.node as usize];
        (node.style() != Style::Flow).then_some(node.start())
    }

    pub(super) fn scalar(&mut self, style: Style, span: Span, props: Option<Props>) -> NodeId {
        let is_key = self.at_key() == Some(true);
        let id = self.push(Kind::Scalar, style, span, props);
        self.end = span.end;
        if let Some(open) = self.open.last_mut().filter(|_| is_key) {
            open.may_repeat |= open.children > 2;
            open.keys = u128::MAX;
            // What a merge key brings is only seen where aliases are followed.
            let is_merge = style == Style::Plain && &self.text[span.range()] == "<<";
            self.tree.has_alias |= is_merge;
        }
        id
    }

    /// A plain key without properties.
    #[inline]
    pub(super) fn key(&mut self, span: Span) {
        self.push(Kind::Scalar, Style::Plain, span, None);
        self.end = span.end;
        let key = &self.text.as_bytes()[span.range()];
        if let (Some(open), Some(first), Some(last)) =
            (self.open.last_mut(), key.first(), key.last())
        {
            let hash = (usize::from(*first) << 2) ^ (usize::from(*last) * 5) ^ (key.len() * 23);
            let bit = 1 << (hash % 128);
            open.may_repeat |= open.keys & bit != 0;
            open.keys |= bit;
            self.tree.has_alias |= key == b"<<";
        }
    }

    /// A plain scalar without properties that is no key.
    #[inline]
    pub(super) fn plain(&mut self, span: Span) {
        self.push(Kind::Scalar, Style::Plain, span, None);
        self.end = span.end;
    }

    /// An alias; the span starts at its `*`.
    pub(super) fn alias(&mut self, span: Span) {
        self.tree.has_alias = true;
        let name = &self.text[span.start as usize + 1..span.end as usize];
        let target = self.anchors.get(name).copied();
        if target.is_none() {
            let fault = Error {
                kind: ErrorKind::UnknownAnchor,
                span,
                message: format!("anchor `&{name}` is not defined before this alias"),
            };
            tell(&mut self.tree, fault);
        }
        let props = Props {
            target,
            ..Props::default()
        };
        self.push(Kind::Alias, Style::Plain, span, Some(props));
        self.end = span.end;
    }

    /// Gives the node, which was made with properties, an anchor.
    pub(super) fn anchor(&mut self, id: NodeId, name: &str) {
        if let Some(at) = self.tree.index_of_props(id) {
            let props = &mut self.tree.props[at];
            props.anchor = Some(name.into());
        }
        self.anchors.insert(name.into(), id);
    }

    /// Opens a collection. `false` if it is nested too deeply.
    #[must_use]
    pub(super) fn open(
        &mut self,
        kind: Kind,
        style: Style,
        start: u32,
        props: Option<Props>,
    ) -> bool {
        let id = self.push(kind, style, Span::new(start, start), props);
        self.open.push(Open {
            node: id.0,
            children: 0,
            keys: 0,
            may_repeat: false,
        });
        self.open.len() <= MAX_DEPTH
    }

    /// Closes a collection, behind its closing bracket or its last node.
    pub(super) fn close(&mut self, bracket: Option<u32>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        self.end = bracket.unwrap_or(self.end);
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[open.node as usize];
        let length = self.end.saturating_sub(node.start());
        node.set_size(next - open.node, length, &mut self.tree.wide);
        if open.may_repeat {
            keys::check(
                self.text,
                &mut self.tree,
                NodeId(open.node),
                open.children / 2,
            );
        }
    }

    /// The last node's identity.
    pub(super) fn last(&self) -> NodeId {
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    /// The tree without its text, with errors and comments in the order of their places.
    pub(super) fn finish(mut self) -> Tree {
        self.tree.errors.sort_by_key(|fault| fault.span.start);
        self.tree.comments.sort_unstable();
        // Trees live as long as the run, and allocators keep the room behind a list that shrinks.
        self.tree.nodes = self.tree.nodes.as_slice().to_vec();
        self.tree
    }

    #[inline]
    fn push(&mut self, kind: Kind, style: Style, span: Span, props: Option<Props>) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        match self.open.last_mut() {
            Some(open) => open.children += 1,
            None => self.tree.roots.push(id),
        }
        let node = NodeData::new(kind, style, span, props.is_some(), &mut self.tree.wide);
        self.tree.nodes.push(node);
        if let Some(props) = props {
            self.tree.props.push(Props {
                node: id.0,
                ..props
            });
        }
        id
    }
}
