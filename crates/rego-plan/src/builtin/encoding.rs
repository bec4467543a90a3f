//! Base64.

use spanned_yaml::base64;

use super::{Answer, Context};
use crate::value::Value;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn decode<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Some(text) = text.as_str() else {
        return Ok(None);
    };
    context.pay(text.len())?;
    match base64(text) {
        Some(bytes) => context.write(|out| out.push_str(&String::from_utf8_lossy(&bytes))),
        None => Ok(None),
    }
}

pub(super) fn is_valid(text: Value<'_>) -> Answer<'_> {
    let text = text.as_str();
    Ok(text.map(|text| Value::Bool(base64(text).is_some())))
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
