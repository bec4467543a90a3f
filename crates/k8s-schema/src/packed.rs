//! Tables that are read in place: sections of rows of little-endian numbers, and texts by their
//! numbers. `schemas/README.md` describes the layouts.

/// Rows of as many bytes.
pub(crate) type Rows<const N: usize> = &'static [[u8; N]];

/// No definition, no list, no text.
pub(crate) const NONE: u16 = u16::MAX;

/// Where the list of sections starts.
const HEADER: usize = 12;

/// A text by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text(pub(crate) u16);

/// A table's texts. Those that are names of fields are found by their hashes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts {
    slots: Rows<2>,
    offsets: Rows<4>,
    bytes: &'static [u8],
}

impl Texts {
    /// The texts of a table, whose first section are the slots and whose last two the texts.
    pub(crate) fn of(table: &'static [u8]) -> Self {
        Self {
            slots: rows(table, 0),
            offsets: rows(table, 6),
            bytes: section(table, 7),
        }
    }

    pub(crate) fn text(&self, text: Text) -> &'static str {
        str::from_utf8(self.bytes(text)).unwrap_or_default()
    }

    /// What a text consists of: enough to compare it.
    pub(crate) fn bytes(&self, Text(id): Text) -> &'static [u8] {
        let at = usize::from(id);
        match self.offsets.get(at..at + 2) {
            Some([start, end]) => {
                let range = u32::from_le_bytes(*start) as usize..u32::from_le_bytes(*end) as usize;
                self.bytes.get(range).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// The number of a text that is the name of any field.
    pub(crate) fn name(&self, name: &str) -> Option<Text> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash(name) as usize;
        loop {
            let id = u16::from_le_bytes(*self.slots.get(slot & mask)?);
            if id == NONE {
                return None;
            }
            if self.bytes(Text(id)) == name.as_bytes() {
                return Some(Text(id));
            }
            slot += 1;
        }
    }

    /// The texts of a list: its length stands in front of them.
    pub(crate) fn list(
        self,
        lists: Rows<2>,
        at: u16,
    ) -> impl Iterator<Item = &'static str> + Clone {
        let [count] = row(lists, at.into());
        let first = usize::from(at) + 1;
        let ids = lists.get(first..first + usize::from(count));
        let ids = ids.unwrap_or_default().iter();
        ids.map(move |id| self.text(Text(u16::from_le_bytes(*id))))
    }
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

pub(crate) fn section(table: &'static [u8], number: usize) -> &'static [u8] {
    let header = HEADER + number * 8;
    let bound = |at: usize| match table.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    };
    let (offset, length) = (bound(header), bound(header + 4));
    table.get(offset..offset + length).unwrap_or_default()
}

pub(crate) fn rows<const N: usize>(table: &'static [u8], number: usize) -> Rows<N> {
    section(table, number).as_chunks().0
}

/// The numbers in a row; zeros if there is no such row.
pub(crate) fn row<const N: usize, const B: usize>(rows: Rows<B>, at: usize) -> [u16; N] {
    rows.get(at).map_or([0; N], words)
}

pub(crate) fn words<const N: usize, const B: usize>(row: &[u8; B]) -> [u16; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(row.as_chunks().0) {
        *word = u16::from_le_bytes(*bytes);
    }
    words
}
