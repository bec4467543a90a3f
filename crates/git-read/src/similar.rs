//! How much of one text is found again in another, measured as git does it, so that the same
//! files count as renamed.

/// The score of texts that are equal.
pub(crate) const HIGHEST: u64 = 60_000;
/// The score from which a file counts as renamed: half of it is found again.
pub(crate) const ENOUGH: u64 = HIGHEST / 2;

/// How many bytes a chunk has at most.
const CHUNK: u32 = 64;
/// Chunks are told apart by a number below this one.
const CLASSES: u32 = 107_927;
/// How far a text is looked into for what tells that it is none.
const LOOKED_AT: usize = 8_000;

/// The chunks of a text: lines, and long lines in parts.
pub(crate) struct Chunks {
    /// How many bytes there are of each class, sorted by class.
    classes: Vec<(u32, u64)>,
    /// How many bytes there are in all.
    size: u64,
}

impl Chunks {
    pub(crate) fn of(text: &[u8]) -> Self {
        let is_text = !text[..text.len().min(LOOKED_AT)].contains(&0);
        let mut chunks: Vec<(u32, u64)> = Vec::new();
        let (mut low, mut high, mut length) = (0u32, 0u32, 0u32);
        for (at, byte) in text.iter().enumerate() {
            if is_text && *byte == b'\r' && text.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = low;
            low = (low << 7) ^ (high >> 25);
            high = (high << 7) ^ (before >> 25);
            low = low.wrapping_add(u32::from(*byte));
            length += 1;
            if length < CHUNK && *byte != b'\n' {
                continue;
            }
            chunks.push((class(low, high), u64::from(length)));
            (low, high, length) = (0, 0, 0);
        }
        if length > 0 {
            chunks.push((class(low, high), u64::from(length)));
        }
        chunks.sort_unstable();
        chunks.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        Self {
            classes: chunks,
            size: text.len() as u64,
        }
    }

    /// How many classes of chunks there are.
    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// How much of `self` is found again in `other`, up to [`HIGHEST`].
    pub(crate) fn score(&self, other: &Self) -> u64 {
        let most = self.size.max(other.size);
        if other.size == 0 || !may_be_similar(self.size, other.size) {
            return 0;
        }
        let mut common = 0;
        let mut theirs = other.classes.iter().peekable();
        for (class, bytes) in &self.classes {
            while theirs.next_if(|their| their.0 < *class).is_some() {}
            if let Some(their) = theirs.next_if(|their| their.0 == *class) {
                common += their.1.min(*bytes);
            }
        }
        common * HIGHEST / most
    }
}

/// Whether texts of these sizes can have enough in common.
pub(crate) fn may_be_similar(one: u64, other: u64) -> bool {
    let (least, most) = (one.min(other), one.max(other));
    most.saturating_mul(HIGHEST - ENOUGH) >= (most - least).saturating_mul(HIGHEST)
}

fn class(low: u32, high: u32) -> u32 {
    low.wrapping_add(high.wrapping_mul(0x61)) % CLASSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_found_again() {
        let check = |one: &str, other: &str, expect| {
            let score = Chunks::of(one.as_bytes()).score(&Chunks::of(other.as_bytes()));
            assert_eq!(score * 100 / HIGHEST, expect, "{one:?} {other:?}");
        };
        check("a\nb\nc\nd\n", "a\nb\nc\nd\n", 100);
        check("a\nb\nc\nd\n", "d\nb\nx\ny\n", 50);
        check("a\r\nb\r\n", "a\nb\n", 66);
        check("a\nb\nc\nd\n", "a\n", 0);
        check("a\na\nb\n", "a\nb\nb\n", 66);
        check("one", "one", 100);
        check("a", "", 0);
        check("", "", 0);
    }
}
