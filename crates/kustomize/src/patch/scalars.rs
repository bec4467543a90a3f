//! Lists of scalars that merge, such as finalizers: the patch's values come first, and each
//! stands once.

use manifest::{Fault, FaultKind, View};
use rustc_hash::FxHashMap;

use super::list::{Lists, Slot};
use super::{directive, fault_at, noun};

pub(super) fn merge(lists: &Lists<'_>) -> Result<Vec<Slot>, Fault> {
    // Where a value stands more than once, the last one counts.
    let mut in_base: FxHashMap<&str, usize> = FxHashMap::default();
    let mut order: Vec<&str> = Vec::with_capacity(lists.base.len());
    let mut slots = Vec::with_capacity(lists.base.len() + lists.patch.len());
    for (at, item) in &lists.base {
        if is_value(*item, lists.is_own)? && in_base.insert(item.text(), *at).is_none() {
            order.push(item.text());
        }
    }
    let mut is_new: FxHashMap<&str, ()> = FxHashMap::default();
    for item in &lists.patch {
        if !is_value(*item, true)? || is_new.insert(item.text(), ()).is_some() {
            continue;
        }
        slots.push(match in_base.remove(item.text()) {
            Some(at) => Slot::Base(at, None),
            None => Slot::Added(item.to_node()),
        });
    }
    let rest = order.into_iter().filter_map(|text| in_base.remove(text));
    slots.extend(rest.map(|at| Slot::Base(at, None)));
    Ok(slots)
}

/// Whether the item counts; nulls and empty mappings do not, nor those that hold nothing but a
/// directive if the patch brings them.
fn is_value(item: View<'_>, is_patch: bool) -> Result<bool, Fault> {
    let is_part = |entry| !is_patch || !directive::is_known(entry);
    if item.is_null() || (item.is_map() && !item.entries().any(is_part)) {
        return Ok(false);
    }
    if !item.is_map() && !item.is_seq() {
        return Ok(true);
    }
    let message = format!("a list of scalars contains {}", noun(item));
    Err(fault_at(item, FaultKind::Patch, message)
        .help("kustomize cannot merge such a list; write a scalar"))
}
