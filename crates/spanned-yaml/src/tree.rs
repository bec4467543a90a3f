use std::sync::OnceLock;

use crate::lines::Lines;
use crate::node::{MOST_BYTES, NodeData, Wide};
use crate::{Error, parse};

/// A node's index in its tree. Nodes stand in document order; a collection is followed by its
/// descendants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node's place in the order of its tree.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a tree's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, and without, `end`.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The number of bytes covered.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The range as an index into text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place for people: both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, counted in characters.
    pub column: u32,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A scalar.
    Scalar,
    /// A mapping.
    Map,
    /// A sequence.
    Seq,
    /// `*name`; [`Tree::alias_target`] follows it.
    Alias,
}

/// How a node is written. Collections are `Plain` in block style and `Flow` in flow style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A scalar without quotes, or a block collection.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// `[…]` or `{…}`
    Flow,
    /// Bytes of a text that is not YAML ([`Tree::of_spans`]).
    Verbatim,
}

/// What few nodes have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Props {
    /// Whose they are.
    pub(crate) node: u32,
    /// The scalar's content where it is not its bytes.
    pub(crate) content: Option<Box<str>>,
    /// The tag with its handle resolved, such as `tag:yaml.org,2002:str` or `!local`.
    pub(crate) tag: Option<Box<str>>,
    pub(crate) anchor: Option<Box<str>>,
    pub(crate) target: Option<NodeId>,
}

/// The documents of one text, as a flat list of nodes.
#[derive(Debug, Default)]
pub struct Tree {
    pub(crate) text: Box<str>,
    pub(crate) nodes: Vec<NodeData>,
    /// The sizes that do not fit into their nodes.
    pub(crate) wide: Vec<Wide>,
    /// In the order of their nodes.
    pub(crate) props: Vec<Props>,
    pub(crate) roots: Vec<NodeId>,
    pub(crate) comments: Vec<Span>,
    pub(crate) errors: Vec<Error>,
    pub(crate) has_alias: bool,
    pub(crate) lines: OnceLock<Lines>,
    /// Whether a line ends with a carriage return alone, once that was asked for.
    pub(crate) has_lone_return: OnceLock<bool>,
}

impl Tree {
    /// Reads all documents of `text`. What could not be read is in [`Tree::errors`].
    pub fn parse(text: impl Into<Box<str>>) -> Self {
        parse::parse(text.into())
    }

    /// As [`Tree::parse`], for bytes whose encoding is not yet known. Bytes that are not UTF-8
    /// give a tree without documents and one error.
    pub fn parse_bytes(bytes: Vec<u8>) -> Self {
        parse::parse_bytes(bytes)
    }

    /// As [`Tree::parse`], always by the slower of its two parsers, which reads all of YAML.
    #[doc(hidden)]
    pub fn parse_full(text: impl Into<Box<str>>) -> Self {
        parse::parse_full(text.into())
    }

    /// As [`Tree::parse`], only by the faster of its two parsers, which gives up on what is
    /// unusual.
    #[doc(hidden)]
    pub fn parse_fast(text: impl Into<Box<str>>) -> Option<Self> {
        parse::parse_fast(text.into())
    }

    /// A tree for text that is not YAML: one scalar root for each of `spans`, in their order,
    /// whose content is the bytes it covers. Those that start beyond 256 MiB are left out.
    pub fn of_spans(text: impl Into<Box<str>>, spans: impl IntoIterator<Item = Span>) -> Self {
        let mut tree = Self {
            text: text.into(),
            ..Self::default()
        };
        for span in spans.into_iter().filter(|span| span.start < MOST_BYTES) {
            let id = tree.nodes.len() as u32;
            let (kind, style) = (Kind::Scalar, Style::Verbatim);
            let node = NodeData::new(kind, style, span, false, &mut tree.wide);
            tree.nodes.push(node);
            tree.roots.push(NodeId(id));
        }
        tree
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every fault met, in the order of their places.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// The root node of each document that holds something. Documents with a syntax error are
    /// left out: what remains of them would mislead.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = NodeId> + '_ {
        self.roots.iter().copied()
    }

    /// The comments in order, `#` included, line break excluded.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Whether any document has an alias or a merge key, so that its nodes are not yet its value.
    pub fn has_aliases(&self) -> bool {
        self.has_alias
    }

    /// What the node is.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.data(id).kind()
    }

    /// How the node is written.
    pub fn style(&self, id: NodeId) -> Style {
        self.data(id).style()
    }

    /// The node's bytes: quotes and block headers included, tag and anchor excluded. A value
    /// that is not written (`key:`) has an empty span behind the colon. A block scalar ends
    /// with its last line, whose line break is excluded; a block collection with its last node.
    pub fn span(&self, id: NodeId) -> Span {
        self.data(id).span(&self.wide)
    }

    /// A scalar's content: unquoted, unescaped and unfolded. Empty for other nodes.
    pub fn scalar(&self, id: NodeId) -> &str {
        self.scalar_in(&self.text, id)
    }

    /// As [`Tree::scalar`], while the tree has no text of its own yet.
    pub(crate) fn scalar_in<'a>(&'a self, text: &'a str, id: NodeId) -> &'a str {
        let data = self.data(id);
        if data.kind() != Kind::Scalar {
            return "";
        }
        match self.content_of(id) {
            Some(content) => content,
            None => &text[data.written(&self.wide).range()],
        }
    }

    /// Whether a node is a scalar with this content. Most are told apart by their length.
    fn has_content(&self, id: NodeId, data: NodeData, content: &str) -> bool {
        if data.has_props()
            && let Some(own) = self.content_of(id)
        {
            return data.kind() == Kind::Scalar && own == content;
        }
        let written = data.written(&self.wide);
        if written.len() as usize != content.len() || data.kind() != Kind::Scalar {
            return false;
        }
        let written = &self.text.as_bytes()[written.range()];
        // Most keys of a length differ in their first byte, which spares a call.
        written.first() == content.as_bytes().first() && written == content.as_bytes()
    }

    /// The tag, with its handle resolved.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.props_of(id)?.tag.as_deref()
    }

    /// The anchor's name, without `&`.
    pub fn anchor(&self, id: NodeId) -> Option<&str> {
        self.props_of(id)?.anchor.as_deref()
    }

    /// The node that an alias stands for.
    pub fn alias_target(&self, id: NodeId) -> Option<NodeId> {
        self.props_of(id)?.target
    }

    /// How many nodes there are from this one to its last descendant, aliases not followed.
    pub fn count(&self, id: NodeId) -> usize {
        self.data(id).count(&self.wide) as usize
    }

    /// The nodes directly inside a collection; for a mapping keys and values alternate.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children {
            tree: self,
            at: id.0 + 1,
            end: self.behind(id).0,
        }
    }

    /// A mapping's keys and values, as written: duplicates and merge keys included.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let mut children = self.children(id);
        let is_map = self.kind(id) == Kind::Map;
        std::iter::from_fn(move || {
            if !is_map {
                return None;
            }
            Some((children.next()?, children.next()?))
        })
    }

    /// A sequence's items.
    pub fn items(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut children = self.children(id);
        let is_seq = self.kind(id) == Kind::Seq;
        std::iter::from_fn(move || if is_seq { children.next() } else { None })
    }

    /// The key and value of a mapping's entry, the last one where the key is a duplicate.
    pub fn entry(&self, id: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        if self.kind(id) != Kind::Map {
            return None;
        }
        let end = self.behind(id);
        // A duplicate key is an error.
        let is_unique = self.errors.is_empty();
        let mut found = None;
        let mut at = NodeId(id.0 + 1);
        while at < end {
            let data = self.data(at);
            let value = NodeId(at.0 + data.count(&self.wide));
            if self.has_content(at, data, key) {
                found = Some((at, value));
                if is_unique {
                    break;
                }
            }
            at = self.behind(value);
        }
        found
    }

    /// The value of a mapping's entry.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entry(id, key).map(|(_, value)| value)
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let text = self.text.as_bytes();
        let lines = self.lines.get_or_init(|| Lines::of(text));
        lines.position(text, offset)
    }

    fn data(&self, id: NodeId) -> NodeData {
        self.nodes[id.0 as usize]
    }

    /// The node behind this one's last descendant.
    pub(crate) fn behind(&self, id: NodeId) -> NodeId {
        NodeId(id.0 + self.data(id).count(&self.wide))
    }

    /// The bytes of a scalar without its quotes.
    pub(crate) fn written(&self, id: NodeId) -> Span {
        self.data(id).written(&self.wide)
    }

    /// Whether a scalar's content is not its bytes.
    pub(crate) fn is_rewritten(&self, id: NodeId) -> bool {
        self.props_of(id).is_some_and(|p| p.content.is_some())
    }

    /// A scalar's content where it is not its bytes.
    fn content_of(&self, id: NodeId) -> Option<&str> {
        self.props_of(id)?.content.as_deref()
    }

    fn props_of(&self, id: NodeId) -> Option<&Props> {
        if !self.data(id).has_props() {
            return None;
        }
        self.props.get(self.index_of_props(id)?)
    }

    /// Where a node's properties stand.
    pub(crate) fn index_of_props(&self, id: NodeId) -> Option<usize> {
        self.props.binary_search_by_key(&id.0, |own| own.node).ok()
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.nodes == other.nodes
            && self.wide == other.wide
            && self.props == other.props
            && self.roots == other.roots
            && self.comments == other.comments
            && self.errors == other.errors
            && self.has_alias == other.has_alias
    }
}

/// Iterates over the nodes directly inside a collection.
#[derive(Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.at >= self.end {
            return None;
        }
        let id = NodeId(self.at);
        self.at = self.tree.behind(id).0;
        Some(id)
    }
}
