//! A node's value is replaced.

use super::{Edit, NotEditable, Value, write};
use crate::block_scalar::Layout;
use crate::emit::Allowed;
use crate::{Dialect, Kind, NodeId, Style, Tree, try_resolve};

impl Tree {
    /// Replaces the value of a node. Text keeps the style of the scalar that it replaces where
    /// that can hold it. Anchors and comments stay; what an anchored node's aliases stand for
    /// changes with it.
    ///
    /// # Errors
    /// If the node's tag does not fit the new value, or the node is a block collection, which is
    /// changed by its entries or items.
    pub fn set(&self, id: NodeId, value: &Value) -> Result<Edit, NotEditable> {
        self.need_line_feeds()?;
        let span = self.span(id);
        let style = self.style(id);
        if matches!(self.kind(id), Kind::Map | Kind::Seq) && style != Style::Flow {
            return NotEditable::because("a block collection is changed by its entries or items");
        }
        let text = match (value, style) {
            (Value::Str(text), Style::Verbatim) => text.clone(),
            (Value::Str(text), Style::Literal | Style::Folded) => match self.block(id, text) {
                Some(block) => block,
                None => write::quote(text, Style::DoubleQuoted, false),
            },
            _ => write::on_one_line(value, style, self.is_in_flow(id)),
        };
        if self.tag(id).is_some() && !self.fits_tag(id, value) {
            return NotEditable::because("the value's tag does not fit the new value");
        }
        let gap = if span.is_empty() {
            self.gap_before(id)?
        } else {
            ""
        };
        Ok(Edit {
            span,
            text: format!("{gap}{text}"),
        })
    }

    /// What has to stand before a value that was not written.
    fn gap_before(&self, id: NodeId) -> Result<&'static str, NotEditable> {
        let Some(parent) = self.parent(id) else {
            return Ok(" ");
        };
        let indicator = match self.kind(parent) {
            Kind::Seq => b'-',
            _ if self.is_key(parent, id) => b'?',
            _ => b':',
        };
        let before = self
            .start(id)
            .checked_sub(1)
            .map(|at| self.text.as_bytes()[at]);
        let has_properties = self.anchor(id).is_some() || self.tag(id).is_some();
        let key = self
            .sibling_before(parent, id)
            .map(|key| self.span(key).range());
        // Behind a key that is a mapping, the colon may be that of its last entry.
        let is_of_key = indicator == b':' && key.as_ref().is_some_and(|k| k.end == self.start(id));
        if (before == Some(indicator) && !is_of_key) || has_properties {
            return Ok(" ");
        }
        let is_one_line = key.is_some_and(|k| !k.is_empty() && !self.text[k].contains('\n'));
        if indicator == b':' && is_one_line && self.has_brackets(parent) {
            return Ok(": ");
        }
        NotEditable::because("the value is empty, and no colon or dash shows where it would go")
    }

    /// Whether a value, written without quotes or with, is still what it is under the node's tag.
    fn fits_tag(&self, id: NodeId, value: &Value) -> bool {
        let tag = self.tag(id);
        let (content, style) = match value {
            Value::Str(text) => (text.clone(), Style::DoubleQuoted),
            Value::Seq(_) | Value::Map(_) => return false,
            scalar => (
                write::on_one_line(scalar, Style::Plain, false),
                Style::Plain,
            ),
        };
        let reads = |dialect| try_resolve(&content, style, tag, dialect).map(Value::from);
        reads(Dialect::Kustomize).as_ref() == Ok(value)
            && reads(Dialect::Kubectl).as_ref() == Ok(value)
    }

    /// The text as a block scalar in the place of one, with the comment of its header.
    fn block(&self, id: NodeId, text: &str) -> Option<String> {
        let header = self.start(id);
        let end = self.line_end(self.end(id));
        let layout = Layout::of(&self.text, header, end, self.scalar(id));
        let indent = layout.indent()?;
        let body = text.strip_suffix('\n').unwrap_or(text);
        let starts_deep = body.starts_with([' ', '\t', '\n']);
        if !Allowed::by(text).block || body.is_empty() || starts_deep || body.ends_with('\n') {
            return None;
        }
        let is_folded = self.style(id) == Style::Folded && !body.contains('\n');
        let mark = if is_folded { ">" } else { "|" };
        let chomp = if body.len() == text.len() { "-" } else { "" };
        let rest_of_header = &self.text[layout.header_end()..layout.start()];
        let line_break = self.line_break();
        let mut out = format!("{mark}{chomp}{rest_of_header}");
        for (at, line) in body.split('\n').enumerate() {
            if at > 0 {
                out.push_str(line_break);
            }
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(line);
            }
        }
        // Without a line break behind it the text would lose its own.
        if self.end(id) == self.text.len() && chomp.is_empty() {
            out.push_str(line_break);
        }
        Some(out)
    }
}
