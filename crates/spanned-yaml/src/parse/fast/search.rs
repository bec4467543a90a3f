//! Searches that are mostly short: eight bytes at a time in one register.

/// One byte eight times over.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// How many spaces stand at the start.
#[inline]
pub(super) fn spaces(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk::<8>() {
        let others = u64::from_le_bytes(*chunk) ^ eight(b' ');
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|b| **b == b' ').count()
}

/// The place of the first colon, hash or line feed, or the length.
#[inline]
pub(super) fn plain_stop(bytes: &[u8]) -> usize {
    // Most plain text is short. A search that needs to be set up pays only behind that.
    const SHORT: usize = 32;
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk::<8>().filter(|_| at < SHORT) {
        let chunk = u64::from_le_bytes(*chunk);
        let found =
            zeros(chunk ^ eight(b':')) | zeros(chunk ^ eight(b'#')) | zeros(chunk ^ eight(b'\n'));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    memchr::memchr3(b':', b'#', b'\n', &bytes[at..]).map_or(bytes.len(), |len| at + len)
}

/// The highest bit of the lowest byte that is zero; what is set above it means nothing.
#[inline]
const fn zeros(bytes: u64) -> u64 {
    bytes.wrapping_sub(eight(1)) & !bytes & eight(0x80)
}

#[cfg(test)]
mod tests {
    use super::{plain_stop, spaces};

    #[test]
    fn finds_what_a_simple_search_finds() {
        proptest::proptest!(|(text in "[ -;#\u{80}-\u{ff}\n]{0,70}")| {
            let bytes = text.as_bytes();
            let stop = bytes.iter().position(|b| b":#\n".contains(b));
            assert_eq!(plain_stop(bytes), stop.unwrap_or(bytes.len()));
        });
        for len in 0..30 {
            for tail in ["", "a", "a  ", "\n        "] {
                let text = " ".repeat(len) + tail;
                assert_eq!(spaces(text.as_bytes()), len);
            }
        }
    }
}
