//! Maps.

use std::rc::Rc;

use super::convert::strval;
use super::{ANY, MAP, Out, STR};
use crate::function::{Args, Function};
use crate::{Budget, Data, Evaluator, Failure, List, Map, MapType, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("dict", &[], dict).rest(ANY).selects(),
    Function::new("get", &[MAP, STR], get).selects(),
    Function::new("set", &[MAP, STR, ANY], set).selects(),
    Function::new("unset", &[MAP, STR], unset).selects(),
    Function::new("hasKey", &[MAP, STR], has_key),
    Function::new("pluck", &[STR], pluck).rest(MAP).selects(),
    Function::new("keys", &[], keys).rest(MAP).selects(),
    Function::new("values", &[MAP], values).selects(),
    Function::new("pick", &[MAP], pick).rest(STR).selects(),
    Function::new("omit", &[MAP], omit).rest(STR).selects(),
    Function::new("dig", &[], dig).rest(ANY).selects(),
    Function::new("deepCopy", &[ANY], copy).selects(),
    Function::new("mustDeepCopy", &[ANY], copy).selects(),
];

fn dict(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let map = Rc::new(Map::default());
    for pair in args.0.chunks(2) {
        let [key, rest @ ..] = pair else { continue };
        let key = strval(evaluator, key)?;
        let key = key.as_text().map(|text| text.to_str()).unwrap_or_default();
        map.set(&*key, rest.first().cloned().unwrap_or_else(|| "".into()));
    }
    Ok(map.into())
}

fn get(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let key = args.str(1)?;
    let map = args.map(0)?;
    let found = map.get(&key);
    evaluator.read(args.value(0)?, &key, found.as_ref());
    Ok(match found {
        Some(found) => found.into_entry(),
        None if map.is_open() => map.missing(),
        None => "".into(),
    })
}

fn set(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (map, value) = (args.map(0)?, args.value(2)?);
    if map.is_nil() {
        let message = "the map is not set, so nothing can be set in it";
        return Err(Failure::new(crate::ErrorKind::NotSet, message)
            .help("give it an empty one: `default dict`"));
    }
    evaluator.budget().spend_entry()?;
    map.set(&*args.str(1)?, value.clone());
    evaluator.entangle(map, value);
    Ok(plain(args.value(0)?))
}

fn unset(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    args.map(0)?.remove(&args.str(1)?);
    Ok(plain(args.value(0)?))
}

/// A map as a function returns it that takes one: of no named type.
pub(super) fn plain(value: &Value) -> Value {
    match &value.data {
        Data::Map(map) if matches!(map.of(), MapType::Named(_)) => Value {
            data: Data::Map(Rc::new(map.as_type(MapType::Any))),
            ..value.clone()
        },
        _ => value.clone(),
    }
}

fn has_key(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let key = args.str(1)?;
    let found = args.map(0)?.get(&key);
    evaluator.read(args.value(0)?, &key, found.as_ref());
    Ok(found.is_some().into())
}

fn pluck(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let key = args.str(0)?;
    let mut found = Vec::new();
    for (index, value) in args.from(1).iter().enumerate() {
        let entry = args.map(index + 1)?.get(&key);
        evaluator.read(value, &key, entry.as_ref());
        found.extend(entry);
    }
    Ok(found.into())
}

fn keys(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut all = Vec::new();
    for index in 0..args.len() {
        let entries = args.map(index)?.entries();
        all.extend(entries.into_iter().map(|(key, entry)| {
            let mut name = Value::from(&*key);
            name.trace.tag = entry.key;
            name
        }));
    }
    Ok(List::strings(all).into())
}

fn values(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let entries = args.map(0)?.entries().into_iter();
    Ok(entries
        .map(|(_, entry)| entry.value)
        .collect::<Vec<_>>()
        .into())
}

fn pick(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (from, kept) = (args.map(0)?, Map::default());
    for index in 1..args.len() {
        let key = args.str(index)?;
        let found = from.entry(&key);
        evaluator.read(
            args.value(0)?,
            &key,
            found.as_ref().map(|entry| &entry.value),
        );
        if let Some(entry) = found {
            kept.insert(&*key, entry);
        }
    }
    Ok(kept.into())
}

fn omit(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let kept = Map::default();
    let entries = args.map(0)?.entries();
    let compared = entries.len().saturating_mul(args.len());
    evaluator.budget().spend(compared / 16)?;
    for (key, entry) in entries {
        let named = |arg: &Value| {
            arg.as_text()
                .is_some_and(|text| text.bytes() == key.as_bytes())
        };
        if !args.from(1).iter().any(named) {
            kept.insert(key, entry);
        }
    }
    Ok(kept.into())
}

/// Goes through keys; where one is missing, the default.
fn dig(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let [keys @ .., default, start] = args.0 else {
        return Err(few_for_dig());
    };
    if keys.is_empty() {
        return Err(few_for_dig());
    }
    let mut value = start.clone();
    for key in keys {
        let Some(key) = key.as_text().map(|text| text.to_str()) else {
            let what = key.describe();
            return Err(Failure::wrong_type(format!(
                "the keys of `dig` are strings, but this is {what}"
            )));
        };
        let Data::Map(map) = &value.data else {
            let what = value.describe();
            let message = format!("`dig` expects a map to look for `{key}` in, but this is {what}");
            return Err(Failure::wrong_type(message));
        };
        if !matches!(map.of(), crate::MapType::Any) {
            let message = format!("`dig` expects a plain map, but this is {}", map.of().name());
            return Err(Failure::wrong_type(message).help("use its `AsMap`"));
        }
        let found = map.get(&key);
        evaluator.read(&value, &key, found.as_ref());
        match found {
            Some(found) => value = found,
            None => return Ok(default.clone()),
        }
    }
    Ok(value.into_entry())
}

fn few_for_dig() -> Failure {
    Failure::new(
        crate::ErrorKind::Arguments,
        "`dig` expects at least one key, a default and a map",
    )
}

fn copy(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    if args.value(0)?.is_nil() {
        let message = "this is not set, so there is nothing to copy";
        return Err(Failure::new(crate::ErrorKind::NotSet, message));
    }
    deep_copy(evaluator.budget(), args.value(0)?, 0)
}

fn deep_copy(budget: &mut Budget, value: &Value, depth: usize) -> Out {
    budget.visit(depth)?;
    let copy: Value = match &value.data {
        Data::List(list) => {
            let items = list.items.iter();
            let items = items.map(|item| deep_copy(budget, item, depth + 1));
            List {
                items: items.collect::<Result<_, _>>()?,
                of: list.of,
                nil: list.nil,
            }
            .into()
        }
        Data::Map(map) => {
            let copy = Map::new(map.of());
            for (key, mut entry) in map.entries() {
                entry.value = deep_copy(budget, &entry.value, depth + 1)?;
                copy.insert(key, entry);
            }
            copy.into()
        }
        _ => return Ok(value.clone()),
    };
    budget.spend_made(&copy)?;
    Ok(copy.traced(value.trace))
}
