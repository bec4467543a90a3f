//! Regular expressions.

use std::cell::RefCell;
use std::rc::Rc;

use ::regex::bytes::{Captures, Match, Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::{INT, Out, STR};
use crate::function::{Args, Function};
use crate::{ErrorKind, Evaluator, Failure, List, ListType, TextBuilder, Value, View};
use go_regex::translate;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", &[STR, STR], |ev, args| {
        match compile(ev, args) {
            Ok(regex) => Ok(regex.is_match(args.bytes(1)?).into()),
            Err(Failure::Here {
                kind: ErrorKind::Function,
                ..
            }) => Ok(false.into()),
            Err(failure) => Err(failure),
        }
    }),
    Function::new("mustRegexMatch", &[STR, STR], |ev, args| {
        Ok(compile(ev, args)?.is_match(args.bytes(1)?).into())
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

/// The longest expression that is read, in bytes.
const LONGEST: usize = 16 << 10;

/// How large a compiled expression may become, in bytes, and for how many bytes of text it takes
/// a step at the worst: every byte may meet all of the expression. Most stay within the first
/// size.
const SIZES: [(usize, Price); 4] = [
    (4 << 10, Price::Bytes(8)),
    (32 << 10, Price::Bytes(1)),
    (256 << 10, Price::Steps(8)),
    (1 << 20, Price::Steps(32)),
];

/// What it takes to go through text.
#[derive(Clone, Copy, Debug)]
enum Price {
    /// A step for so many bytes.
    Bytes(usize),
    /// So many steps for a byte.
    Steps(usize),
}

impl Price {
    fn of(self, bytes: usize) -> usize {
        match self {
            Self::Bytes(count) => bytes / count,
            Self::Steps(count) => bytes.saturating_mul(count),
        }
    }
}

/// An expression, and what it takes to look for it.
struct Compiled {
    regex: Rc<Regex>,
    price: Price,
}

/// How many compiled expressions a thread keeps: charts use few, over and over.
const KEPT: usize = 32;

thread_local! {
    static COMPILED: RefCell<FxHashMap<Box<str>, Compiled>> = RefCell::default();
}

/// The expression of the first argument, paid for as far as it goes through the second.
fn compile(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Rc<Regex>, Failure> {
    let Ok(pattern) = std::str::from_utf8(args.bytes(0)?) else {
        return Err(Failure::function("the regular expression is not UTF-8"));
    };
    if pattern.len() > LONGEST {
        let message = format!("a regular expression is longer than {LONGEST} bytes");
        return Err(Failure::limit(message));
    }
    let length = args.text(1)?.len();
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern) {
            evaluator.budget().spend(known.price.of(length))?;
            return Ok(known.regex.clone());
        }
        evaluator.budget().spend(pattern.len())?;
        let new = build(pattern)?;
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        let (regex, price) = (new.regex.clone(), new.price);
        compiled.insert(pattern.into(), new);
        evaluator.budget().spend(price.of(length))?;
        Ok(regex)
    })
}

fn build(pattern: &str) -> Result<Compiled, Failure> {
    let invalid =
        |why: String| Failure::function(format!("the regular expression is invalid: {why}"));
    let translated = translate(pattern).map_err(invalid)?;
    let mut wrong = None;
    for (size, price) in SIZES {
        let mut builder = RegexBuilder::new(&translated);
        match builder.size_limit(size).dfa_size_limit(1 << 20).build() {
            Ok(regex) => {
                let regex = Rc::new(regex);
                return Ok(Compiled { regex, price });
            }
            Err(error) => {
                let is_large = matches!(error, ::regex::Error::CompiledTooBig(_));
                wrong = Some(error.to_string());
                if !is_large {
                    break;
                }
            }
        }
    }
    // The last line says what; those before draw the translated expression.
    let text = wrong.unwrap_or_default();
    let last = text.lines().last().unwrap_or_default();
    Err(invalid(last.trim_start_matches("error: ").to_owned()))
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

fn find(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let regex = compile(evaluator, args)?;
    let view = args.view(1)?;
    let found = regex.find(view.bytes()).map_or(0..0, |found| found.range());
    Ok(view.part(found).into())
}

/// At most so many; a negative number is no limit.
fn most(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn find_all(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let regex = compile(evaluator, args)?;
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
    let regex = compile(evaluator, args)?;
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
    let regex = compile(evaluator, args)?;
    let (view, template) = (args.view(1)?, args.view(2)?);
    let mut out = evaluator.builder();
    let mut done = 0;
    // For each match, the template is gone through, and each name in it is looked for.
    let names = regex.captures_len();
    let template_price = (template.text.len().saturating_mul(names) + names) / 64;
    for found in regex.captures_iter(view.bytes()) {
        evaluator.budget().spend(1 + template_price)?;
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
