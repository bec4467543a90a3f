//! Characters that are unusual anywhere.

/// Where the text starts behind a byte order mark. `None` if control characters, lone carriage
/// returns or further marks stand in it.
pub(super) fn check(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_control = |b: &u8| (*b < b' ' && !matches!(*b, b'\n' | b'\t' | b'\r')) || *b == 0x7F;
    // A fold over all bytes, and no search, so that the compiler can use wide registers.
    let controls = bytes.iter().fold(false, |any, b| any | is_control(b));
    if controls || has_lone_return(bytes) {
        return None;
    }
    if text.is_ascii() {
        return Some(0);
    }
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let special = memchr::memchr2_iter(0xC2, 0xEF, &bytes[start..]).any(|at| {
        let tail = &bytes[start + at..];
        matches!(
            tail,
            [0xC2, 0x80..=0x9F, ..] | [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..]
        )
    });
    (!special).then_some(start)
}

fn has_lone_return(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}
