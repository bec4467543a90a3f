//! The part of YAML that Kubernetes files use, in one pass over the lines.
//!
//! Whatever is unusual makes it give up, by `None`: the text is then read from the start by the
//! parser for all of YAML, which also finds the words for what is wrong. What this one reads, it
//! reads to the same tree.

mod characters;
mod cursor;
mod flow;
mod scalar;
mod search;
#[cfg(test)]
mod tests;

use self::cursor::Cursor;
use super::build::Builder;
use crate::tree::Props;
use crate::{Kind, NodeId, Span, Style, Tree};

/// The longest key that is read here, in bytes; longer ones come near to YAML's own limit.
const MAX_KEY: usize = 1000;

/// Reads a text, if it holds nothing unusual.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let start = characters::check(text)?;
    let mut parser = Parser {
        text,
        cursor: Cursor::new(text.as_bytes(), start),
        builder: Builder::new(text),
        levels: Vec::with_capacity(32),
        open: None,
        has_root: false,
        seen: None,
    };
    parser.builder.begin_document();
    parser.lines()?;
    Some(parser.builder.finish())
}

struct Parser<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    builder: Builder<'a>,
    /// The block collections around the cursor.
    levels: Vec<Level>,
    /// A key or dash whose value was not met yet.
    open: Option<Open>,
    /// Whether the document's root was met.
    has_root: bool,
    /// The column of the cursor, if it is where the next line's first character was found.
    seen: Option<usize>,
}

/// A block collection.
#[derive(Clone, Copy)]
struct Level {
    /// The column in which its entries or items stand.
    column: usize,
    kind: Kind,
    /// Whether it is a sequence in the column of the mapping around it.
    is_compact: bool,
}

/// A value that may stand on the next line.
struct Open {
    /// Where the value would stand on this line.
    at: usize,
    own: Own,
}

/// What stands before few nodes.
type Own = Option<Box<Properties>>;

/// An anchor and a tag.
#[derive(Default)]
struct Properties {
    anchor: Option<Span>,
    tag: Option<Box<str>>,
}

impl Parser<'_> {
    fn lines(&mut self) -> Option<()> {
        while let Some(column) = self.next_line()? {
            let at = self.cursor.at;
            if column == 0 {
                if self.cursor.peek() == Some(b'%') {
                    return None;
                }
                if self.cursor.is_marker() {
                    self.marker()?;
                    continue;
                }
            }
            let is_item = self.cursor.is_indicator(b'-');
            if let Some(open) = self.open.take() {
                let level = *self.levels.last()?;
                let in_same_column = column == level.column && is_item && level.kind == Kind::Map;
                if column > level.column || in_same_column {
                    self.value_below(column, in_same_column, open)?;
                    continue;
                }
                self.nothing(open);
            }
            self.leave(column, is_item);
            match self.levels.last() {
                Some(level) if level.column != column => return None,
                Some(level) if level.kind == Kind::Seq => {
                    if !is_item {
                        return None;
                    }
                    self.item(column)?;
                }
                Some(_) => self.entry(at)?,
                None if self.has_root => return None,
                None => self.node(column, false, None)?,
            }
        }
        self.end_document();
        Some(())
    }

    /// Goes to the first character of the next line that holds more than comments, and gives
    /// its column. The end of the text gives nothing.
    fn next_line(&mut self) -> Option<Option<usize>> {
        if let Some(column) = self.seen.take() {
            return Some(Some(column));
        }
        loop {
            let start = self.cursor.at;
            self.cursor.skip_spaces();
            match self.cursor.peek() {
                None => return Some(None),
                Some(b'\n' | b'\r') => self.cursor.skip_break(),
                Some(b'#') => self.comment(),
                Some(b'\t') => return None,
                Some(_) => return Some(Some(self.cursor.at - start)),
            }
        }
    }

    fn comment(&mut self) {
        let start = self.cursor.at;
        let end = self.cursor.skip_line();
        let span = Span::new(start as u32, end as u32);
        self.builder.tree.comments.push(span);
    }

    /// Goes over spaces and a comment to the next line. Nothing else may stand there.
    fn end_line(&mut self) -> Option<()> {
        self.ends_line().then_some(())
    }

    /// Goes over spaces, and if nothing but a comment follows, to the next line.
    #[inline]
    fn ends_line(&mut self) -> bool {
        let before = self.cursor.at;
        self.cursor.skip_spaces();
        match self.cursor.peek() {
            None => {}
            Some(b'\n' | b'\r') => self.cursor.skip_break(),
            Some(b'#') if self.cursor.at > before => self.comment(),
            Some(_) => return false,
        }
        true
    }

    /// Goes over `---` or `...`. Content on its line is unusual.
    fn marker(&mut self) -> Option<()> {
        self.end_document();
        self.cursor.at += 3;
        self.end_line()?;
        self.builder.begin_document();
        Some(())
    }

    fn end_document(&mut self) {
        if let Some(open) = self.open.take() {
            self.nothing(open);
        }
        while self.levels.pop().is_some() {
            self.builder.close(None);
        }
        self.has_root = false;
    }

    /// Closes the collections that a line in this column does not belong to.
    fn leave(&mut self, column: usize, is_item: bool) {
        while let Some(level) = self.levels.last() {
            let is_over =
                level.column > column || (level.is_compact && level.column == column && !is_item);
            if !is_over {
                break;
            }
            self.levels.pop();
            self.builder.close(None);
        }
    }

    /// Puts an empty scalar where a value is not written.
    fn nothing(&mut self, open: Open) {
        let at = open.at as u32;
        self.leaf(Style::Plain, Span::new(at, at), None, open.own);
    }

    /// The value of a key or dash on a line further up.
    fn value_below(&mut self, column: usize, is_compact: bool, open: Open) -> Option<()> {
        let has_own = matches!(self.cursor.peek(), Some(b'&' | b'!'));
        if has_own && open.own.is_some() {
            return None;
        }
        self.node(column, is_compact, open.own)
    }

    /// A node that starts a line, or stands behind a dash.
    fn node(&mut self, column: usize, is_compact: bool, own: Own) -> Option<()> {
        let at = self.cursor.at;
        self.has_root = true;
        if self.cursor.is_indicator(b'-') {
            self.open_level(column, Kind::Seq, is_compact, own)?;
            return self.item(column);
        }
        if let Some(key) = self.key(at)? {
            self.open_level(column, Kind::Map, false, own)?;
            return self.entry_with(at, key);
        }
        self.value(own)
    }

    fn open_level(&mut self, column: usize, kind: Kind, is_compact: bool, own: Own) -> Option<()> {
        self.open_collection(kind, Style::Plain, own)?;
        self.levels.push(Level {
            column,
            kind,
            is_compact,
        });
        Some(())
    }

    /// Opens a collection that starts here.
    fn open_collection(&mut self, kind: Kind, style: Style, own: Own) -> Option<()> {
        let start = self.cursor.at as u32;
        let anchor = own.as_ref().and_then(|own| own.anchor);
        let props = own.map(|own| Self::props(None, *own));
        if !self.builder.open(kind, style, start, props) {
            return None;
        }
        self.name(anchor);
        Some(())
    }

    /// An item of the innermost sequence, from its dash on.
    fn item(&mut self, column: usize) -> Option<()> {
        self.cursor.at += 1;
        let at = self.cursor.at;
        if self.ends_line() {
            self.open = Some(Open { at, own: None });
            return Some(());
        }
        let inner = column + self.cursor.at - (at - 1);
        self.node(inner, false, None)
    }

    /// An entry of the innermost mapping.
    fn entry(&mut self, at: usize) -> Option<()> {
        let key = self.key(at)??;
        self.entry_with(at, key)
    }

    /// An entry whose key was found to end before a colon.
    fn entry_with(&mut self, at: usize, key: Key) -> Option<()> {
        let span = Span::new(at as u32, key.end as u32);
        if matches!(self.cursor.peek(), Some(b'"' | b'\'')) {
            let (style, content) = self.unquote(at, key.end)?;
            self.leaf(style, span, content, None);
        } else {
            self.builder.key(span);
        }
        self.cursor.at = key.colon + 1;
        if self.ends_line() {
            let at = key.colon + 1;
            self.open = Some(Open { at, own: None });
            return Some(());
        }
        self.value(None)
    }

    /// A value that is no block collection, or properties before one.
    fn value(&mut self, own: Own) -> Option<()> {
        match self.cursor.peek()? {
            b'"' | b'\'' => self.quoted(own)?,
            b'|' | b'>' => return self.block_scalar(own),
            b'[' | b'{' => self.flow(own)?,
            b'*' if own.is_none() => self.alias(false)?,
            b'&' | b'!' if own.is_none() => return self.value_with_properties(),
            _ => return self.plain(own),
        }
        self.end_line()
    }

    fn value_with_properties(&mut self) -> Option<()> {
        let mut properties = Properties::default();
        loop {
            match self.cursor.peek()? {
                b'&' if properties.anchor.is_none() => {
                    self.cursor.at += 1;
                    properties.anchor = Some(self.cursor.word(b"_-")?);
                }
                b'!' if properties.tag.is_none() => properties.tag = Some(self.tag()?),
                b'*' => return None,
                _ => return self.value(Some(Box::new(properties))),
            }
            let at = self.cursor.at;
            if self.ends_line() {
                let own = Some(Box::new(properties));
                self.open = Some(Open { at, own });
                // A root's properties on a line of their own are rare.
                return (!self.levels.is_empty()).then_some(());
            }
            if self.cursor.at == at {
                return None;
            }
        }
    }

    fn tag(&mut self) -> Option<Box<str>> {
        self.cursor.at += 1;
        let prefix = match self.cursor.peek() {
            Some(b' ' | b'\n' | b'\r') | None => return Some("!".into()),
            Some(b'!') => {
                self.cursor.at += 1;
                "tag:yaml.org,2002:"
            }
            _ => "!",
        };
        let name = self.cursor.word(b"_-.")?;
        Some([prefix, &self.text[name.range()]].concat().into())
    }

    fn alias(&mut self, in_flow: bool) -> Option<()> {
        let start = self.cursor.at as u32;
        self.cursor.at += 1;
        let end = self.cursor.word(b"_-")?.end;
        let follows = self.cursor.peek();
        let ends = match follows {
            None | Some(b' ' | b'\n' | b'\r') => true,
            Some(b',' | b']' | b'}') => in_flow,
            Some(_) => false,
        };
        if !ends {
            return None;
        }
        self.builder.alias(Span::new(start, end));
        Some(())
    }

    fn leaf(&mut self, style: Style, span: Span, content: Option<Box<str>>, own: Own) {
        let anchor = own.as_ref().and_then(|own| own.anchor);
        let props = match own {
            Some(own) => Some(Self::props(content, *own)),
            None => content.map(|content| Self::props(Some(content), Properties::default())),
        };
        self.builder.scalar(style, span, props);
        self.name(anchor);
    }

    /// Gives the last node its anchor.
    fn name(&mut self, anchor: Option<Span>) {
        if let Some(anchor) = anchor {
            let id: NodeId = self.builder.last();
            self.builder.anchor(id, &self.text[anchor.range()]);
        }
    }

    fn props(content: Option<Box<str>>, own: Properties) -> Props {
        Props {
            content,
            tag: own.tag,
            ..Props::default()
        }
    }

    /// The column beyond which the lines of a value must be indented; none at the root.
    fn parent_column(&self) -> Option<usize> {
        self.levels.last().map(|level| level.column)
    }
}

/// A key that was found.
#[derive(Clone, Copy)]
struct Key {
    /// Behind its last byte.
    end: usize,
    /// At the colon behind it.
    colon: usize,
}
