//! Functions of text.

use super::{Answer, Builtin, Context};
use crate::run::{Doubt, Halt};
use crate::value::{Sort, Value};

/// How many characters are compared in one look.
const PER_LOOK: usize = 32;

/// Whether one text stands in another one, at its beginning, or at its end.
pub(super) fn stands_in<'a>(
    builtin: Builtin,
    text: Value<'a>,
    part: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(part)) = (text, part) else {
        return Ok(None);
    };
    context.pay(text.len())?;
    Ok(Some(Value::Bool(match builtin {
        Builtin::StartsWith => text.starts_with(part),
        Builtin::EndsWith => text.ends_with(part),
        _ => text.contains(part),
    })))
}

pub(super) fn trim<'a>(
    builtin: Builtin,
    text: Value<'a>,
    cut: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(cut)) = (text, cut) else {
        return Ok(None);
    };
    // Each character is looked for in all that is cut.
    context.pay(text.len().saturating_mul(cut.len().div_ceil(PER_LOOK)))?;
    let is_cut = |c: char| cut.contains(c);
    Ok(Some(Value::Text(match builtin {
        Builtin::TrimLeft => text.trim_start_matches(is_cut),
        Builtin::TrimRight => text.trim_end_matches(is_cut),
        _ => text.trim_matches(is_cut),
    })))
}

pub(super) fn trim_affix<'a>(builtin: Builtin, text: Value<'a>, affix: Value<'a>) -> Answer<'a> {
    let (Value::Text(text), Value::Text(affix)) = (text, affix) else {
        return Ok(None);
    };
    let rest = match builtin {
        Builtin::TrimPrefix => text.strip_prefix(affix),
        _ => text.strip_suffix(affix),
    };
    Ok(Some(Value::Text(rest.unwrap_or(text))))
}

pub(super) fn trim_space(text: Value<'_>) -> Answer<'_> {
    Ok(text.as_str().map(|text| Value::Text(text.trim())))
}

/// In small letters, each on its own.
pub(super) fn lower<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Value::Text(text) = text else {
        return Ok(None);
    };
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        return Ok(Some(Value::Text(text)));
    }
    let small = |c: char| c.to_lowercase().next().unwrap_or(c);
    context.write(|out| out.extend(text.chars().map(small)))
}

/// In capital letters, each on its own; one that would become several stays as it is.
pub(super) fn upper<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    let Value::Text(text) = text else {
        return Ok(None);
    };
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_lowercase())
    {
        return Ok(Some(Value::Text(text)));
    }
    let capital = |c: char| {
        let mut capitals = c.to_uppercase();
        match (capitals.next(), capitals.next()) {
            (Some(capital), None) => capital,
            _ => c,
        }
    };
    context.write(|out| out.extend(text.chars().map(capital)))
}

pub(super) fn reverse<'a>(text: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
    match text {
        Value::Text(text) => context.write(|out| out.extend(text.chars().rev())),
        _ => Ok(None),
    }
}

pub(super) fn replace<'a>(
    text: Value<'a>,
    old: Value<'a>,
    new: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(old), Value::Text(new)) = (text, old, new) else {
        return Ok(None);
    };
    if !old.is_empty() && !text.contains(old) {
        return Ok(Some(Value::Text(text)));
    }
    context.pay((text.len() + 1).saturating_mul(new.len() + 1))?;
    context.write(|out| out.push_str(&text.replace(old, new)))
}

/// Characters from a place on: as many as are asked for, or all if that is less than none.
pub(super) fn substring<'a>(
    text: Value<'a>,
    start: Value<'a>,
    length: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Some(start)) = (text, start.as_index()) else {
        return Ok(None);
    };
    let length = match length {
        Value::Number(_) => length.as_index().unwrap_or(usize::MAX),
        _ => return Ok(None),
    };
    context.pay(text.len())?;
    let place = |text: &str, count| {
        text.char_indices()
            .nth(count)
            .map_or(text.len(), |(at, _)| at)
    };
    let rest = &text[place(text, start)..];
    Ok(Some(Value::Text(&rest[..place(rest, length)])))
}

/// At which character another text stands first; -1 if it does not.
pub(super) fn index_of<'a>(
    text: Value<'a>,
    part: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(part)) = (text, part) else {
        return Ok(None);
    };
    if part.is_empty() {
        return Err(Halt::Unsure(Doubt::Searching));
    }
    context.pay(text.len())?;
    Ok(Some(match text.find(part) {
        Some(at) => Value::from(text[..at].chars().count()),
        None => Value::Number(crate::Number::Int(-1)),
    }))
}

pub(super) fn count<'a>(
    text: Value<'a>,
    part: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(part)) = (text, part) else {
        return Ok(None);
    };
    if part.is_empty() {
        return Err(Halt::Unsure(Doubt::Searching));
    }
    context.pay(text.len().saturating_mul(part.len() / PER_LOOK + 1))?;
    let found = text.matches(part).count();
    // Those that overlap are counted by some.
    let starts = text.as_bytes().windows(part.len());
    if starts.filter(|w| *w == part.as_bytes()).count() != found {
        return Err(Halt::Unsure(Doubt::Searching));
    }
    Ok(Some(Value::from(found)))
}

pub(super) fn split<'a>(
    text: Value<'a>,
    by: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(text), Value::Text(by)) = (text, by) else {
        return Ok(None);
    };
    context.pay(text.len())?;
    let mut characters = by.chars();
    match (characters.next(), characters.next()) {
        (None, _) => {
            let ends = text.char_indices().map(|(at, c)| (at, at + c.len_utf8()));
            context.array(ends.map(|(start, end)| Value::Text(&text[start..end])))
        }
        (Some(by), None) => context.array(text.split(by).map(Value::Text)),
        _ => context.array(text.split(by).map(Value::Text)),
    }
}

pub(super) fn concat<'a>(
    by: Value<'a>,
    texts: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let (Value::Text(by), Some(texts)) = (by, strings(texts, context)?) else {
        return Ok(None);
    };
    let length = texts.iter().map(|text| text.len() + by.len()).sum();
    context.pay(length)?;
    context.write(|out| {
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                out.push_str(by);
            }
            out.push_str(text);
        }
    })
}

/// Whether any of some texts begins or ends with any of some others.
pub(super) fn any_match<'a>(
    texts: Value<'a>,
    affixes: Value<'a>,
    matches: fn(&'a str, &'a str) -> bool,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let mut one_or_more = |value: Value<'a>| match value {
        Value::Text(text) => Ok(Some(vec![text])),
        _ => strings(value, context),
    };
    let (Some(texts), Some(affixes)) = (one_or_more(texts)?, one_or_more(affixes)?) else {
        return Ok(None);
    };
    context.pay(texts.len().saturating_mul(affixes.len()))?;
    let length = |texts: &[&str]| -> usize { texts.iter().map(|text| text.len()).sum() };
    let shorter = length(&texts) / texts.len().max(1);
    context.pay(shorter.min(length(&affixes)) / PER_LOOK)?;
    let any = texts
        .iter()
        .any(|text| affixes.iter().any(|affix| matches(text, affix)));
    Ok(Some(Value::Bool(any)))
}

/// The texts of a list or a set, if there is nothing else in it.
pub(super) fn strings<'a>(
    value: Value<'a>,
    context: &mut Context<'a, '_>,
) -> Result<Option<Vec<&'a str>>, Halt> {
    if !matches!(value.sort(), Sort::Array | Sort::Set) {
        return Ok(None);
    }
    let items = context.items(value)?;
    Ok(items.and_then(|items| items.values().map(Value::as_str).collect()))
}
