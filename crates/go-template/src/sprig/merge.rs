//! Maps merged into one another.

use std::rc::Rc;

use super::dict::plain;
use super::{MAP, Out};
use crate::function::{Args, Function};
use crate::{Budget, Data, Evaluator, Failure, Map, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("merge", &[MAP], |ev, args| merge_all(ev, args, false))
        .rest(MAP)
        .selects(),
    Function::new("mustMerge", &[MAP], |ev, args| merge_all(ev, args, false))
        .rest(MAP)
        .selects(),
    Function::new("mergeOverwrite", &[MAP], |ev, args| {
        merge_all(ev, args, true)
    })
    .rest(MAP)
    .selects(),
    Function::new("mustMergeOverwrite", &[MAP], |ev, args| {
        merge_all(ev, args, true)
    })
    .rest(MAP)
    .selects(),
];

/// Merges the later maps into the first, which is changed.
fn merge_all(evaluator: &mut Evaluator<'_>, args: Args<'_>, overwrite: bool) -> Out {
    let first = args.map(0)?;
    let mut result = plain(args.value(0)?);
    let mut into = first.clone();
    for index in 1..args.len() {
        let from = args.map(index)?;
        if from.is_nil() {
            continue;
        }
        if into.is_nil() {
            into = Rc::new(Map::default());
            result = Value::from(into.clone());
        }
        merge(evaluator.budget(), &into, from, overwrite, 0)?;
        evaluator.entangle(&into, args.value(index)?);
    }
    Ok(result)
}

/// Adds what is missing or empty; with `overwrite` everything. Maps on both sides are merged in
/// turn; a map or list that is taken over is shared, not copied.
fn merge(
    budget: &mut Budget,
    into: &Rc<Map>,
    from: &Rc<Map>,
    overwrite: bool,
    depth: usize,
) -> Result<(), Failure> {
    budget.visit(depth)?;
    if into.is_same(from) {
        return Ok(());
    }
    for (key, entry) in from.entries() {
        budget.spend(1)?;
        let before = into.get(&key);
        if entry.value.is_nil() {
            if overwrite {
                budget.spend_entry()?;
                into.insert(key, entry);
            }
            continue;
        }
        if let Data::Map(new) = &entry.value.data
            && let Some(Data::Map(old)) = before.as_ref().map(|value| &value.data)
        {
            merge(budget, old, new, overwrite, depth + 1)?;
            if !old.is_empty() {
                continue;
            }
        }
        let full = before.as_ref().is_some_and(Value::truth);
        if overwrite || !full {
            budget.spend_entry()?;
            into.insert(key, entry);
        }
    }
    Ok(())
}
