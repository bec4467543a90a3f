//! Flow collections.

use super::scalar::may_start_plain;
use super::{MAX_KEY, Own, Parser};
use crate::{Kind, Span, Style};

impl Parser<'_> {
    /// A flow collection with all that it holds, on one line or more. Comments, properties,
    /// pairs in sequences and entries without value are unusual in it.
    pub(super) fn flow(&mut self, own: Own) -> Option<()> {
        let start = self.cursor.at;
        let mut open = Vec::new();
        self.open_flow(&mut open, own)?;
        while let Some(kind) = open.last().copied() {
            self.skip_flow_space()?;
            let close = if kind == Kind::Seq { b']' } else { b'}' };
            if self.cursor.peek()? == close {
                self.cursor.at += 1;
                open.pop();
                self.builder.close(Some(self.cursor.at as u32));
                self.end_flow_item(&open)?;
                continue;
            }
            if kind == Kind::Map {
                self.flow_key()?;
                self.skip_flow_space()?;
            }
            match self.cursor.peek()? {
                b'[' | b'{' => self.open_flow(&mut open, None)?,
                _ => {
                    self.flow_scalar()?;
                    self.end_flow_item(&open)?;
                }
            }
        }
        self.check_lines(start, self.cursor.at)
    }

    fn open_flow(&mut self, open: &mut Vec<Kind>, own: Own) -> Option<()> {
        let kind = match self.cursor.peek()? {
            b'[' => Kind::Seq,
            _ => Kind::Map,
        };
        self.open_collection(kind, Style::Flow, own)?;
        self.cursor.at += 1;
        open.push(kind);
        Some(())
    }

    /// Goes over the comma behind an item, if the collection around it goes on.
    fn end_flow_item(&mut self, open: &[Kind]) -> Option<()> {
        let Some(kind) = open.last() else {
            return Some(());
        };
        self.skip_flow_space()?;
        match (self.cursor.peek()?, kind) {
            (b',', _) => self.cursor.at += 1,
            (b']', Kind::Seq) | (b'}', Kind::Map) => {}
            _ => return None,
        }
        Some(())
    }

    /// White space and line breaks.
    fn skip_flow_space(&mut self) -> Option<()> {
        loop {
            match self.cursor.peek()? {
                b' ' => self.cursor.at += 1,
                b'\n' | b'\r' => self.cursor.skip_break(),
                // A file of JSON may be indented by tabs.
                b'\t' if self.levels.is_empty() => self.cursor.at += 1,
                b'\t' | b'#' => return None,
                _ => return Some(()),
            }
        }
    }

    /// A key with its colon.
    fn flow_key(&mut self) -> Option<()> {
        let start = self.cursor.at;
        let is_quoted = matches!(self.cursor.peek()?, b'"' | b'\'');
        self.flow_scalar()?;
        let key = &self.cursor.bytes[start..self.cursor.at];
        if memchr::memchr(b'\n', key).is_some() || key.len() > MAX_KEY {
            return None;
        }
        self.cursor.skip_spaces();
        let has_colon = self.cursor.peek()? == b':';
        let is_tight = !matches!(self.cursor.peek_at(1)?, b' ' | b'\n' | b'\r');
        // JSON needs no space behind the colon.
        let is_json = is_quoted
            && matches!(self.cursor.peek_at(1)?, b'"' | b'\'' | b'0'..=b'9' | b'a'..=b'z' | b'[' | b'{');
        if !has_colon || (is_tight && !is_json) {
            return None;
        }
        self.cursor.at += 1;
        Some(())
    }

    fn flow_scalar(&mut self) -> Option<()> {
        match self.cursor.peek()? {
            b'"' | b'\'' => self.quoted(None),
            b'*' => self.alias(true),
            _ => self.flow_plain(),
        }
    }

    /// Plain text on one line.
    fn flow_plain(&mut self) -> Option<()> {
        let start = self.cursor.at;
        let first = self.cursor.peek()?;
        let starts = match first {
            b'-' => !matches!(
                self.cursor.peek_at(1)?,
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b']' | b'{' | b'}'
            ),
            b'?' | b':' => false,
            _ => may_start_plain(first),
        };
        if !starts {
            return None;
        }
        loop {
            match self.cursor.peek()? {
                b',' | b']' | b'}' | b'\n' | b'\r' => break,
                b'[' | b'{' | b'#' | b'\t' => return None,
                b':' => match self.cursor.peek_at(1)? {
                    b' ' | b'\n' | b'\r' => break,
                    b',' | b'[' | b']' | b'{' | b'}' | b'\t' => return None,
                    _ => self.cursor.at += 1,
                },
                _ => self.cursor.at += 1,
            }
        }
        let run = &self.cursor.bytes[start..self.cursor.at];
        let blank = run.iter().rev().take_while(|b| **b == b' ').count();
        let end = self.cursor.at - blank;
        let span = Span::new(start as u32, end as u32);
        self.leaf(Style::Plain, span, None, None);
        Some(())
    }
}
