//! An entry or item is taken out.

use super::{Edit, NotEditable};
use crate::{Kind, NodeId, Span, Style, Tree};

impl Tree {
    /// Takes an item out of its sequence, or the entry whose key the node is out of its
    /// mapping, with the comments on its lines and on lines of their own directly above it. A
    /// block collection that would be left empty becomes `{}` or `[]`.
    ///
    /// # Errors
    /// If the node is no key or item, or an alias elsewhere refers to something in it.
    pub fn remove(&self, id: NodeId) -> Result<Edit, NotEditable> {
        self.need_line_feeds()?;
        let Some(parent) = self.parent(id) else {
            return NotEditable::because("a document's root cannot be removed");
        };
        let last = match self.kind(parent) {
            Kind::Map if !self.is_key(parent, id) => {
                return NotEditable::because("an entry is removed by its key");
            }
            Kind::Map => self.behind(id),
            _ => id,
        };
        let start = self.start_of(parent, id);
        let end = self.end(last).max(start);
        if self.is_aliased(Span::new(start as u32, end as u32)) {
            return NotEditable::because("an alias elsewhere refers to something in it");
        }
        if self.style(parent) == Style::Flow && !self.has_brackets(parent) {
            return NotEditable::because("a pair without brackets is removed as a whole");
        }
        if self.style(parent) == Style::Flow {
            let edit = self.remove_from_flow(parent, id, last);
            let (start, rest) = (
                edit.span.start as usize,
                &self.text[edit.span.end as usize..],
            );
            if self.line_start(start) == start
                && (rest.starts_with("---") || rest.starts_with("..."))
            {
                return NotEditable::because("what is behind it would become a document marker");
            }
            return Ok(edit);
        }
        let follower = self.children(parent).find(|child| *child > last);
        let is_first = self.sibling_before(parent, id).is_none();
        if is_first && follower.is_none() {
            return self.empty(parent);
        }
        let line = self.line_start(start);
        let is_own_line = self.text[line..start]
            .trim_matches([' ', '\u{FEFF}'])
            .is_empty();
        if !is_own_line {
            return self.remove_behind_dash(parent, start, last, follower);
        }
        let from = self.comments_above(start);
        let to = self.comments_below(last, start - line);
        let would_join = |block| self.would_join(block, to, start - line);
        if self.block_before(parent, id).is_some_and(would_join) {
            return NotEditable::because(
                "the lines below would become part of the block scalar above",
            );
        }
        Ok(cut(from, to))
    }

    fn remove_from_flow(&self, parent: NodeId, id: NodeId, last: NodeId) -> Edit {
        let end = self.end(last);
        match self.sibling_before(parent, id) {
            Some(before) => cut(self.end(before), end),
            None => {
                let start = self.start_of(parent, id);
                let behind = self.skip_trivia(end, b"");
                let is_more = self.text.as_bytes().get(behind) == Some(&b',');
                let next = if is_more {
                    self.skip_trivia(behind + 1, b"")
                } else {
                    end
                };
                cut(start, next)
            }
        }
    }

    /// Whether an entry or item holds quoted text of several lines: behind a dash, these have to be
    /// indented further.
    fn has_quotes_over_lines(&self, parent: NodeId, id: NodeId) -> bool {
        let last = match self.kind(parent) {
            Kind::Map => self.behind(id),
            _ => id,
        };
        let mut nodes = (id.0..self.behind(last).0).map(NodeId);
        nodes.any(|node| {
            let is_quoted = matches!(self.style(node), Style::SingleQuoted | Style::DoubleQuoted);
            is_quoted && self.text[self.span(node).range()].contains('\n')
        })
    }

    /// Takes out the first entry or item of a collection that starts behind a dash.
    fn remove_behind_dash(
        &self,
        parent: NodeId,
        start: usize,
        last: NodeId,
        follower: Option<NodeId>,
    ) -> Result<Edit, NotEditable> {
        let Some(follower) = follower else {
            return NotEditable::because("it shares its line with other content");
        };
        if self.has_quotes_over_lines(parent, follower) {
            return NotEditable::because("quoted text behind it goes on in lines of its own");
        }
        let next = self.start_of(parent, follower);
        let end = self.line_end(self.end(last));
        let between = self.text.get(end..next).unwrap_or_default();
        if !between.contains('#') {
            return Ok(cut(start, next));
        }
        // Comments between the two stay; the dash then stands alone on its line.
        let before = self.text[..start].trim_end_matches(' ').len();
        Ok(Edit {
            span: Span::new(before as u32, end as u32),
            text: self.line_break().to_owned(),
        })
    }

    /// Replaces what a block collection holds by nothing.
    fn empty(&self, id: NodeId) -> Result<Edit, NotEditable> {
        let brackets = if self.kind(id) == Kind::Map {
            "{}"
        } else {
            "[]"
        };
        let slot = self.slot_of(id);
        let (start, end) = (self.start(id), self.end(id));
        let is_behind = self.line_start(start) <= slot;
        if is_behind {
            let gap = if slot == start { "" } else { " " };
            return Ok(Edit {
                span: Span::new(slot as u32, end as u32),
                text: format!("{gap}{brackets}"),
            });
        }
        // The comment behind the key stays.
        let rest = self.line_end(slot);
        let kept = self.text[slot..rest].trim_end_matches(['\n', '\r']);
        Ok(Edit {
            span: Span::new(slot as u32, end as u32),
            text: format!(" {brackets}{kept}"),
        })
    }

    /// The start of the comment lines directly above, in the same column.
    fn comments_above(&self, start: usize) -> usize {
        let mut line = self.line_start(start);
        let column = start - line;
        while let Some(end) = line.checked_sub(1) {
            let above = self.line_start(end);
            let text = &self.text[above..end];
            let indent = text.len() - text.trim_start_matches(' ').len();
            let at = (above + indent) as u32;
            let is_comment = self.comments.binary_search_by_key(&at, |c| c.start).is_ok();
            if !is_comment || indent != column {
                break;
            }
            line = above;
        }
        line
    }

    /// The end of the last line, and of the comment lines below that are indented deeper.
    fn comments_below(&self, last: NodeId, column: usize) -> usize {
        let mut end = self.line_end(self.end(last));
        loop {
            let text = &self.text[end..self.line_end(end)];
            let indent = text.len() - text.trim_start_matches(' ').len();
            let at = (end + indent) as u32;
            let is_comment = self.comments.binary_search_by_key(&at, |c| c.start).is_ok();
            if !is_comment || indent <= column {
                return end;
            }
            end = self.line_end(end);
        }
    }

    /// The block scalar that ends directly before a node.
    fn block_before(&self, parent: NodeId, id: NodeId) -> Option<NodeId> {
        let mut nodes = (0..id.0).rev().map(NodeId);
        let before = nodes.find(|node| !self.span(*node).is_empty())?;
        let is_block = matches!(self.style(before), Style::Literal | Style::Folded);
        (is_block && before != parent).then_some(before)
    }

    /// Whether lines from `below` on that hold nothing or a comment would be taken for lines of
    /// a block scalar, if they stood directly behind it.
    fn would_join(&self, block: NodeId, below: usize, column: usize) -> bool {
        let header = self.text[self.start(block)..].lines().next();
        let keeps = header.is_some_and(|header| header.contains('+'));
        let is_code = |line: &&str| {
            let code = line.trim_start_matches([' ', '\t']);
            !code.is_empty() && !code.starts_with('#')
        };
        let mut lines = self.text[below..].lines().take_while(|line| !is_code(line));
        lines.any(|line| {
            let indent = line.len() - line.trim_start_matches(' ').len();
            indent > column || (keeps && indent == line.len()) || line[indent..].starts_with('\t')
        })
    }
}

fn cut(start: usize, end: usize) -> Edit {
    Edit {
        span: Span::new(start as u32, end as u32),
        text: String::new(),
    }
}
