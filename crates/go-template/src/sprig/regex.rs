//! Regular expressions.

use std::cell::RefCell;
use std::rc::Rc;

use ::regex::bytes::{Captures, Match, Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::{INT, Out, STR};
use crate::function::{Args, Function};
use crate::{Evaluator, Failure, List, ListType, TextBuilder, Value, View};
use go_regex::translate;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", &[STR, STR], |_, args| {
        Ok(compile(args)
            .is_ok_and(|regex| args.bytes(1).is_ok_and(|b| regex.is_match(b)))
            .into())
    }),
    Function::new("mustRegexMatch", &[STR, STR], |_, args| {
        Ok(compile(args)?.is_match(args.bytes(1)?).into())
    }),
    Function::new("regexFind", &[STR, STR], find),
    Function::new("mustRegexFind", &[STR, STR], find),
    Function::new("regexFindAll", &[STR, STR, INT], find_all),
    Function::new("mustRegexFindAll", &[STR, STR, INT], find_all),
    Function::new("regexReplaceAll", &[STR, STR, STR], |ev, args| {
        replace(ev, args, false)
    }),
    Function::new("mustRegexReplaceAll", &[STR, STR, STR], |ev, args| {
        replace(ev, args, false)
    }),
    Function::new("regexReplaceAllLiteral", &[STR, STR, STR], |ev, args| {
        replace(ev, args, true)
    }),
    Function::new(
        "mustRegexReplaceAllLiteral",
        &[STR, STR, STR],
        |ev, args| replace(ev, args, true),
    ),
    Function::new("regexSplit", &[STR, STR, INT], split),
    Function::new("mustRegexSplit", &[STR, STR, INT], split),
    Function::new("regexQuoteMeta", &[STR], quote_meta),
];

/// Room for a compiled expression, in bytes.
const SIZE: usize = 1 << 20;

/// How many compiled expressions a thread keeps: charts use few, over and over.
const KEPT: usize = 32;

thread_local! {
    static COMPILED: RefCell<FxHashMap<Box<str>, Rc<Regex>>> = RefCell::default();
}

fn compile(args: Args<'_>) -> Result<Rc<Regex>, Failure> {
    let Ok(pattern) = std::str::from_utf8(args.bytes(0)?) else {
        return Err(Failure::function("the regular expression is not UTF-8"));
    };
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(regex.clone());
        }
        let regex = Rc::new(build(pattern)?);
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.into(), regex.clone());
        Ok(regex)
    })
}

fn build(pattern: &str) -> Result<Regex, Failure> {
    let invalid =
        |why: String| Failure::function(format!("the regular expression is wrong: {why}"));
    let translated = translate(pattern).map_err(invalid)?;
    RegexBuilder::new(&translated)
        .size_limit(SIZE)
        .dfa_size_limit(SIZE)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            // The last line says what; those before draw the translated expression.
            let last = text.lines().last().unwrap_or_default();
            invalid(last.trim_start_matches("error: ").to_owned())
        })
}

/// Whether a match is one in Go too: an empty one never stands inside of a character.
fn is_whole(bytes: &[u8], range: std::ops::Range<usize>) -> bool {
    let inside = |byte: &u8| byte & 0xC0 == 0x80;
    !(range.is_empty() && bytes.get(range.start).is_some_and(inside))
}

fn find_iter<'h>(regex: &Regex, bytes: &'h [u8]) -> impl Iterator<Item = Match<'h>> {
    regex
        .find_iter(bytes)
        .filter(|found| is_whole(bytes, found.range()))
}

fn find(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let regex = compile(args)?;
    let view = args.view(1)?;
    let found = regex.find(view.bytes()).map_or(0..0, |found| found.range());
    Ok(view.part(found).into())
}

/// At most so many; a negative number is no limit.
fn most(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn find_all(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let regex = compile(args)?;
    let view = args.view(1)?;
    let mut all = Vec::new();
    for found in find_iter(&regex, view.bytes()).take(most(args.int(2)?)) {
        evaluator.budget().spend_items(1)?;
        all.push(Value::from(view.part(found.range())));
    }
    if all.is_empty() {
        return Ok(List::nil(ListType::Str).into());
    }
    Ok(List::strings(all).into())
}

fn split(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let view = args.view(1)?;
    let limit = args.int(2)?;
    if limit == 0 {
        return Ok(List::nil(ListType::Str).into());
    }
    let regex = compile(args)?;
    if view.text.is_empty() && !args.bytes(0)?.is_empty() {
        return Ok(List::strings(vec!["".into()]).into());
    }
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for found in find_iter(&regex, view.bytes()).take(most(limit)) {
        evaluator.budget().spend_items(1)?;
        if limit > 0 && parts.len() + 1 == most(limit) {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(Value::from(view.part(start..end)));
        }
        start = found.end();
    }
    if end != view.text.len() {
        parts.push(Value::from(view.part(start..view.text.len())));
    }
    Ok(List::strings(parts).into())
}

fn replace(evaluator: &mut Evaluator<'_>, args: Args<'_>, literal: bool) -> Out {
    let regex = compile(args)?;
    let (view, template) = (args.view(1)?, args.view(2)?);
    let mut out = evaluator.builder();
    let mut done = 0;
    for found in regex.captures_iter(view.bytes()) {
        evaluator.budget().spend(1)?;
        let Some(whole) = found.get(0) else { break };
        if !is_whole(view.bytes(), whole.range()) {
            continue;
        }
        out.push_part(view, done..whole.start());
        if literal {
            out.push_view(template);
        } else {
            expand(&mut out, view, template, &regex, &found);
        }
        done = whole.end();
        if out.is_over() {
            break;
        }
    }
    if done == 0 && out.is_empty() {
        return Ok(args.value(1)?.clone());
    }
    out.push_part(view, done..view.text.len());
    Ok(out.finish()?.into())
}

/// Adds a replacement, with `$1`, `${1}`, `$name` and `${name}` for what the groups matched.
fn expand(
    out: &mut TextBuilder,
    view: View<'_>,
    template: View<'_>,
    regex: &Regex,
    found: &Captures<'_>,
) {
    let bytes = template.bytes();
    let mut done = 0;
    while let Some(dollar) = bytes
        .get(done..)
        .and_then(|rest| memchr::memchr(b'$', rest))
    {
        let dollar = done + dollar;
        out.push_part(template, done..dollar);
        let rest = bytes.get(dollar + 1..).unwrap_or_default();
        if rest.first() == Some(&b'$') {
            out.push_part(template, dollar..dollar + 1);
            done = dollar + 2;
            continue;
        }
        let Some((name, len)) = group_name(rest) else {
            out.push_part(template, dollar..dollar + 1);
            done = dollar + 1;
            continue;
        };
        done = dollar + 1 + len;
        let group = match name.parse::<usize>() {
            Ok(index) => found.get(index),
            Err(_) if regex.capture_names().flatten().any(|known| known == name) => {
                found.name(name)
            }
            Err(_) => None,
        };
        if let Some(group) = group {
            out.push_part(view, group.range());
        }
    }
    out.push_part(template, done..bytes.len());
}

/// The name behind a `$`, and how many bytes it takes.
fn group_name(rest: &[u8]) -> Option<(&str, usize)> {
    let braced = rest.first() == Some(&b'{');
    let start = usize::from(braced);
    let named = rest.get(start..)?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let len = named.iter().take_while(is_name).count();
    let name = std::str::from_utf8(named.get(..len)?).ok()?;
    if name.is_empty() || (braced && named.get(len) != Some(&b'}')) {
        return None;
    }
    Some((name, len + 2 * start))
}

fn quote_meta(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let view = args.view(0)?;
    let mut out = evaluator.builder();
    let mut done = 0;
    for (at, byte) in view.bytes().iter().enumerate() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push_part(view, done..at);
            out.push(b"\\");
            done = at;
        }
    }
    out.push_part(view, done..view.text.len());
    Ok(out.finish()?.into())
}
