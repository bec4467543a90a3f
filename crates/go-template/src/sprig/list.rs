//! Lists.

use std::rc::Rc;

use super::convert::{strings, strval, to_int};
use super::{ANY, INT, Out};
use crate::function::{Args, Function};
use crate::{Evaluator, Failure, List, ListType, Value, deep_equal};

/// A function under its name and the one that begins with `must`.
macro_rules! both {
    ($name:literal, $must:literal, $params:expr, $run:expr) => {
        [
            Function::new($name, $params, $run).selects(),
            Function::new($must, $params, $run).selects(),
        ]
    };
}

const PAIRS: [[Function; 2]; 12] = [
    both!("append", "mustAppend", &[ANY, ANY], append),
    both!("push", "mustPush", &[ANY, ANY], append),
    both!("prepend", "mustPrepend", &[ANY, ANY], prepend),
    both!("first", "mustFirst", &[ANY], |ev, args| {
        Ok(items(ev, args, 0, "first")?
            .items
            .first()
            .cloned()
            .unwrap_or_default()
            .into_entry())
    }),
    both!("last", "mustLast", &[ANY], |ev, args| {
        Ok(items(ev, args, 0, "last")?
            .items
            .last()
            .cloned()
            .unwrap_or_default()
            .into_entry())
    }),
    both!("rest", "mustRest", &[ANY], |ev, args| {
        Ok(inner(&*items(ev, args, 0, "rest")?, 1, 0))
    }),
    both!("initial", "mustInitial", &[ANY], |ev, args| {
        Ok(inner(&*items(ev, args, 0, "initial")?, 0, 1))
    }),
    both!("reverse", "mustReverse", &[ANY], |ev, args| {
        let list = items(ev, args, 0, "reverse")?;
        Ok(list.items.iter().rev().cloned().collect::<Vec<_>>().into())
    }),
    both!("uniq", "mustUniq", &[ANY], uniq),
    both!("compact", "mustCompact", &[ANY], |ev, args| {
        let list = items(ev, args, 0, "compact")?;
        let full = list
            .items
            .iter()
            .filter(|item| item.truth() || super::flow::is_struct(item));
        Ok(full.cloned().collect::<Vec<_>>().into())
    }),
    both!("has", "mustHas", &[ANY, ANY], has),
    both!("chunk", "mustChunk", &[INT, ANY], chunk),
];

const fn flat() -> [Function; 24] {
    let mut all = [PAIRS[0][0]; 24];
    let mut index = 0;
    while index < 24 {
        all[index] = PAIRS[index / 2][index % 2];
        index += 1;
    }
    all
}

pub(super) const FUNCTIONS: &[Function] = &{
    const MORE: [Function; 8] = [
        Function::new("list", &[], list).rest(ANY).selects(),
        Function::new("tuple", &[], list).rest(ANY).selects(),
        Function::new("without", &[ANY], without)
            .rest(ANY)
            .selects(),
        Function::new("mustWithout", &[ANY], without)
            .rest(ANY)
            .selects(),
        Function::new("slice", &[ANY], slice).rest(ANY).selects(),
        Function::new("mustSlice", &[ANY], slice)
            .rest(ANY)
            .selects(),
        Function::new("concat", &[], concat).rest(ANY).selects(),
        Function::new("sortAlpha", &[ANY], sort_alpha).selects(),
    ];
    let pairs = flat();
    let mut all = [MORE[0]; 32];
    let mut index = 0;
    while index < 32 {
        all[index] = if index < 24 {
            pairs[index]
        } else {
            MORE[index - 24]
        };
        index += 1;
    }
    all
};

fn items(
    evaluator: &mut Evaluator<'_>,
    args: Args<'_>,
    index: usize,
    name: &str,
) -> Result<Rc<List>, Failure> {
    let value = args.value(index)?;
    evaluator.list(value)?.ok_or_else(|| {
        let what = value.describe();
        Failure::wrong_type(format!("`{name}` expects a list, but this is {what}"))
    })
}

/// A list without some items at its ends; of an empty one Go gives the nil list.
fn inner(list: &List, start: usize, end: usize) -> Value {
    if list.items.is_empty() {
        return List::nil(ListType::Any).into();
    }
    let kept = list.items.get(start..list.items.len() - end);
    kept.unwrap_or_default().to_vec().into()
}

fn list(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    Ok(args.0.to_vec().into())
}

fn append(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut all = items(evaluator, args, 0, "append")?.items.clone();
    all.push(args.value(1)?.clone());
    Ok(all.into())
}

fn prepend(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let list = items(evaluator, args, 0, "prepend")?;
    let mut all = vec![args.value(1)?.clone()];
    all.extend(list.items.iter().cloned());
    Ok(all.into())
}

fn contains(ev: &mut Evaluator<'_>, list: &[Value], wanted: &Value) -> Result<bool, Failure> {
    for item in list {
        if deep_equal(ev.budget(), wanted, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut kept: Vec<Value> = Vec::new();
    for item in &items(evaluator, args, 0, "uniq")?.items {
        if !contains(evaluator, &kept, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn without(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut kept: Vec<Value> = Vec::new();
    for item in &items(evaluator, args, 0, "without")?.items {
        if !contains(evaluator, args.from(1), item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn has(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    if args.value(1)?.is_nil() {
        return Ok(false.into());
    }
    let list = items(evaluator, args, 1, "has")?;
    Ok(contains(evaluator, &list.items, args.value(0)?)?.into())
}

fn chunk(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let list = items(evaluator, args, 1, "chunk")?;
    let Some(size) = usize::try_from(args.int(0)?).ok().filter(|&size| size > 0) else {
        return Err(Failure::function("`chunk` expects a size greater than 0"));
    };
    let mut chunks = Vec::new();
    for chunk in list.items.chunks(size) {
        let chunk: Value = chunk.to_vec().into();
        evaluator.budget().spend_items(1)?;
        evaluator.budget().spend_made(&chunk)?;
        chunks.push(chunk);
    }
    Ok(List {
        items: chunks,
        of: ListType::Lists,
        nil: false,
    }
    .into())
}

fn slice(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let list = items(evaluator, args, 0, "slice")?;
    let len = list.items.len();
    if len == 0 {
        return Ok(Value::NIL);
    }
    let bound = |index: usize, default: usize| match args.0.get(index) {
        Some(value) => usize::try_from(to_int(value)).ok(),
        None => Some(default),
    };
    let range = match (bound(1, 0), bound(2, len)) {
        (Some(start), Some(end)) => list.items.get(start..end),
        _ => None,
    };
    match range {
        Some(items) => Ok(List {
            items: items.to_vec(),
            of: list.of,
            nil: false,
        }
        .into()),
        None => Err(Failure::function(format!(
            "the bounds are out of range for a list of {len} items"
        ))),
    }
}

fn concat(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut all = Vec::new();
    for index in 0..args.len() {
        let list = items(evaluator, args, index, "concat")?;
        all.extend(list.items.iter().cloned());
    }
    if all.is_empty() {
        return Ok(List::nil(ListType::Any).into());
    }
    Ok(all.into())
}

fn sort_alpha(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let value = args.value(0)?;
    if evaluator.list(value)?.is_none() {
        return Ok(List::strings(vec![strval(evaluator, value)?]).into());
    }
    let mut all = strings(evaluator, value)?;
    let bytes = |value: &Value| value.as_text().map_or(0, crate::Text::len);
    let compared = all.iter().map(bytes).sum();
    evaluator.budget().touch(compared)?;
    evaluator.budget().spend(all.len())?;
    all.sort_by(|a, b| {
        let bytes = |value| Value::as_text(value).map(crate::Text::bytes);
        bytes(a).cmp(&bytes(b))
    });
    Ok(List::strings(all).into())
}
