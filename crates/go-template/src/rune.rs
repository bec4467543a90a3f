//! Text as Go sees it: bytes that are usually UTF-8.

/// The first character and its length in bytes. Broken UTF-8 gives U+FFFD of one byte.
pub(crate) fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let &first = bytes.first()?;
    if first < 0x80 {
        return Some((first as char, 1));
    }
    let len = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((char::REPLACEMENT_CHARACTER, 1)),
    };
    let decoded = bytes
        .get(..len)
        .and_then(|head| std::str::from_utf8(head).ok())
        .and_then(|head| head.chars().next());
    Some(match decoded {
        Some(c) => (c, len),
        None => (char::REPLACEMENT_CHARACTER, 1),
    })
}

/// The characters with the range of bytes each stands at.
pub(crate) fn runes(bytes: &[u8]) -> impl Iterator<Item = (usize, char, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (c, len) = decode(bytes.get(at..)?)?;
        let start = at;
        at += len;
        Some((start, c, len))
    })
}

/// Whether broken UTF-8 stands at a character that [`decode`] gave.
pub(crate) fn is_broken(c: char, len: usize) -> bool {
    c == char::REPLACEMENT_CHARACTER && len == 1
}

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='\x7e').contains(&c);
    }
    // `escape_debug` knows the same categories; behind another character it leaves marks alone.
    let mut buffer = [b'a'; 5];
    let len = c.encode_utf8(&mut buffer[1..]).len();
    match std::str::from_utf8(&buffer[..=len]) {
        Ok(text) => text.escape_debug().nth(1) == Some(c),
        Err(_) => false,
    }
}

/// Go's `unicode.IsSpace`.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What may stand in a name: letters, digits, underscore.
pub(crate) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
