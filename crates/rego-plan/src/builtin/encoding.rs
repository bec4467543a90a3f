//! Base64.

use super::{Answer, Context};
use crate::value::Value;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn decode<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(text) = text.as_str() else {
        return Ok(None);
    };
    context.pay(text.len())?;
    match decoded(text) {
        Some(bytes) => context.write(|out| out.push_str(&String::from_utf8_lossy(&bytes))),
        None => Ok(None),
    }
}

pub(super) fn is_valid(text: Value<'_>) -> Answer<'_> {
    let text = text.as_str();
    Ok(text.map(|text| Value::Bool(decoded(text).is_some())))
}

pub(super) fn encode<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(text) = text.as_str() else {
        return Ok(None);
    };
    context.write(|out| {
        for group in text.as_bytes().chunks(3) {
            let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for at in 0..4_usize {
                let letter = ALPHABET[(bits >> (18 - 6 * at)) as usize & 63];
                out.push(if at <= group.len() {
                    letter as char
                } else {
                    '='
                });
            }
        }
    })
}

/// The bytes that a text stands for. Line breaks in it are passed over.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut digits, mut padding) = (0_u32, 0, 0);
    for byte in text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')) {
        if byte == b'=' {
            padding += 1;
            continue;
        }
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(digit);
        digits += 1;
        if digits == 4 {
            bytes.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
            (bits, digits) = (0, 0);
        }
    }
    match (digits, padding) {
        (0, 0) => {}
        (2, 2) => bytes.push((bits >> 4) as u8),
        (3, 1) => bytes.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(bytes)
}
