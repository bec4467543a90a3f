use std::rc::Rc;

use crate::{Budget, Failure};

use super::{Data, Value};

/// Go's `reflect.DeepEqual`: the same types and the same content; origins do not count.
pub fn deep_equal(budget: &mut Budget, a: &Value, b: &Value) -> Result<bool, Failure> {
    equal(budget, a, b, 0)
}

fn equal(budget: &mut Budget, a: &Value, b: &Value, depth: usize) -> Result<bool, Failure> {
    budget.visit(depth)?;
    Ok(match (&a.data, &b.data) {
        (Data::Nil | Data::NilEntry, Data::Nil | Data::NilEntry) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a, s), Data::Int(b, t)) => a == b && s == t,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Str(a), Data::Str(b)) | (Data::Bytes(a), Data::Bytes(b)) => {
            if a.len() == b.len() {
                budget.touch(a.len())?;
            }
            a == b
        }
        (Data::List(a), Data::List(b)) => {
            if Rc::ptr_eq(a, b) {
                return Ok(true);
            }
            if a.of != b.of || a.nil != b.nil || a.items.len() != b.items.len() {
                return Ok(false);
            }
            for (a, b) in a.items.iter().zip(&b.items) {
                if !equal(budget, a, b, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Map(a), Data::Map(b)) => {
            if a.is_same(b) && a.of().name() == b.of().name() {
                return Ok(true);
            }
            if a.of().name() != b.of().name() || a.is_nil() != b.is_nil() || a.len() != b.len() {
                return Ok(false);
            }
            budget.spend(a.len() / 4)?;
            for ((key, a), (other, b)) in a.entries().iter().zip(&b.entries()) {
                if key != other || !equal(budget, &a.value, &b.value, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Object(a), Data::Object(b)) => {
            Rc::ptr_eq(a, b) || (a.type_name() == b.type_name() && a.print() == b.print())
        }
        _ => false,
    })
}
