//! Strings taken apart.

use super::{INT, Out, STR};
use crate::function::{Args, Function};
use crate::{Evaluator, Failure, List, Map, MapType, Value, View};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("splitList", &[STR, STR], split_list).selects(),
    Function::new("split", &[STR, STR], |ev, args| {
        let parts = parts(ev, args.view(1)?, args.bytes(0)?, usize::MAX)?;
        Ok(numbered(parts))
    })
    .selects(),
    Function::new("splitn", &[STR, INT, STR], |ev, args| {
        let limit = match args.int(1)? {
            0 => return Ok(Map::new(MapType::Str).into()),
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        };
        let parts = parts(ev, args.view(2)?, args.bytes(0)?, limit)?;
        Ok(numbered(parts))
    })
    .selects(),
];

fn split_list(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let parts = parts(evaluator, args.view(1)?, args.bytes(0)?, usize::MAX)?;
    Ok(List::strings(parts).into())
}

fn parts(
    evaluator: &mut Evaluator<'_>,
    view: View<'_>,
    separator: &[u8],
    limit: usize,
) -> Result<Vec<Value>, Failure> {
    let limit = limit.min(evaluator.budget().items_left().saturating_add(1));
    let ranges = view.split(separator, limit);
    evaluator.budget().spend_items(ranges.len())?;
    let part = |range| Value::from(view.part(range));
    Ok(ranges.into_iter().map(part).collect())
}

/// A map with the keys `_0`, `_1` and so on.
fn numbered(parts: Vec<Value>) -> Value {
    let map = Map::new(MapType::Str);
    for (index, part) in parts.into_iter().enumerate() {
        map.set(format!("_{index}"), part);
    }
    map.into()
}
