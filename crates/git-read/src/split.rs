//! An index in two files: a large one that seldom changes, and what has changed since.

use crate::{Id, IndexEntry};

/// What the small file says about the large one.
pub(crate) struct Split {
    /// The hash of the large one, which its name has.
    pub(crate) shared: Id,
    /// Which of its entries are gone.
    deleted: Vec<bool>,
    /// Which of them the nameless entries of the small one stand for, in their order.
    replaced: Vec<bool>,
}

/// An entry and its path.
type Owned = (Vec<u8>, IndexEntry<'static>);

impl Split {
    /// Reads the extension of an index; `None` if it is corrupt.
    pub(crate) fn parse(bytes: &[u8], id_length: usize) -> Option<Self> {
        let shared = Id::from_bytes(bytes.get(..id_length)?)?;
        let mut rest = &bytes[id_length..];
        let empty = rest.is_empty();
        Some(Self {
            shared,
            deleted: if empty { Vec::new() } else { bits(&mut rest)? },
            replaced: if empty { Vec::new() } else { bits(&mut rest)? },
        })
    }

    /// Puts the entries of both files together, in the order of an index; `None` if they do not
    /// fit together.
    pub(crate) fn merge(&self, shared: Vec<Owned>, own: Vec<Owned>) -> Option<Vec<Owned>> {
        let (nameless, named): (Vec<Owned>, Vec<Owned>) =
            own.into_iter().partition(|(path, _)| path.is_empty());
        let mut nameless = nameless.into_iter();
        let is = |bits: &[bool], at: usize| bits.get(at).copied().unwrap_or(false);
        let mut merged = Vec::with_capacity(shared.len() + named.len());
        for (at, (path, entry)) in shared.into_iter().enumerate() {
            let entry = match is(&self.replaced, at) {
                true => nameless.next()?.1,
                false => entry,
            };
            if !is(&self.deleted, at) {
                merged.push((path, entry));
            }
        }
        merged.extend(named);
        merged.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.stage.cmp(&other.stage)));
        nameless.next().is_none().then_some(merged)
    }
}

/// Bits in the form that git keeps them: words that say how many equal words follow, and how
/// many other words after these.
fn bits(rest: &mut &[u8]) -> Option<Vec<bool>> {
    /// How many entries an index can be expected to have.
    const MOST: usize = 16 << 20;
    let count = number(rest)? as usize;
    let words = number(rest)? as usize;
    if count > MOST || words.checked_mul(8)? > rest.len() {
        return None;
    }
    let (bytes, after) = rest.split_at(words * 8);
    *rest = after;
    number(rest)?;
    let mut words = bytes
        .chunks_exact(8)
        .filter_map(|word| Some(u64::from_be_bytes(word.try_into().ok()?)));
    let mut bits = Vec::with_capacity(count);
    while let Some(head) = words.next() {
        let (value, equal, others) = (head & 1 == 1, head >> 1 & 0xFFFF_FFFF, head >> 33);
        let equal = usize::try_from(equal).ok()?.saturating_mul(64);
        let length = bits.len().saturating_add(equal).min(count);
        bits.resize(length, value);
        for _ in 0..others {
            let word = words.next()?;
            let left = count.saturating_sub(bits.len()).min(64);
            bits.extend((0..left).map(|bit| word >> bit & 1 == 1));
        }
    }
    bits.resize(count, false);
    Some(bits)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_equal_and_other_words() {
        let check = |count: u32, words: &[u64], expect: Option<&[usize]>| {
            let mut bytes = [count.to_be_bytes(), (words.len() as u32).to_be_bytes()].concat();
            words
                .iter()
                .for_each(|word| bytes.extend(word.to_be_bytes()));
            bytes.extend([0; 4]);
            let found = bits(&mut bytes.as_slice());
            let set = |bits: Vec<bool>| (0..bits.len()).filter(|at| bits[*at]).collect::<Vec<_>>();
            assert_eq!(found.map(set).as_deref(), expect, "{count} {words:?}");
        };
        check(3, &[1 << 33, 0b101], Some(&[0, 2]));
        check(70, &[0b10 | 1 << 33, 0b11], Some(&[64, 65]));
        check(2, &[0b11], Some(&[0, 1]));
        check(2, &[u64::MAX >> 31], Some(&[0, 1]));
        check(2, &[2 << 33, 1], None);
        check(u32::MAX, &[0b11], None);
    }
}
