//! Numbers, durations and strings.

/// What the characters of a number mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    /// A number, and whether it is above zero.
    Number { is_positive: bool },
    /// A length of time, and whether it is above zero.
    Duration { is_positive: bool },
}

/// Reads `1`, `.5`, `1e-3`, `0x1F`, `1_000` or `1h30m`; nothing if it is none of them.
pub(crate) fn number(text: &str) -> Option<Literal> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(hex) = hex {
        let digits = hex.replace('_', "");
        let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_positive = digits.bytes().any(|byte| byte != b'0');
        return is_hex.then_some(Literal::Number { is_positive });
    }
    if let Some(is_positive) = duration(text) {
        return Some(Literal::Duration { is_positive });
    }
    let is_of_number =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-' | b'_');
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts || !text.bytes().all(is_of_number) || text.ends_with('_') || text.contains("__") {
        return None;
    }
    let value: f64 = text.replace('_', "").parse().ok()?;
    Some(Literal::Number {
        is_positive: value > 0.0,
    })
}

/// Whether a length of time is above zero; nothing if the text is no length of time.
fn duration(text: &str) -> Option<bool> {
    const UNITS: [&str; 7] = ["y", "w", "d", "h", "m", "s", "ms"];
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut is_positive = false;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (count, after) = rest.split_at_checked(digits)?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters)?;
        if count.is_empty() || !units.any(|known| *known == unit) {
            return None;
        }
        is_positive |= count.bytes().any(|byte| byte != b'0');
        rest = after;
    }
    Some(is_positive)
}

/// What a quoted string holds; where it is wrong, the offset of the escape in it.
pub(crate) fn unquote(quoted: &str) -> Result<String, usize> {
    let Some(quote) = quoted.chars().next() else {
        return Ok(String::new());
    };
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    if quote == '`' {
        return Ok(inner.replace('\r', ""));
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            text.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        let (_, escape) = chars.next().ok_or(at)?;
        let mut digits = |count: usize, radix: u32, first: Option<char>| {
            let rest = chars.by_ref().take(count).map(|(_, c)| c);
            let digits: Vec<char> = first.into_iter().chain(rest).collect();
            let is_whole = digits.len() == count + usize::from(first.is_some());
            let value = digits.iter().try_fold(0_u32, |value, c| {
                value.checked_mul(radix)?.checked_add(c.to_digit(radix)?)
            });
            value.filter(|_| is_whole).ok_or(at)
        };
        let byte = |value: u32| u8::try_from(value).map_err(|_| at);
        let unicode = |value: u32| char::from_u32(value).ok_or(at);
        match escape {
            'a' => text.push(7),
            'b' => text.push(8),
            'f' => text.push(12),
            'n' => text.push(b'\n'),
            'r' => text.push(b'\r'),
            't' => text.push(b'\t'),
            'v' => text.push(11),
            '\\' => text.push(b'\\'),
            _ if escape == quote => text.extend(escape.encode_utf8(&mut [0; 4]).bytes()),
            'x' => text.push(byte(digits(2, 16, None)?)?),
            '0'..='7' => text.push(byte(digits(2, 8, Some(escape))?)?),
            'u' => text.extend(
                unicode(digits(4, 16, None)?)?
                    .encode_utf8(&mut [0; 4])
                    .bytes(),
            ),
            'U' => text.extend(
                unicode(digits(8, 16, None)?)?
                    .encode_utf8(&mut [0; 4])
                    .bytes(),
            ),
            _ => return Err(at),
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}
