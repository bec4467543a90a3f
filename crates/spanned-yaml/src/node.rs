//! One node of a tree, in few bytes: most of the memory of a run is nodes.

use crate::{Kind, Span, Style};

/// From the lowest bit: kind; style; whether there are [`Props`](crate::tree::Props); whether the
/// size is [`Wide`]; the size; where the node starts.
///
/// The size is how many nodes there are up to the last descendant, this one included, and how
/// many bytes; or else where that is kept.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct NodeData(u64);

/// A size that does not fit into a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wide {
    count: u32,
    length: u32,
}

const STYLE: u32 = 2;
const HAS_PROPS: u64 = 1 << 5;
const IS_WIDE: u64 = 1 << 6;
const COUNT: u32 = 7;
const COUNT_BITS: u32 = 11;
const LENGTH: u32 = COUNT + COUNT_BITS;
const LENGTH_BITS: u32 = 18;
const SIZE_BITS: u32 = COUNT_BITS + LENGTH_BITS;
const START: u32 = LENGTH + LENGTH_BITS;

/// Nodes start before this byte.
pub(crate) const MOST_BYTES: u32 = 1 << (u64::BITS - START);

impl NodeData {
    pub(crate) fn new(
        kind: Kind,
        style: Style,
        span: Span,
        has_props: bool,
        wide: &mut Vec<Wide>,
    ) -> Self {
        debug_assert!(span.start < MOST_BYTES);
        let props = if has_props { HAS_PROPS } else { 0 };
        let what = kind as u64 | ((style as u64) << STYLE) | props;
        let mut node = Self(what | (u64::from(span.start) << START));
        node.set_size(1, span.len(), wide);
        node
    }

    pub(crate) fn kind(self) -> Kind {
        match self.bits(0, STYLE) {
            0 => Kind::Scalar,
            1 => Kind::Map,
            2 => Kind::Seq,
            _ => Kind::Alias,
        }
    }

    pub(crate) fn style(self) -> Style {
        match self.bits(STYLE, 3) {
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
        self.0 & HAS_PROPS != 0
    }

    pub(crate) fn start(self) -> u32 {
        (self.0 >> START) as u32
    }

    /// How many nodes there are up to the last descendant, this one included.
    #[inline]
    pub(crate) fn count(self, wide: &[Wide]) -> u32 {
        match self.wide(wide) {
            None => self.bits(COUNT, COUNT_BITS),
            Some(wide) => wide.count,
        }
    }

    #[inline]
    pub(crate) fn span(self, wide: &[Wide]) -> Span {
        let length = match self.wide(wide) {
            None => self.bits(LENGTH, LENGTH_BITS),
            Some(wide) => wide.length,
        };
        Span::new(self.start(), self.start() + length)
    }

    /// The bytes of a scalar without its quotes.
    #[inline]
    pub(crate) fn written(self, wide: &[Wide]) -> Span {
        let span = self.span(wide);
        match self.style() {
            Style::SingleQuoted | Style::DoubleQuoted => Span::new(span.start + 1, span.end - 1),
            _ => span,
        }
    }

    /// Says how many nodes there are up to the last descendant, and how many bytes.
    #[inline]
    pub(crate) fn set_size(&mut self, count: u32, length: u32, wide: &mut Vec<Wide>) {
        let is_wide = count >> COUNT_BITS != 0 || length >> LENGTH_BITS != 0;
        let size = match is_wide {
            false => u64::from(count) | (u64::from(length) << COUNT_BITS),
            true => {
                wide.push(Wide { count, length });
                wide.len() as u64 - 1
            }
        };
        let others = !(((1 << SIZE_BITS) - 1) << COUNT | IS_WIDE);
        self.0 = (self.0 & others) | (size << COUNT) | if is_wide { IS_WIDE } else { 0 };
    }

    #[inline]
    fn wide(self, wide: &[Wide]) -> Option<Wide> {
        if self.0 & IS_WIDE == 0 {
            return None;
        }
        wide.get(self.bits(COUNT, SIZE_BITS) as usize).copied()
    }

    #[inline]
    fn bits(self, from: u32, bits: u32) -> u32 {
        ((self.0 >> from) & ((1 << bits) - 1)) as u32
    }
}

impl std::fmt::Debug for NodeData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeData")
            .field("start", &self.start())
            .field("kind", &self.kind())
            .field("style", &self.style())
            .field("has_props", &self.has_props())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_take_eight_bytes_and_keep_what_they_are() {
        assert_eq!(size_of::<NodeData>(), 8);
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
                let mut wide = Vec::new();
                let start = MOST_BYTES - 1;
                let span = Span::new(start, start + 5);
                let mut node = NodeData::new(kind, style, span, has_props, &mut wide);
                assert_eq!((node.count(&wide), node.span(&wide)), (1, span));
                for (count, length) in [(2047, 0x3_ffff), (2048, 1), (1, 0x4_0000), (3, 7)] {
                    node.set_size(count, length, &mut wide);
                    let span = Span::new(start, start + length);
                    let kept = (node.kind(), node.style(), node.has_props());
                    assert_eq!(kept, (kind, style, has_props));
                    assert_eq!((node.count(&wide), node.span(&wide)), (count, span));
                }
            }
        }
    }
}
