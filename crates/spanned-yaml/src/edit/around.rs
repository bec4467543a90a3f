//! What stands around a node.

use super::NotEditable;
use crate::{Kind, NodeId, Span, Style, Tree};

impl Tree {
    /// The collection that directly holds a node; none for roots.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let mut before = (0..id.0).rev().map(NodeId);
        before.find(|node| self.behind(*node) > id)
    }

    /// Whether a node stands inside a flow collection.
    pub(super) fn is_in_flow(&self, id: NodeId) -> bool {
        self.parent(id)
            .is_some_and(|parent| self.style(parent) == Style::Flow)
    }

    /// Whether a flow collection has brackets; a pair in a flow sequence, `[a: b]`, has none.
    pub(super) fn has_brackets(&self, id: NodeId) -> bool {
        let first = self.children(id).next();
        let opens = matches!(self.text.as_bytes().get(self.start(id)), Some(b'[' | b'{'));
        opens && first.is_none_or(|first| self.start(first) > self.start(id))
    }

    /// The node before this one in its collection.
    pub(super) fn sibling_before(&self, parent: NodeId, id: NodeId) -> Option<NodeId> {
        self.children(parent)
            .take_while(|child| *child != id)
            .last()
    }

    /// Whether the node is the key of an entry.
    pub(super) fn is_key(&self, parent: NodeId, id: NodeId) -> bool {
        self.entries(parent).any(|(key, _)| key == id)
    }

    /// Where an entry or item starts: at its dash, `?`, property or key.
    pub(super) fn start_of(&self, parent: NodeId, id: NodeId) -> usize {
        let from = match self.sibling_before(parent, id) {
            Some(before) => self.span(before).end as usize,
            None => self.span(parent).start as usize,
        };
        let flow = self.style(parent) == Style::Flow;
        let at = from + usize::from(flow && from == self.span(parent).start as usize);
        self.skip_trivia(at, if flow { b"," } else { b"" })
    }

    /// Behind the indicator and the properties after which a node stands: where it would stand
    /// if it were written directly behind them.
    pub(super) fn slot_of(&self, id: NodeId) -> usize {
        let Some(parent) = self.parent(id) else {
            return self.span(id).start as usize;
        };
        let bytes = self.text.as_bytes();
        let mut end = self.start_of(parent, id);
        if matches!(bytes.get(end), Some(b':' | b'-' | b'?')) {
            end += 1;
        }
        loop {
            let next = self.skip_trivia(end, b"");
            if !matches!(bytes.get(next), Some(b'&' | b'!')) || next >= self.start(id) {
                return end;
            }
            let word = bytes[next..]
                .iter()
                .take_while(|b| !b.is_ascii_whitespace());
            end = next + word.count();
        }
    }

    /// Goes over white space, line breaks, comments and these marks.
    pub(super) fn skip_trivia(&self, from: usize, marks: &[u8]) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(b) = bytes.get(at) {
            let comment = self
                .comments
                .binary_search_by_key(&at, |c| c.start as usize);
            match (b, comment) {
                (_, Ok(found)) => at = self.comments[found].end as usize,
                (b' ' | b'\t' | b'\r' | b'\n', _) => at += 1,
                (b, _) if marks.contains(b) => at += 1,
                _ => break,
            }
        }
        at
    }

    /// Lines are told apart by their line feeds.
    pub(super) fn need_line_feeds(&self) -> Result<(), NotEditable> {
        let has_lone_return = self.has_lone_return.get_or_init(|| {
            let text = self.text.as_bytes();
            let mut returns = memchr::memchr_iter(b'\r', text);
            returns.any(|at| text.get(at + 1) != Some(&b'\n'))
        });
        match has_lone_return {
            true => NotEditable::because("a line ends with a carriage return alone"),
            false => Ok(()),
        }
    }

    /// The first byte of a line.
    pub(super) fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.text.as_bytes()[..at]).map_or(0, |found| found + 1)
    }

    /// Behind the line break that ends a line, or the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.text.as_bytes()[at..])
            .map_or(self.text.len(), |len| at + len + 1)
    }

    /// The column of a byte on a line that has only spaces, dashes and question marks before it.
    pub(super) fn column(&self, at: usize) -> Option<usize> {
        let start = self.line_start(at);
        // A byte order mark is no part of the indentation.
        let start = if start == 0 && self.text.starts_with('\u{FEFF}') {
            3
        } else {
            start
        };
        let before = self.text.get(start..at)?;
        let is_plain = before.bytes().all(|b| matches!(b, b' ' | b'-' | b'?'));
        is_plain.then_some(before.len())
    }

    /// The line break that the text uses.
    pub(super) fn line_break(&self) -> &'static str {
        match memchr::memchr(b'\n', self.text.as_bytes()) {
            Some(at) if at > 0 && self.text.as_bytes()[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    /// Whether an alias elsewhere stands for a node within these bytes.
    pub(super) fn is_aliased(&self, span: Span) -> bool {
        let inside =
            |id: NodeId| span.start <= self.span(id).start && self.span(id).end <= span.end;
        let ids = (0..self.nodes.len() as u32).map(NodeId);
        self.has_alias
            && ids
                .filter(|id| self.kind(*id) == Kind::Alias && !inside(*id))
                .filter_map(|id| self.alias_target(id))
                .any(inside)
    }

    pub(super) fn start(&self, id: NodeId) -> usize {
        self.span(id).start as usize
    }

    pub(super) fn end(&self, id: NodeId) -> usize {
        self.span(id).end as usize
    }
}
