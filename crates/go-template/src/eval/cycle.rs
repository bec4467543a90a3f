//! Maps that contain themselves, which nobody would ever drop.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::{Data, Evaluator, Map, Value};

impl Evaluator<'_> {
    /// A value was put into a map. If the value could lead back to the map, that is looked at
    /// when all is done.
    pub fn entangle(&mut self, map: &Rc<Map>, value: &Value) {
        let nests = matches!(value.data, Data::Map(_) | Data::List(_));
        let known = |other: &Rc<Map>| Rc::ptr_eq(other, map);
        if nests && !self.entangled.last().is_some_and(known) {
            self.entangled.push(map.clone());
        }
    }
}

impl Drop for Evaluator<'_> {
    fn drop(&mut self) {
        let mut seen = FxHashSet::default();
        for map in std::mem::take(&mut self.entangled) {
            if seen.insert(Rc::as_ptr(&map)) && contains_itself(&map) {
                map.clear();
            }
        }
    }
}

fn contains_itself(map: &Rc<Map>) -> bool {
    let mut seen = FxHashSet::default();
    let mut open: Vec<Value> = values(map);
    while let Some(value) = open.pop() {
        match &value.data {
            Data::Map(inner) if Rc::ptr_eq(inner, map) => return true,
            Data::Map(inner) if seen.insert(Rc::as_ptr(inner).cast::<()>()) => {
                open.append(&mut values(inner));
            }
            Data::List(list) if seen.insert(Rc::as_ptr(list).cast::<()>()) => {
                open.extend(list.items.iter().cloned());
            }
            _ => {}
        }
    }
    false
}

fn values(map: &Map) -> Vec<Value> {
    let entries = map.entries().into_iter();
    entries.map(|(_, entry)| entry.value).collect()
}
