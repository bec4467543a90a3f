//! Puts nodes into a tree in document order.

use crate::tree::{NONE, NodeData, Props};
use crate::{Kind, NodeId, Span, Style, Tree};

pub(super) struct Builder {
    pub(super) tree: Tree,
    open: Vec<u32>,
}

impl Builder {
    pub(super) fn new(text: Box<str>) -> Self {
        let nodes = Vec::with_capacity(text.len() / 12 + 8);
        let tree = Tree {
            text,
            nodes,
            ..Tree::default()
        };
        Self {
            tree,
            open: Vec::with_capacity(32),
        }
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn leaf(
        &mut self,
        kind: Kind,
        style: Style,
        span: Span,
        props: Option<Props>,
    ) -> NodeId {
        let id = self.push(kind, style, span, props);
        self.tree.nodes[id.0 as usize].next = id.0 + 1;
        id
    }

    pub(super) fn open(
        &mut self,
        kind: Kind,
        style: Style,
        start: u32,
        props: Option<Props>,
    ) -> NodeId {
        let id = self.push(kind, style, Span::new(start, start), props);
        self.open.push(id.0);
        id
    }

    pub(super) fn close(&mut self, end: u32) {
        if let Some(at) = self.open.pop() {
            let next = self.tree.nodes.len() as u32;
            let node = &mut self.tree.nodes[at as usize];
            node.span.end = end.max(node.span.start);
            node.next = next;
        }
    }

    fn push(&mut self, kind: Kind, style: Style, span: Span, props: Option<Props>) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        if self.open.is_empty() {
            self.tree.roots.push(id);
        }
        let props = props.map_or(NONE, |p| {
            self.tree.props.push(p);
            self.tree.props.len() as u32 - 1
        });
        self.tree.nodes.push(NodeData {
            span,
            next: id.0 + 1,
            props,
            kind,
            style,
        });
        id
    }
}
