//! Base64, and the content of `!!binary` scalars.

use std::borrow::Cow;

use super::Scalar;

/// The bytes as the text that JSON carries: each byte that is not UTF-8 becomes a replacement
/// character.
pub(super) fn decode(text: &str) -> Option<Scalar<'static>> {
    let bytes = base64(text)?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(Scalar::Str(Cow::Owned(decoded)))
}

/// The bytes that standard base64 with padding stands for; line breaks do not count. `None` if the
/// text is not base64.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|b| !b"\r\n".contains(b)).collect();
    if !symbols.len().is_multiple_of(4) {
        return None;
    }
    let padding = symbols.iter().rev().take_while(|b| **b == b'=').count();
    let digits = symbols.get(..symbols.len() - padding)?;
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3);
    for group in digits.chunks(4) {
        let mut bits = 0u32;
        for symbol in group {
            bits = bits << 6 | sextet(*symbol)?;
        }
        bits <<= 6 * (4 - group.len());
        let [_, a, b, c] = bits.to_be_bytes();
        bytes.extend([a, b, c].iter().take(group.len() - 1));
    }
    Some(bytes)
}

fn sextet(symbol: u8) -> Option<u32> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
