//! Base64 and base32.

use super::{Out, STR};
use crate::Value;
use crate::function::{Args, Function};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("b64enc", &[STR], |_, args| {
        Ok(encode(args.bytes(0)?, &BASE64).into())
    }),
    Function::new("b64dec", &[STR], |_, args| decoded(args, &BASE64)),
    Function::new("b32enc", &[STR], |_, args| {
        Ok(encode(args.bytes(0)?, &BASE32).into())
    }),
    Function::new("b32dec", &[STR], |_, args| decoded(args, &BASE32)),
];

/// How bytes become letters.
pub(super) struct Encoding {
    name: &'static str,
    letters: &'static [u8],
    /// Bits a letter stands for.
    bits: u32,
    /// Letters of a full group.
    group: usize,
}

pub(super) const BASE64: Encoding = Encoding {
    name: "base64",
    letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
};

const BASE32: Encoding = Encoding {
    name: "base32",
    letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    bits: 5,
    group: 8,
};

/// Bytes as letters, padded with `=`.
pub(super) fn encode(bytes: &[u8], encoding: &Encoding) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / encoding.bits as usize + 8);
    let (mut held, mut count) = (0u32, 0);
    let mut push = |value: u32| {
        let letter = encoding.letters.get(value as usize).copied();
        out.push(char::from(letter.unwrap_or(b'=')));
    };
    let mask = (1 << encoding.bits) - 1;
    let mut written = 0;
    for &byte in bytes {
        held = (held << 8 | u32::from(byte)) & 0xFFFF;
        count += 8;
        while count >= encoding.bits {
            count -= encoding.bits;
            push(held >> count & mask);
            written += 1;
        }
    }
    if count > 0 {
        push(held << (encoding.bits - count) & mask);
        written += 1;
    }
    while written % encoding.group != 0 {
        push(u32::MAX);
        written += 1;
    }
    out
}

/// What the letters stand for, or Go's words for what is wrong, which Sprig gives instead.
fn decoded(args: Args<'_>, encoding: &Encoding) -> Out {
    Ok(match decode(args.bytes(0)?, encoding) {
        Ok(bytes) => Value::text(bytes),
        Err(at) => format!("illegal {} data at input byte {at}", encoding.name).into(),
    })
}

/// The bytes, or at which letter the text is wrong. Newlines do not count.
pub(super) fn decode(text: &[u8], encoding: &Encoding) -> Result<Vec<u8>, usize> {
    let letters: Vec<(usize, u8)> = text
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let mut out = Vec::with_capacity(letters.len());
    let mut groups = letters.chunks(encoding.group).peekable();
    while let Some(group) = groups.next() {
        let full = group.iter().take_while(|(_, byte)| *byte != b'=').count();
        let mut held = 0u64;
        for &(at, byte) in group.iter().take(full) {
            let value = encoding.letters.iter().position(|&letter| letter == byte);
            held = held << encoding.bits | value.ok_or(at)? as u64;
        }
        check_group(text, group, full, encoding)?;
        if full < encoding.group && groups.peek().is_some() {
            let next = groups.peek().and_then(|group| group.first());
            return Err(next.map_or(text.len(), |(at, _)| *at));
        }
        let bits = full as u32 * encoding.bits;
        let bytes = bits / 8;
        held >>= bits % 8;
        out.extend(held.to_be_bytes().iter().skip(8 - bytes as usize));
    }
    Ok(out)
}

/// Whether a group's padding is as it must be.
fn check_group(
    text: &[u8],
    group: &[(usize, u8)],
    full: usize,
    encoding: &Encoding,
) -> Result<(), usize> {
    if full == encoding.group {
        return Ok(());
    }
    let position = |index: usize| group.get(index).map_or(text.len(), |(at, _)| *at);
    let allowed = match encoding.bits {
        6 => full >= 2,
        _ => matches!(full, 2 | 4 | 5 | 7),
    };
    if group.len() == full {
        // It ends in the middle of a group, without padding.
        return Err(text.len() - full);
    }
    // Base32 looks for padding only where less than a group is left.
    let far = encoding.bits == 5 && text.len() - position(full) > encoding.group;
    if !allowed || far {
        return Err(position(full));
    }
    for index in full..encoding.group {
        match group.get(index) {
            Some((_, b'=')) => {}
            // Go names the byte before the one that should have been padding.
            Some((at, _)) => return Err(at - 1),
            None => return Err(text.len()),
        }
    }
    Ok(())
}
