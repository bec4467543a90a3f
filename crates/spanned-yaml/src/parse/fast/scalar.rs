//! Scalars and keys.

use super::search::{plain_stop, spaces};
use super::{Key, MAX_KEY, Own, Parser};
use crate::content::{self, Block, Chomp, Collect};
use crate::{Span, Style};

/// Where a run of plain text ends.
struct Plain {
    /// Behind its last character.
    end: usize,
    /// At the colon, the comment or the line break that ended it.
    stop: usize,
}

/// The next line that holds something, below plain text.
struct Below {
    /// Its first character, or its start, if it is a comment.
    at: usize,
    /// The column of its first character.
    column: Option<usize>,
    /// Whether the plain text goes on there.
    goes_on: bool,
}

impl Parser<'_> {
    /// Looks for a key that starts here; none within if there is none.
    pub(super) fn key(&mut self, at: usize) -> Option<Option<Key>> {
        let bytes = self.cursor.bytes;
        let end = match bytes.get(at)? {
            b'"' | b'\'' => self.closing_quote(at)?,
            b'-' | b'?' | b':' if is_space(bytes.get(at + 1)) => return None,
            first if may_start_plain(*first) => {
                let plain = self.plain_run(at)?;
                if bytes.get(plain.stop) != Some(&b':') {
                    return Some(None);
                }
                plain.end
            }
            _ => return Some(None),
        };
        let colon = end + spaces(&bytes[end..]);
        if bytes.get(colon) != Some(&b':') || !is_space(bytes.get(colon + 1)) {
            return Some(None);
        }
        if bytes.get(colon + 1) == Some(&b'\t') || end - at > MAX_KEY {
            return None;
        }
        let is_quoted = matches!(bytes[at], b'"' | b'\'');
        if is_quoted && memchr::memchr(b'\n', &bytes[at..end]).is_some() {
            return None;
        }
        Some(Some(Key { end, colon }))
    }

    /// Plain text from here to a colon with white space behind it, a comment, or the end of
    /// the line. Tabs at its end are unusual.
    fn plain_run(&self, at: usize) -> Option<Plain> {
        let bytes = self.cursor.bytes;
        let mut stop = at + plain_stop(&bytes[at..]);
        loop {
            match bytes.get(stop) {
                None | Some(b'\n') => break,
                Some(b':') if is_space(bytes.get(stop + 1)) => break,
                Some(b'#') if stop > at && matches!(bytes[stop - 1], b' ' | b'\t') => break,
                Some(_) => stop += 1,
            }
            stop += plain_stop(&bytes[stop..]);
        }
        let mut end = stop;
        while end > at && is_space(bytes.get(end - 1)) {
            end -= 1;
            if bytes[end] == b'\t' {
                return None;
            }
        }
        Some(Plain { end, stop })
    }

    /// A plain scalar that is a value.
    pub(super) fn plain(&mut self, own: Own) -> Option<()> {
        let start = self.cursor.at;
        let bytes = self.cursor.bytes;
        let first = *bytes.get(start)?;
        let is_indicator = matches!(first, b'-' | b'?' | b':') && is_space(bytes.get(start + 1));
        if !may_start_plain(first) || is_indicator {
            return None;
        }
        let mut run = self.plain_run(start)?;
        let mut is_folded = false;
        let next = loop {
            match bytes.get(run.stop) {
                Some(b':') => return None,
                Some(b'#') => break None,
                _ => {}
            }
            let next = self.text_below(run.stop)?;
            if !next.goes_on {
                break Some(next);
            }
            is_folded = true;
            run = self.plain_run(next.at)?;
        };
        let span = Span::new(start as u32, run.end as u32);
        if is_folded {
            let mut out = self.collect(run.end - start);
            content::plain(self.text, start..run.end, &mut out);
            self.leaf(Style::Plain, span, Some(out.content.into()), own);
        } else if own.is_some() {
            self.leaf(Style::Plain, span, None, own);
        } else {
            self.builder.plain(span);
        }
        if let Some(next) = next {
            self.cursor.at = next.at;
            self.seen = next.column;
            return Some(());
        }
        self.cursor.at = run.end;
        self.end_line()
    }

    /// What stands below plain text, from the end of its line on.
    fn text_below(&self, stop: usize) -> Option<Below> {
        let mut next = self.cursor;
        next.at = stop;
        next.skip_break();
        let start = loop {
            let start = next.at;
            next.skip_spaces();
            match next.peek() {
                None | Some(b'#') => {
                    return Some(Below {
                        at: start,
                        column: None,
                        goes_on: false,
                    });
                }
                Some(b'\t') => return None,
                Some(b'\n' | b'\r') => next.skip_break(),
                Some(_) => break start,
            }
        };
        let column = next.at - start;
        let goes_on = match self.parent_column() {
            Some(parent) => column > parent,
            // Text of several lines at the root may run into the marks of documents.
            None if column == 0 && next.is_marker() => false,
            None => return None,
        };
        let first = next.peek()?;
        let is_indicator =
            matches!(first, b'-' | b'?' | b':') && is_space(next.bytes.get(next.at + 1));
        if goes_on && is_indicator {
            return None;
        }
        Some(Below {
            at: next.at,
            column: Some(column),
            goes_on,
        })
    }

    /// A quoted scalar that is a value.
    pub(super) fn quoted(&mut self, own: Own) -> Option<()> {
        let start = self.cursor.at;
        let close = self.closing_quote(start)?;
        self.check_quoted_lines(start, close)?;
        let (style, content) = self.unquote(start, close)?;
        self.cursor.at = close;
        let span = Span::new(start as u32, close as u32);
        self.leaf(style, span, content, own);
        Some(())
    }

    /// Behind the quote that closes the one here.
    fn closing_quote(&self, at: usize) -> Option<usize> {
        let bytes = self.cursor.bytes;
        let quote = *bytes.get(at)?;
        let mut next = at + 1;
        loop {
            let rest = bytes.get(next..)?;
            if quote == b'"' {
                next += memchr::memchr2(b'"', b'\\', rest)?;
                if bytes[next] == b'"' {
                    return Some(next + 1);
                }
            } else {
                next += memchr::memchr(b'\'', rest)?;
                if bytes.get(next + 1) != Some(&b'\'') {
                    return Some(next + 1);
                }
            }
            next += 2;
        }
    }

    /// Sees to it that the lines of a value are indented as they must be.
    pub(super) fn check_lines(&self, start: usize, end: usize) -> Option<()> {
        let bytes = self.cursor.bytes;
        for found in memchr::memchr_iter(b'\n', &bytes[start..end]) {
            let line = &bytes[start + found + 1..end];
            let column = spaces(line);
            let is_deep = match self.parent_column() {
                Some(parent) => column > parent,
                None => !line.starts_with(b"---") && !line.starts_with(b"..."),
            };
            match line.get(column) {
                Some(b'\n' | b'\r') => {}
                Some(b'\t') if self.parent_column().is_some() => return None,
                _ if !is_deep => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Sees to it that no line between quotes looks like the end of the document. Go's readers
    /// do not mind how deep such lines are indented, and many generated files rely on that.
    fn check_quoted_lines(&self, start: usize, end: usize) -> Option<()> {
        let bytes = self.cursor.bytes;
        for found in memchr::memchr_iter(b'\n', &bytes[start..end]) {
            let line = &bytes[start + found + 1..end];
            let is_mark = line.starts_with(b"---") || line.starts_with(b"...");
            let is_tab = line.get(spaces(line)) == Some(&b'\t');
            if is_mark || is_tab && self.parent_column().is_some() {
                return None;
            }
        }
        Some(())
    }

    /// The content between quotes, where it is not what is written.
    pub(super) fn unquote(&self, start: usize, close: usize) -> Option<(Style, Option<Box<str>>)> {
        let span = start + 1..close - 1;
        let written = &self.cursor.bytes[span.clone()];
        if self.cursor.bytes[start] == b'"' {
            if memchr::memchr2(b'\\', b'\n', written).is_none() {
                return Some((Style::DoubleQuoted, None));
            }
            let mut out = self.collect(span.len());
            content::double_quoted(self.text, span, &mut out)?;
            Some((Style::DoubleQuoted, Some(out.content.into())))
        } else {
            if memchr::memchr2(b'\'', b'\n', written).is_none() {
                return Some((Style::SingleQuoted, None));
            }
            let mut out = self.collect(span.len());
            content::single_quoted(self.text, span, &mut out);
            Some((Style::SingleQuoted, Some(out.content.into())))
        }
    }

    /// A block scalar, up to the start of the line behind it.
    pub(super) fn block_scalar(&mut self, own: Own) -> Option<()> {
        let start = self.cursor.at;
        let folded = self.cursor.peek() == Some(b'>');
        self.cursor.at += 1;
        let mut chomp = None;
        let mut explicit = None;
        loop {
            match self.cursor.peek() {
                Some(b'-') if chomp.is_none() => chomp = Some(Chomp::Strip),
                Some(b'+') if chomp.is_none() => chomp = Some(Chomp::Keep),
                Some(digit @ b'1'..=b'9') if explicit.is_none() => {
                    explicit = Some(usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.cursor.at += 1;
        }
        let header_end = self.cursor.at;
        self.end_line()?;
        let chomp = chomp.unwrap_or(Chomp::Clip);
        let first = self.cursor.at;
        let (end, indent) = self.block_lines(header_end, chomp, explicit)?;
        let block = Block {
            folded,
            chomp,
            indent,
        };
        let mut out = self.collect(self.cursor.at - first);
        content::block(self.text, first..self.cursor.at, block, &mut out);
        let span = Span::new(start as u32, end as u32);
        let style = if folded {
            Style::Folded
        } else {
            Style::Literal
        };
        self.leaf(style, span, Some(out.content.into()), own);
        Some(())
    }

    /// Goes over the lines of a block scalar. Gives the end of the last that belongs to its
    /// content, and the indentation.
    fn block_lines(
        &mut self,
        header_end: usize,
        chomp: Chomp,
        explicit: Option<usize>,
    ) -> Option<(usize, usize)> {
        let level = self.levels.last()?;
        if explicit.is_some() && level.is_compact {
            return None;
        }
        let mut indent = explicit.map(|more| level.column + more);
        let least = level.column + 1;
        let mut end = header_end;
        let mut deepest_blank = 0;
        while self.cursor.at < self.cursor.bytes.len() {
            let line = self.cursor.rest();
            let column = spaces(line);
            match line.get(column) {
                None | Some(b'\n' | b'\r') if indent.is_none_or(|indent| column <= indent) => {
                    deepest_blank = deepest_blank.max(column);
                    let line_end = self.cursor.skip_line();
                    let is_whole = self.cursor.bytes[self.cursor.at - 1] == b'\n';
                    if chomp == Chomp::Keep && is_whole {
                        end = line_end;
                    }
                    continue;
                }
                Some(b'\t') if indent.is_none_or(|indent| column < indent) => return None,
                _ => {}
            }
            if column < indent.unwrap_or(least) {
                if explicit.is_some() && column >= least {
                    return None;
                }
                break;
            }
            let indent = *indent.get_or_insert(column);
            if deepest_blank > indent {
                return None;
            }
            end = self.cursor.skip_line();
        }
        Some((end, indent.unwrap_or(usize::MAX)))
    }

    fn collect(&self, capacity: usize) -> Collect<'_> {
        Collect {
            text: self.text,
            content: String::with_capacity(capacity),
        }
    }
}

/// Whether plain text may start with this byte, given that `-`, `?` and `:` have no white space
/// behind them.
pub(super) fn may_start_plain(first: u8) -> bool {
    !matches!(
        first,
        b'#' | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
            | b' '
            | b'\t'
            | b'\r'
            | b'\n'
    )
}

/// White space, or the end of the text.
fn is_space(b: Option<&u8>) -> bool {
    matches!(b, None | Some(b' ' | b'\t' | b'\n' | b'\r'))
}
