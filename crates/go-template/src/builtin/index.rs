//! `index`, `slice` and `len`.

use crate::function::Args;
use crate::{Data, Evaluator, Failure, IntType, List, Value};

type Out = Result<Value, Failure>;

pub(super) fn index(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut item = args.value(0)?.clone();
    if item.is_open() {
        return Ok(item);
    }
    if item.is_nil() {
        return Err(Failure::new(
            crate::ErrorKind::NotSet,
            "this is not set, so it has no entries",
        ));
    }
    for index in args.from(1) {
        item = entry(evaluator, &item, index)?;
    }
    Ok(item)
}

fn entry(evaluator: &mut Evaluator<'_>, item: &Value, index: &Value) -> Out {
    if item.is_open() {
        return Ok(item.clone());
    }
    if let Some(map) = item.as_map() {
        let Some(key) = index.as_text() else {
            let what = index.describe();
            return Err(Failure::wrong_type(format!(
                "the keys of a map are strings, but this is {what}"
            )));
        };
        let key = key.to_str();
        let found = map.get(&key);
        evaluator.read(item, &key, found.as_ref());
        return Ok(found.map_or_else(|| map.missing(), Value::into_entry));
    }
    if let Data::Str(text) = &item.data {
        let at = position(index, text.len())?;
        return match text.bytes().get(at) {
            Some(&byte) => {
                Ok(Value::new(Data::Int(byte.into(), IntType::Uint8)).traced(item.trace))
            }
            None => Err(outside(at, text.len())),
        };
    }
    if let Some(list) = evaluator.list(item)? {
        let at = position(index, list.items.len())?;
        return match list.items.get(at) {
            Some(value) => Ok(value.clone().into_entry()),
            None => Err(outside(at, list.items.len())),
        };
    }
    if item.is_nil() {
        return Err(Failure::new(
            crate::ErrorKind::NotSet,
            "an entry on the way is not set, so it has no entries",
        ));
    }
    let what = item.describe();
    Err(Failure::wrong_type(format!("{what} has no entries")))
}

fn position(index: &Value, len: usize) -> Result<usize, Failure> {
    match index.data {
        Data::Int(at, _) => usize::try_from(at)
            .ok()
            .filter(|&at| at <= len)
            .ok_or_else(|| outside(at, len)),
        _ => {
            let what = index.describe();
            let message = format!("list indexes are integers, but this is {what}");
            Err(Failure::wrong_type(message).help("convert it with `int`"))
        }
    }
}

fn outside(at: impl std::fmt::Display, len: usize) -> Failure {
    Failure::function(format!(
        "the index {at} is out of range: the length is {len}"
    ))
}

pub(super) fn slice(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let item = args.value(0)?;
    if item.is_nil() {
        let message = "this is not set, so it cannot be sliced";
        return Err(Failure::new(crate::ErrorKind::NotSet, message));
    }
    let bounds = args.from(1);
    let (len, limit) = match (&item.data, evaluator.list(item)?) {
        (Data::Str(text), _) => (text.len(), 2),
        (_, Some(list)) => (list.items.len(), 3),
        _ => {
            let what = item.describe();
            return Err(Failure::wrong_type(format!("{what} cannot be sliced")));
        }
    };
    if bounds.len() > limit {
        let message = format!("there are {} bounds, but {limit} at most", bounds.len());
        return Err(Failure::function(message));
    }
    let mut ends = [0, len, len];
    for (end, bound) in ends.iter_mut().zip(bounds) {
        *end = position(bound, len)?;
    }
    let [start, end, capacity] = ends;
    if start > end || (bounds.len() == 3 && end > capacity) {
        return Err(Failure::function(format!(
            "the bounds {start} and {end} are reversed"
        )));
    }
    if let Some(view) = item.as_view() {
        return Ok(view.part(start..end).into());
    }
    let list = item.as_list().unwrap_or_default();
    Ok(List {
        items: list.items.get(start..end).unwrap_or_default().to_vec(),
        of: list.of,
        nil: false,
    }
    .into())
}

pub(super) fn len(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let item = args.value(0)?;
    let len = match (&item.data, item.as_map()) {
        (Data::Str(text) | Data::Bytes(text), _) => text.len(),
        (_, Some(map)) => map.len(),
        _ => match item.as_list() {
            Some(list) => list.items.len(),
            None => {
                let what = item.describe();
                return Err(Failure::wrong_type(format!("{what} has no length")));
            }
        },
    };
    Ok(i64::try_from(len).unwrap_or(i64::MAX).into())
}
