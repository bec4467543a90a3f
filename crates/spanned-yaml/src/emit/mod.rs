//! A value to YAML, byte for byte as go-yaml v2 prints what it read from JSON: that is what
//! `kustomize build`, `kubectl` and `sigs.k8s.io/yaml` print.

mod allowed;
mod ink;
mod order;
#[cfg(test)]
mod tests;

pub use order::{key_order, sort_by_key};

use std::ops::Range;

use crate::float;
pub(crate) use allowed::Allowed;
use allowed::{Wish, is_break};
use ink::Ink;

/// Lines are folded at the first space behind this column.
const WIDTH: usize = 80;

/// One level of indentation.
const STEP: usize = 2;

/// The longest key, in bytes, that stands before its colon on one line.
const SIMPLE_KEY: usize = 128;

/// Writes one document.
///
/// The calls follow the value from the outside in: a collection is opened with the number of
/// its entries or items, filled, and closed with [`Emitter::end`]; in a mapping
/// [`Emitter::key`] goes before each value. Keys are written in the order in which they come:
/// [`sort_by_key`] gives the order that Go's printers use.
///
/// ```
/// let mut out = spanned_yaml::Emitter::new();
/// out.begin_map(2);
/// out.key("on");
/// out.begin_seq(1);
/// out.str("yes");
/// out.end();
/// out.key("port");
/// out.int(80);
/// out.end();
/// assert_eq!(out.finish(), "\"on\":\n- \"yes\"\nport: 80\n");
/// ```
#[derive(Debug, Default)]
pub struct Emitter {
    ink: Ink,
    open: Vec<Open>,
    /// Whether the next node is a mapping's value.
    in_map: bool,
    /// Whether sequences in mappings are indented.
    pretty: bool,
}

/// A collection that is not closed yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    shape: Shape,
    /// The indentation outside of it.
    outer: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Map,
    Seq,
    /// A collection of length 0, which is written already.
    Empty,
}

impl Emitter {
    /// An emitter that has written nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// An emitter that has written nothing, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            ink: Ink::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// An emitter that indents sequences in mappings, folds no lines and lets tabs stand in
    /// block scalars, as go-yaml v3 does.
    pub fn pretty() -> Self {
        let mut emitter = Self {
            pretty: true,
            ..Self::default()
        };
        emitter.ink.width = usize::MAX;
        emitter.ink.tabs_in_blocks = true;
        emitter
    }

    /// Opens a mapping of `len` entries.
    pub fn begin_map(&mut self, len: usize) {
        self.begin(len, Shape::Map, "{", "}");
    }

    /// Opens a sequence of `len` items.
    pub fn begin_seq(&mut self, len: usize) {
        self.begin(len, Shape::Seq, "[", "]");
    }

    /// Closes the collection that was opened last.
    pub fn end(&mut self) {
        if let Some(open) = self.open.pop()
            && open.shape != Shape::Empty
        {
            self.ink.indent = open.outer;
        }
        self.in_map = false;
    }

    /// Writes the key of the next value, and tells which bytes of the document it takes.
    pub fn key(&mut self, key: &str) -> Range<usize> {
        self.ink.reach_indent();
        let wish = Wish::of(key);
        let is_simple = key.len() <= SIMPLE_KEY && (wish == Wish::Word || !key.contains(is_break));
        let place;
        if is_simple {
            self.ink.scalar(key, wish, true);
            place = self.last_scalar();
            self.ink.indicator(":", false, false, false);
        } else {
            self.ink.indicator("?", true, false, true);
            self.ink.scalar(key, wish, false);
            place = self.last_scalar();
            self.ink.reach_indent();
            self.ink.indicator(":", true, false, true);
        }
        self.in_map = true;
        place
    }

    /// The bytes of the document that the last scalar takes, its quotes or block header
    /// included.
    pub fn last_scalar(&self) -> Range<usize> {
        self.ink.scalar_start..self.ink.out.len()
    }

    /// Writes a string, quoted where a reader could take it for something else.
    pub fn str(&mut self, text: &str) {
        self.leaf(text, Wish::of(text));
    }

    /// How many bytes are written.
    pub fn len(&self) -> usize {
        self.ink.out.len()
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.ink.out.is_empty()
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.leaf("null", Wish::Word);
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.leaf(if value { "true" } else { "false" }, Wish::Word);
    }

    /// Writes an integer.
    pub fn int(&mut self, value: i64) {
        self.leaf(&value.to_string(), Wish::Word);
    }

    /// Writes an integer.
    pub fn uint(&mut self, value: u64) {
        self.leaf(&value.to_string(), Wish::Word);
    }

    /// Writes a float, always as one: a million is `1e+06`.
    pub fn float(&mut self, value: f64) {
        self.leaf(&float::for_yaml(value), Wish::Plain);
    }

    /// Writes a scalar without quotes, whatever it looks like, where it can stand so.
    pub(crate) fn plain(&mut self, text: &str) {
        self.leaf(text, Wish::Plain);
    }

    /// Writes a string in double quotes.
    pub(crate) fn quoted(&mut self, text: &str) {
        self.leaf(text, Wish::DoubleQuoted);
    }

    /// Text in double quotes, on one line.
    pub(crate) fn double_quoted(text: &str) -> String {
        let mut ink = Ink::default();
        ink.scalar(text, Wish::DoubleQuoted, true);
        ink.out
    }

    /// The document, with its last line ended.
    pub fn finish(mut self) -> String {
        self.ink.indent = None;
        self.ink.reach_indent();
        self.ink.out
    }

    fn begin(&mut self, len: usize, shape: Shape, left: &str, right: &str) {
        self.enter();
        let outer = self.ink.indent;
        if len == 0 {
            self.ink.indicator(left, true, true, false);
            self.ink.indicator(right, false, false, false);
        } else {
            // A sequence directly behind a key stays in the key's column.
            let level =
                !self.pretty && shape == Shape::Seq && self.in_map && !self.ink.only_indention;
            self.ink.indent = match outer {
                None => Some(0),
                Some(column) if level => Some(column),
                Some(column) => Some(column + STEP),
            };
        }
        let shape = if len == 0 { Shape::Empty } else { shape };
        self.open.push(Open { shape, outer });
        self.in_map = false;
    }

    fn leaf(&mut self, text: &str, wish: Wish) {
        self.enter();
        self.ink.scalar(text, wish, false);
        self.in_map = false;
    }

    /// Writes what goes before a node: in a sequence the dash.
    fn enter(&mut self) {
        if self.open.last().is_some_and(|o| o.shape == Shape::Seq) {
            self.ink.reach_indent();
            self.ink.indicator("-", true, false, true);
            self.in_map = false;
        }
    }
}
