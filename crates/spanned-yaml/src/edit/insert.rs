//! An entry or item is added.

use super::{Edit, NotEditable, Value, write};
use crate::{Emitter, Kind, NodeId, Span, Style, Tree};

impl Tree {
    /// Adds an entry at the end of a mapping.
    ///
    /// # Errors
    /// If the node is no mapping, has the key already, or is written in a way that leaves no
    /// place for an entry.
    pub fn insert_entry(&self, map: NodeId, key: &str, value: &Value) -> Result<Edit, NotEditable> {
        self.need_line_feeds()?;
        if self.kind(map) != Kind::Map {
            return NotEditable::because("entries can only be added to mappings");
        }
        if key.contains(['\n', '\u{2028}', '\u{2029}']) {
            return NotEditable::because("a new key must fit on one line");
        }
        if self.get(map, key).is_some() {
            return NotEditable::because("the mapping already has this key");
        }
        let last = self.entries(map).last();
        if self.style(map) == Style::Flow {
            let style = self.flow_style(last.map(|(key, _)| key));
            let text = write::on_one_line(value, style, true);
            let entry = format!("{}: {text}", write::quote(key, style, true));
            return self.insert_into_flow(map, last.map(|(key, _)| key), &entry);
        }
        let mut out = Emitter::new();
        out.begin_map(1);
        out.key(key);
        write::below(&mut out, value);
        out.end();
        let first = self.children(map).next().unwrap_or(map);
        let column = self.column(self.start_of(map, first));
        self.insert_lines(map, column, &out.finish(), ends_with_break(value))
    }

    /// Adds an item at the end of a sequence.
    ///
    /// # Errors
    /// If the node is no sequence, or is written in a way that leaves no place for an item.
    pub fn insert_item(&self, seq: NodeId, value: &Value) -> Result<Edit, NotEditable> {
        self.need_line_feeds()?;
        if self.kind(seq) != Kind::Seq {
            return NotEditable::because("items can only be added to sequences");
        }
        let last = self.items(seq).last();
        if self.style(seq) == Style::Flow {
            let item = write::on_one_line(value, self.flow_style(last), true);
            return self.insert_into_flow(seq, last, &item);
        }
        let mut out = Emitter::new();
        out.begin_seq(1);
        write::below(&mut out, value);
        out.end();
        let column = self.column(self.start(seq));
        self.insert_lines(seq, column, &out.finish(), ends_with_break(value))
    }

    /// What is added is quoted as its neighbour is.
    fn flow_style(&self, neighbour: Option<NodeId>) -> Style {
        match neighbour.map(|id| self.style(id)) {
            Some(style @ (Style::SingleQuoted | Style::DoubleQuoted)) => style,
            _ => Style::Plain,
        }
    }

    /// Adds an entry or item behind the last one, with the same white space before it.
    fn insert_into_flow(
        &self,
        id: NodeId,
        last: Option<NodeId>,
        text: &str,
    ) -> Result<Edit, NotEditable> {
        if !self.has_brackets(id) {
            return NotEditable::because("a pair without brackets holds only one entry");
        }
        let Some(last) = last else {
            let behind_bracket = self.span(id).start + 1;
            return Ok(Edit {
                span: Span::new(behind_bracket, behind_bracket),
                text: text.to_owned(),
            });
        };
        let start = self.start_of(id, last);
        let before = &self.text[..start];
        let blank = before.len() - before.trim_end_matches([' ', '\t', '\r', '\n']).len();
        let gap = match &before[start - blank..] {
            "" => " ",
            gap if self.sibling_before(id, last).is_none() && !gap.contains('\n') => " ",
            gap => gap,
        };
        let end = self
            .children(id)
            .last()
            .map_or(start, |child| self.end(child));
        let at = Span::new(end as u32, end as u32);
        // With a comma directly behind it, the mark of a key that is not written would be text.
        let mut deepest = (0..self.behind(id).0).rev().map(NodeId).take(2);
        let ends_with_mark =
            deepest.all(|node| self.span(node).is_empty()) && self.text[..end].ends_with('?');
        let space = if ends_with_mark { " " } else { "" };
        Ok(Edit {
            span: at,
            text: format!("{space},{gap}{text}"),
        })
    }

    /// Adds lines behind the last line of a block collection.
    fn insert_lines(
        &self,
        id: NodeId,
        column: Option<usize>,
        lines: &str,
        needs_break: bool,
    ) -> Result<Edit, NotEditable> {
        let Some(column) = column else {
            return NotEditable::because("the collection's first line leaves its column unclear");
        };
        let line_break = self.line_break();
        let mut text = String::new();
        for line in lines.lines() {
            if !line.is_empty() {
                text.extend(std::iter::repeat_n(' ', column));
                text.push_str(line);
            }
            text.push_str(line_break);
        }
        let end = self.past_deep_comments(self.line_end(self.end(id)), column);
        let at = Span::new(end as u32, end as u32);
        if end == 0 || self.text.as_bytes()[end - 1] == b'\n' {
            return Ok(Edit { span: at, text });
        }
        if self.last_is_open_block(id) {
            return NotEditable::because(
                "the text ends inside a block scalar, without the line break it needs",
            );
        }
        // The last line has no break; it gets one only where a block scalar needs it.
        if !needs_break {
            text.truncate(text.len() - line_break.len());
        }
        text.insert_str(0, line_break);
        Ok(Edit { span: at, text })
    }

    /// Behind the comments and spaces below that reach deeper: a block scalar that is added would
    /// take them in.
    fn past_deep_comments(&self, end: usize, column: usize) -> usize {
        let (mut past, mut line) = (end, end);
        while line < self.text.len() {
            let next = self.line_end(line);
            let text = self.text[line..next].trim_end_matches(['\n', '\r']);
            let code = text.trim_start_matches(' ');
            if !code.is_empty() && !code.starts_with('#') {
                break;
            }
            if text.len() - code.len() > column {
                past = next;
            }
            line = next;
        }
        past
    }

    /// Whether a collection ends with a block scalar that a line break behind it would change.
    fn last_is_open_block(&self, id: NodeId) -> bool {
        let last = NodeId(self.behind(id).0 - 1);
        let header = self.text.get(self.start(last)..).unwrap_or("");
        let strips = header.lines().next().is_some_and(|h| h.contains('-'));
        matches!(self.style(last), Style::Literal | Style::Folded) && !strips
    }
}

/// Whether the text of a value ends with a line break, or that of the last value in it.
fn ends_with_break(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.ends_with('\n'),
        Value::Seq(items) => items.last().is_some_and(ends_with_break),
        Value::Map(entries) => entries.last().is_some_and(|(_, v)| ends_with_break(v)),
        _ => false,
    }
}
