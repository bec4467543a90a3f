//! Maps that contain themselves, which nobody would ever drop.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{Data, Evaluator, Map, Value};

impl Evaluator<'_> {
    /// A value was put into a map. If the value could lead back to the map, that is looked at
    /// when all is done.
    pub fn entangle(&mut self, map: &Rc<Map>, value: &Value) {
        let nests = matches!(value.data, Data::Map(_) | Data::List(_));
        let known = |other: &Rc<Map>| other.is_same(map);
        if nests && !self.entangled.last().is_some_and(known) {
            self.entangled.push(map.clone());
        }
    }
}

impl Drop for Evaluator<'_> {
    fn drop(&mut self) {
        for map in looping(std::mem::take(&mut self.entangled)) {
            map.clear();
        }
    }
}

/// What is to be done on the way through values.
enum Step {
    Enter(Value),
    Leave(usize),
}

/// Maps that the way through them leads back to; without them nothing contains itself.
fn looping(roots: Vec<Rc<Map>>) -> Vec<Rc<Map>> {
    // Whether what stands at an address is still being gone through.
    let mut open: FxHashMap<usize, bool> = FxHashMap::default();
    let mut found = Vec::new();
    let mut steps: Vec<Step> = roots
        .into_iter()
        .map(|map| Step::Enter(map.into()))
        .collect();
    while let Some(step) = steps.pop() {
        let value = match step {
            Step::Enter(value) => value,
            Step::Leave(address) => {
                open.insert(address, false);
                continue;
            }
        };
        let (address, inner) = match &value.data {
            Data::Map(map) => {
                let address = map.address();
                if open.get(&address) == Some(&true) {
                    found.push(map.clone());
                }
                (address, None)
            }
            Data::List(list) => (Rc::as_ptr(list).addr(), Some(list.items.clone())),
            _ => continue,
        };
        if open.contains_key(&address) {
            continue;
        }
        open.insert(address, true);
        steps.push(Step::Leave(address));
        let inner = inner.or_else(|| value.as_map().map(|map| values(&map)));
        steps.extend(inner.unwrap_or_default().into_iter().map(Step::Enter));
    }
    found
}

fn values(map: &Map) -> Vec<Value> {
    let entries = map.entries().into_iter();
    entries.map(|(_, entry)| entry.value).collect()
}
