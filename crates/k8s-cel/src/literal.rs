//! Texts, bytes and numbers as they are written.

use crate::Value;

/// A text or bytes at the beginning, and how long they are as written; `None` if there is
/// something else.
pub(crate) fn text(text: &str) -> Result<Option<(Value, usize)>, String> {
    let bytes = text.as_bytes();
    let (mut raw, mut is_bytes, mut at) = (false, false, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'r' | b'R' if !raw => raw = true,
            b'b' | b'B' if !is_bytes => is_bytes = true,
            _ => break,
        }
        at += 1;
    }
    let rest = text.get(at..).unwrap_or_default();
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| rest.starts_with(quote));
    let Some(quote) = quote else { return Ok(None) };
    let content = rest.get(quote.len()..).unwrap_or_default();
    let length = end(content, quote, raw).ok_or("a text is not closed")?;
    let content = content.get(..length).unwrap_or_default();
    let unescaped = if raw {
        content.replace("\r\n", "\n").into_bytes()
    } else {
        unescape(&content.replace("\r\n", "\n"), is_bytes)?
    };
    let value = if is_bytes {
        Value::Bytes(unescaped.into())
    } else {
        let text = String::from_utf8(unescaped).map_err(|_| "a text is not UTF-8")?;
        Value::text(text)
    };
    Ok(Some((value, at + 2 * quote.len() + length)))
}

/// Where the quote stands that closes.
fn end(content: &str, quote: &str, raw: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = content.get(at..)?;
        if rest.starts_with(quote) {
            return Some(at);
        }
        let c = rest.chars().next()?;
        if quote.len() == 1 && (c == '\n' || c == '\r') {
            return None;
        }
        at += c.len_utf8();
        if c == '\\' && !raw {
            at += content.get(at..)?.chars().next()?.len_utf8();
        }
    }
}

fn unescape(content: &str, is_bytes: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            push(&mut out, c);
            continue;
        }
        let escape = rest.next().ok_or("nothing follows a backslash")?;
        let mut digits = |count: usize, radix: u32| -> Result<u32, String> {
            let text: String = rest.by_ref().take(count).collect();
            let is_whole = text.len() == count && text.chars().all(|c| c.is_digit(radix));
            let code = u32::from_str_radix(&text, radix).ok();
            code.filter(|_| is_whole)
                .ok_or_else(|| format!("`\\{escape}{text}` is not an escape"))
        };
        let code = match escape {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' | '\'' | '"' | '`' | '?' => u32::from(escape),
            'x' | 'X' => digits(2, 16)?,
            'u' if !is_bytes => digits(4, 16)?,
            'U' if !is_bytes => digits(8, 16)?,
            '0'..='3' => u32::from(escape) % 8 * 64 + digits(2, 8)?,
            _ => return Err(format!("`\\{}` is not an escape", escape.escape_debug())),
        };
        if is_bytes {
            out.push(u8::try_from(code).map_err(|_| "an escape is not a byte")?);
        } else {
            let c = char::from_u32(code);
            push(&mut out, c.ok_or("an escape is not a character")?);
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// `12`, `0x1f`, `-7`
pub(crate) fn int(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => match text.strip_prefix("-0x") {
            Some(hex) => i64::from_str_radix(&format!("-{hex}"), 16).ok(),
            None => text.parse().ok(),
        },
    }
}

/// `12`, `0x1f`
pub(crate) fn uint(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}
