//! Functions that run templates, or stop them.

use std::sync::Arc;

use go_template::{Args, Data, ErrorKind, Evaluator, Failure, Function, Text, Value, parse_made};

use super::{ANY, STR};
use crate::host::{ParsedText, World};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("include", &[STR, ANY], include).selects(),
    Function::new("tpl", &[STR, ANY], tpl).selects(),
    Function::new("required", &[STR, ANY], required).selects(),
];

/// How often a template may be under way at the same time.
const RECURSION: usize = 1000;

/// How many texts are kept once they are parsed, and how many bytes of them.
const KEPT: usize = 1000;
const KEPT_BYTES: usize = 4 << 20;

/// How many times its length a text takes once it is parsed.
const PARSED: usize = 8;

/// What Go prints for no value; Helm prints nothing.
const NO_VALUE: &[u8] = b"<no value>";

fn world<'e>(evaluator: &'e mut Evaluator<'_>) -> Result<&'e mut World, Failure> {
    let world = evaluator.host().as_any().downcast_mut();
    world.ok_or_else(|| Failure::function("this function works in charts only"))
}

fn include(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let name = args.str(0)?;
    let included = &mut world(evaluator)?.included;
    match included.get_mut(&*name) {
        Some(count) if *count > RECURSION => {
            let message = format!("`{name}` includes itself endlessly");
            return Err(Failure::limit(message));
        }
        Some(count) => *count += 1,
        None => {
            included.insert((&*name).into(), 1);
        }
    }
    let text = evaluator.render(&name, args.value(1)?);
    if let Some(count) = world(evaluator)?.included.get_mut(&*name) {
        *count -= 1;
    }
    Ok(text?.into())
}

fn tpl(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let view = args.view(0)?;
    if memchr::memmem::find(view.bytes(), b"{{").is_none() {
        return Ok(without_no_value(&view.to_text())?.into());
    }
    let length = view.bytes().len();
    let world = world(evaluator)?;
    let is_same = |known: &&ParsedText| {
        known.trace == view.trace && known.text.pieces() == view.text.pieces()
    };
    let known = world.parsed.get(view.bytes());
    let parsed = match known.and_then(|texts| texts.iter().find(is_same)) {
        Some(known) => known.parsed.clone(),
        None => {
            evaluator.budget().spend(length / 16)?;
            evaluator
                .budget()
                .spend_bytes(length.saturating_mul(PARSED))?;
            let parsed = Arc::new(parse_made("gotpl", view.to_text()));
            let world = self::world(evaluator)?;
            if world.kept.0 < KEPT && world.kept.1 + length < KEPT_BYTES {
                world.kept.0 += 1;
                world.kept.1 += length;
                let texts = world.parsed.entry(view.bytes().into()).or_default();
                texts.push(ParsedText {
                    trace: view.trace,
                    text: view.text.clone(),
                    parsed: parsed.clone(),
                });
            }
            parsed
        }
    };
    let text = evaluator.render_parsed(&parsed, args.value(1)?)?;
    Ok(without_no_value(&text)?.into())
}

/// A text without what Go prints for no value.
pub(crate) fn without_no_value(text: &Text) -> Result<Text, Failure> {
    match memchr::memmem::find(text.bytes(), NO_VALUE) {
        Some(_) => text.replace(NO_VALUE, &Text::from(""), usize::MAX),
        None => Ok(text.clone()),
    }
}

fn required(_: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let value = args.value(1)?;
    let missing = match &value.data {
        _ if value.is_open() => false,
        Data::Nil | Data::NilEntry => true,
        Data::Str(text) => text.is_empty(),
        _ => false,
    };
    match missing {
        true => Err(Failure::new(ErrorKind::Refused, args.str(0)?)),
        false => Ok(value.clone()),
    }
}
