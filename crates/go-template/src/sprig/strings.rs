//! Strings cut, joined, quoted and searched.

use memchr::memmem;

use super::convert::{printed, strings, strval};
use super::{ANY, INT, Out, STR};
use crate::function::{Args, Function};
use crate::rune::{is_space, runes};
use crate::{Evaluator, Failure, Value, View, format};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("trim", &[STR], |_, args| {
        trimmed(args, 0, is_space, true, true)
    }),
    Function::new("trimAll", &[STR, STR], trim_all),
    Function::new("trimall", &[STR, STR], trim_all),
    Function::new("trimSuffix", &[STR, STR], trim_suffix),
    Function::new("trimPrefix", &[STR, STR], trim_prefix),
    Function::new("trunc", &[INT, STR], trunc),
    Function::new("substr", &[INT, INT, STR], substr),
    Function::new("abbrev", &[INT, STR], |ev, args| {
        abbreviate(ev, args.view(1)?, 0, args.int(0)?)
    }),
    Function::new("abbrevboth", &[INT, INT, STR], abbrevboth),
    Function::new("repeat", &[INT, STR], repeat),
    Function::new("replace", &[STR, STR, STR], replace),
    Function::new("contains", &[STR, STR], |_, args| {
        Ok(memmem::find(args.bytes(1)?, args.bytes(0)?)
            .is_some()
            .into())
    }),
    Function::new("hasPrefix", &[STR, STR], |_, args| {
        Ok(args.bytes(1)?.starts_with(args.bytes(0)?).into())
    }),
    Function::new("hasSuffix", &[STR, STR], |_, args| {
        Ok(args.bytes(1)?.ends_with(args.bytes(0)?).into())
    }),
    Function::new("quote", &[], quote).rest(ANY),
    Function::new("squote", &[], squote).rest(ANY),
    Function::new("cat", &[], cat).rest(ANY),
    Function::new("indent", &[INT, STR], |ev, args| indent(ev, args, false)),
    Function::new("nindent", &[INT, STR], |ev, args| indent(ev, args, true)),
    Function::new("join", &[STR, ANY], join),
    Function::new("plural", &[STR, STR, INT], |_, args| {
        Ok(args.value(usize::from(args.int(2)? != 1))?.clone())
    })
    .selects(),
];

/// A part of an argument.
fn part(args: Args<'_>, index: usize, range: std::ops::Range<usize>) -> Out {
    let view = args.view(index)?;
    if range == (0..view.text.len()) {
        return Ok(args.value(index)?.clone());
    }
    Ok(view.part(range).into())
}

fn trimmed(
    args: Args<'_>,
    index: usize,
    is_cut: impl Fn(char) -> bool,
    start: bool,
    end: bool,
) -> Out {
    let bytes = args.bytes(index)?;
    let mut kept = runes(bytes).filter(|(_, c, _)| !is_cut(*c));
    let Some((first, _, len)) = kept.next() else {
        return part(args, index, 0..0);
    };
    let last = kept.last().map_or(first + len, |(at, _, len)| at + len);
    let from = if start { first } else { 0 };
    let to = if end { last } else { bytes.len() };
    part(args, index, from..to)
}

fn trim_all(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let set = args.str(0)?;
    trimmed(args, 1, |c| set.contains(c), true, true)
}

fn trim_suffix(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let bytes = args.bytes(1)?;
    let kept = bytes.strip_suffix(args.bytes(0)?).unwrap_or(bytes);
    part(args, 1, 0..kept.len())
}

fn trim_prefix(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let bytes = args.bytes(1)?;
    let kept = bytes.strip_prefix(args.bytes(0)?).unwrap_or(bytes);
    part(args, 1, bytes.len() - kept.len()..bytes.len())
}

/// The first bytes; with a negative number the last ones.
fn trunc(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let count = args.int(0)?;
    let len = args.text(1)?.len();
    let bytes = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    match count {
        ..0 if bytes < len => part(args, 1, len - bytes..len),
        0.. => part(args, 1, 0..len.min(bytes)),
        _ => part(args, 1, 0..len),
    }
}

fn substr(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let len = args.text(2)?.len();
    let position = |value: i64| usize::try_from(value).ok();
    let (start, end) = (position(args.int(0)?), position(args.int(1)?));
    let range = match (start, end) {
        (None, Some(end)) => 0..end,
        (None, None) => return Err(outside(args, len)),
        (Some(start), Some(end)) if end <= len => start..end,
        (Some(start), _) => start..len,
    };
    if range.start > range.end || range.end > len {
        return Err(outside(args, len));
    }
    part(args, 2, range)
}

fn outside(args: Args<'_>, len: usize) -> Failure {
    let bound = |index| args.int(index).unwrap_or_default();
    Failure::function(format!(
        "the bounds {} and {} are out of range for a text of {len} bytes",
        bound(0),
        bound(1)
    ))
}

fn abbrevboth(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (left, right) = (args.int(0)?, args.int(1)?);
    if right < 4 || (left > 0 && right < 7) {
        return Ok(args.value(2)?.clone());
    }
    abbreviate(evaluator, args.view(2)?, left, right)
}

/// Cuts a text to a width and puts dots where something is missing.
fn abbreviate(evaluator: &Evaluator<'_>, view: View<'_>, offset: i64, width: i64) -> Out {
    let all = view.text.len();
    let whole = || Ok(Value::text(view.text.clone()).traced(view.trace));
    let Some(room) = usize::try_from(width).ok().filter(|&width| width >= 4) else {
        return whole();
    };
    if all <= room {
        return whole();
    }
    let kept = room - 3;
    let offset = usize::try_from(offset).unwrap_or(0).min(all);
    let offset = offset.min(all - kept);
    let mut out = evaluator.builder();
    if offset <= 4 {
        out.push_part(view, 0..kept);
        out.push(b"...");
        return Ok(out.finish()?.into());
    }
    if room < 7 {
        return Ok("".into());
    }
    out.push(b"...");
    if offset + kept < all {
        // The rest is abbreviated in turn, at its end only.
        out.push_part(view, offset..offset + kept - 3);
        out.push(b"...");
    } else {
        out.push_part(view, all - kept..all);
    }
    Ok(out.finish()?.into())
}

fn repeat(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let count = args.int(0)?;
    let view = args.view(1)?;
    let Ok(count) = usize::try_from(count) else {
        return Err(Failure::function(
            "a text cannot be repeated less than 0 times",
        ));
    };
    let mut out = evaluator.builder();
    if view.text.is_empty() {
        return Ok(out.finish()?.into());
    }
    for _ in 0..count {
        out.push_view(view);
        if out.is_over() {
            break;
        }
    }
    Ok(out.finish()?.into())
}

fn replace(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (old, new, view) = (args.bytes(0)?, args.view(1)?, args.view(2)?);
    if memmem::find(view.bytes(), old).is_none() {
        return Ok(args.value(2)?.clone());
    }
    Ok(view.replace(old, new, evaluator.budget().text())?.into())
}

/// The arguments in double quotes, nils left out.
fn quote(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut out = evaluator.builder();
    for value in args.0.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(b" ");
        }
        let text = strval(evaluator, value)?;
        if let Some(view) = text.as_view() {
            format::push_quoted(&mut out, view, false);
        }
    }
    Ok(out.finish()?.into())
}

fn squote(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut out = evaluator.builder();
    for value in args.0.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(b" ");
        }
        out.push(b"'");
        out.push_view(printed(evaluator, value)?.as_view());
        out.push(b"'");
    }
    Ok(out.finish()?.into())
}

/// The arguments with a space between, nils left out. They are a format with the space at its
/// end trimmed, so that spaces of the last argument stay.
fn cat(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut out = evaluator.builder();
    let mut first = true;
    for value in args.0.iter().filter(|value| !value.is_nil()) {
        if !std::mem::take(&mut first) {
            out.push(b" ");
        }
        out.push_view(printed(evaluator, value)?.as_view());
    }
    Ok(out.finish()?.into())
}

fn indent(evaluator: &mut Evaluator<'_>, args: Args<'_>, newline: bool) -> Out {
    let view = args.view(1)?;
    let Ok(spaces) = usize::try_from(args.int(0)?) else {
        return Err(Failure::function(
            "a text cannot be indented by less than 0",
        ));
    };
    let limit = evaluator.budget().text();
    if spaces > limit {
        return Err(Failure::too_long(limit));
    }
    let pad = vec![b' '; spaces];
    let mut out = evaluator.builder();
    if newline {
        out.push(b"\n");
    }
    out.push(&pad);
    let mut done = 0;
    for at in memchr::memchr_iter(b'\n', view.bytes()) {
        out.push_part(view, done..at + 1);
        out.push(&pad);
        done = at + 1;
        if out.is_over() {
            break;
        }
    }
    out.push_part(view, done..view.text.len());
    Ok(out.finish()?.into())
}

fn join(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let separator = args.view(0)?;
    let parts = strings(evaluator, args.value(1)?)?;
    let mut out = evaluator.builder();
    for (index, part) in parts.iter().filter_map(Value::as_view).enumerate() {
        if index > 0 {
            out.push_view(separator);
        }
        out.push_view(part);
        if out.is_over() {
            break;
        }
    }
    Ok(out.finish()?.into())
}
