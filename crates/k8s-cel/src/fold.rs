//! Macros: one expression for each item.

use crate::ast::{Ast, Macro, MacroKind};
use crate::eval::{Evaluated, decide, eval};
use crate::library::order::compare;
use crate::machine::Machine;
use crate::value::Key;
use crate::{Failure, Value, library};

pub(crate) fn run(ast: &Ast, of: &Macro, machine: &mut Machine<'_>) -> Evaluated {
    let range = eval(ast, of.range, machine)?;
    let outer = machine.locals.len();
    let result = match of.kind {
        MacroKind::Bind => {
            machine.locals.push(range);
            eval(ast, of.body, machine)
        }
        MacroKind::OptMap | MacroKind::OptFlatMap => optional(ast, of, range, machine),
        _ => {
            let items = items(&range, of.vars.len())?;
            machine.budget.list(items.len())?;
            each(ast, of, items, machine)
        }
    };
    machine.locals.truncate(outer);
    result
}

fn optional(ast: &Ast, of: &Macro, range: Value, machine: &mut Machine<'_>) -> Evaluated {
    match range {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(value)) => {
            machine.locals.push((*value).clone());
            let result = eval(ast, of.body, machine)?;
            Ok(match of.kind {
                MacroKind::OptMap => Value::some(result),
                _ => result,
            })
        }
        other => Err(library::mismatch(&[other])),
    }
}

/// What the variables stand for, one after the other.
fn items(range: &Value, vars: usize) -> Result<Vec<[Value; 2]>, Failure> {
    let items = match range {
        Value::List(list) if vars == 1 => {
            let items = list.items.iter();
            items.map(|item| [item.clone(), Value::Null]).collect()
        }
        Value::List(list) => {
            let items = list.items.iter().enumerate();
            items
                .map(|(at, item)| [Value::Int(at as i64), item.clone()])
                .collect()
        }
        Value::Map(map) => {
            let entries = map.entries().iter();
            entries
                .map(|(key, value)| [key.value(), value.clone()])
                .collect()
        }
        other => return Err(library::mismatch(std::slice::from_ref(other))),
    };
    Ok(items)
}

fn each(ast: &Ast, of: &Macro, items: Vec<[Value; 2]>, machine: &mut Machine<'_>) -> Evaluated {
    let outer = machine.locals.len();
    let mut failure: Option<Failure> = None;
    let mut count = 0;
    let mut list = Vec::new();
    let mut entries = Vec::new();
    for [first, second] in items {
        machine.locals.truncate(outer);
        machine.locals.push(first.clone());
        if of.vars.len() > 1 {
            machine.locals.push(second);
        }
        if let Some(filter) = of.filter
            && !decide(eval(ast, filter, machine))?
        {
            continue;
        }
        match of.kind {
            MacroKind::All | MacroKind::Exists => {
                let decides = of.kind == MacroKind::Exists;
                match decide(eval(ast, of.body, machine)) {
                    Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                    Ok(_) => {}
                    Err(Failure::BUDGET) => return Err(Failure::BUDGET),
                    Err(other) => {
                        failure = Some(match failure {
                            Some(failure) => failure.or(other),
                            None => other,
                        });
                    }
                }
            }
            MacroKind::ExistsOne => {
                count += usize::from(decide(eval(ast, of.body, machine))?);
            }
            MacroKind::Filter => {
                if decide(eval(ast, of.body, machine))? {
                    list.push(first);
                }
            }
            MacroKind::TransformMap => match Key::of(&first) {
                Some(key) => entries.push((key, eval(ast, of.body, machine)?)),
                None => return Err(library::mismatch(&[first])),
            },
            MacroKind::TransformMapEntry => {
                let made = eval(ast, of.body, machine)?;
                let Value::Map(made) = made else {
                    return Err(library::mismatch(&[made]));
                };
                entries.extend(made.entries().iter().cloned());
            }
            MacroKind::SortBy => {
                list.push(eval(ast, of.body, machine)?);
                entries.push((Key::Int(entries.len() as i64), first));
            }
            _ => list.push(eval(ast, of.body, machine)?),
        }
    }
    match of.kind {
        MacroKind::All | MacroKind::Exists => match failure {
            Some(failure) => Err(failure),
            None => Ok(Value::Bool(of.kind == MacroKind::All)),
        },
        MacroKind::ExistsOne => Ok(Value::Bool(count == 1)),
        MacroKind::TransformMap | MacroKind::TransformMapEntry => {
            machine.budget.list(2 * entries.len())?;
            let made = entries.len();
            match crate::Map::new(entries) {
                map if map.entries().len() < made => {
                    Err(Failure::error("two entries of a map have the same key"))
                }
                map => Ok(Value::Map(map.into())),
            }
        }
        MacroKind::SortBy => {
            let values = entries.into_iter().map(|(_, value)| value).collect();
            sorted(list, values, machine)
        }
        _ => machine.list(list),
    }
}

/// Values in the order of their keys.
pub(crate) fn sorted(keys: Vec<Value>, values: Vec<Value>, machine: &mut Machine<'_>) -> Evaluated {
    if let Some(first) = keys.first() {
        for key in &keys {
            if compare(first, key).is_none() || first.type_name() != key.type_name() {
                return Err(library::mismatch(&[first.clone(), key.clone()]));
            }
        }
    }
    let work = keys.len().checked_ilog2().unwrap_or(0) as usize + 1;
    machine.budget.spend(keys.len() * work)?;
    let mut pairs: Vec<(Value, Value)> = keys.into_iter().zip(values).collect();
    pairs.sort_by(|(a, _), (b, _)| compare(a, b).unwrap_or(std::cmp::Ordering::Equal));
    machine.list(pairs.into_iter().map(|(_, value)| value).collect())
}
