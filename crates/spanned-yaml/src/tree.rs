use std::sync::OnceLock;

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

/// Most of the memory of a run is nodes, so that each is three words.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct NodeData {
    pub(crate) span: Span,
    /// From the highest bit: how many nodes there are up to the last descendant, this one
    /// included; whether there are [`Props`]; style; kind.
    packed: u32,
}

const KIND_BITS: u32 = 2;
const STYLE_BITS: u32 = 3;
const HAS_PROPS: u32 = 1 << (KIND_BITS + STYLE_BITS);
const COUNT_SHIFT: u32 = KIND_BITS + STYLE_BITS + 1;

impl NodeData {
    /// A node without descendants.
    pub(crate) fn new(kind: Kind, style: Style, span: Span, has_props: bool) -> Self {
        let props = if has_props { HAS_PROPS } else { 0 };
        Self {
            span,
            packed: (1 << COUNT_SHIFT) | props | ((style as u32) << KIND_BITS) | kind as u32,
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self.packed & ((1 << KIND_BITS) - 1) {
            0 => Kind::Scalar,
            1 => Kind::Map,
            2 => Kind::Seq,
            _ => Kind::Alias,
        }
    }

    pub(crate) fn style(self) -> Style {
        match (self.packed >> KIND_BITS) & ((1 << STYLE_BITS) - 1) {
            0 => Style::Plain,
            1 => Style::SingleQuoted,
            2 => Style::DoubleQuoted,
            3 => Style::Literal,
            4 => Style::Folded,
            5 => Style::Flow,
            _ => Style::Verbatim,
        }
    }

    pub(crate) fn has_props(self) -> bool {
        self.packed & HAS_PROPS != 0
    }

    /// How many nodes there are up to the last descendant, this one included.
    pub(crate) fn count(self) -> u32 {
        self.packed >> COUNT_SHIFT
    }

    /// Says how many nodes there are up to the last descendant. No text has more nodes than fit.
    pub(crate) fn set_count(&mut self, count: u32) {
        debug_assert!(count < 1 << (u32::BITS - COUNT_SHIFT));
        self.packed = (self.packed & ((1 << COUNT_SHIFT) - 1)) | (count << COUNT_SHIFT);
    }

    /// The bytes of a scalar without its quotes.
    fn written(self) -> Span {
        let Span { start, end } = self.span;
        match self.style() {
            Style::SingleQuoted | Style::DoubleQuoted => Span::new(start + 1, end - 1),
            _ => self.span,
        }
    }
}

impl std::fmt::Debug for NodeData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeData")
            .field("span", &self.span)
            .field("kind", &self.kind())
            .field("style", &self.style())
            .field("has_props", &self.has_props())
            .field("count", &self.count())
            .finish()
    }
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
    /// whose content is the bytes it covers.
    pub fn of_spans(text: impl Into<Box<str>>, spans: impl IntoIterator<Item = Span>) -> Self {
        let mut tree = Self {
            text: text.into(),
            ..Self::default()
        };
        for span in spans {
            let id = tree.nodes.len() as u32;
            let node = NodeData::new(Kind::Scalar, Style::Verbatim, span, false);
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
        self.data(id).span
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
            None => &text[data.written().range()],
        }
    }

    /// Whether a node is a scalar with this content. Most are told apart by their length.
    fn has_content(&self, id: NodeId, data: NodeData, content: &str) -> bool {
        if data.has_props()
            && let Some(own) = self.content_of(id)
        {
            return data.kind() == Kind::Scalar && own == content;
        }
        let written = data.written();
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
        self.data(id).count() as usize
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
            let value = NodeId(at.0 + data.count());
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
        let line = lines.starts.partition_point(|start| *start <= offset);
        let start = lines.starts[line - 1] as usize;
        let end = (offset as usize).min(text.len()).max(start);
        let characters = lines.characters(text, start..end);
        Position {
            line: line as u32,
            column: characters as u32 + 1,
        }
    }

    fn data(&self, id: NodeId) -> NodeData {
        self.nodes[id.0 as usize]
    }

    /// The node behind this one's last descendant.
    pub(crate) fn behind(&self, id: NodeId) -> NodeId {
        NodeId(id.0 + self.data(id).count())
    }

    /// The bytes of a scalar without its quotes.
    pub(crate) fn written(&self, id: NodeId) -> Span {
        self.data(id).written()
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

/// Where lines start, and how many characters there are: a line may be all of a large text.
#[derive(Debug)]
pub(crate) struct Lines {
    starts: Vec<u32>,
    /// How many characters stand before each block of bytes; none in a text of ASCII.
    before: Vec<u32>,
}

/// How many bytes a block has.
const BLOCK: usize = 1024;

impl Lines {
    fn of(text: &[u8]) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text);
        let starts = std::iter::once(0).chain(breaks.map(|at| at as u32 + 1));
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in text.chunks(BLOCK) {
                before.push(count);
                count += characters(block) as u32;
            }
            before.push(count);
        }
        Self {
            starts: starts.collect(),
            before,
        }
    }

    fn characters(&self, text: &[u8], range: std::ops::Range<usize>) -> usize {
        let before = |at: usize| {
            let block = at / BLOCK;
            let counted = *self.before.get(block)? as usize;
            Some(counted + characters(&text[block * BLOCK..at]))
        };
        match (before(range.start), before(range.end)) {
            (Some(start), Some(end)) => end - start,
            _ => range.len(),
        }
    }
}

/// How many characters begin in bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.nodes == other.nodes
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_three_words_and_keep_what_they_are() {
        assert_eq!(size_of::<NodeData>(), 12);
        let kinds = [Kind::Scalar, Kind::Map, Kind::Seq, Kind::Alias];
        let styles = [
            Style::Plain,
            Style::SingleQuoted,
            Style::DoubleQuoted,
            Style::Literal,
            Style::Folded,
            Style::Flow,
            Style::Verbatim,
        ];
        for (kind, style) in kinds
            .iter()
            .flat_map(|kind| styles.map(|style| (*kind, style)))
        {
            for has_props in [false, true] {
                let mut node = NodeData::new(kind, style, Span::new(3, 5), has_props);
                assert_eq!(node.count(), 1);
                node.set_count(10_000_000);
                let kept = (node.kind(), node.style(), node.has_props(), node.count());
                assert_eq!(kept, (kind, style, has_props, 10_000_000));
            }
        }
    }
}
