//! Values by dotted paths.

use std::rc::Rc;

use go_template::{Data, Entry, List, Map, Value};

/// The mapping at a dotted path.
pub(crate) fn table(values: &Rc<Map>, path: &str) -> Option<Rc<Map>> {
    let mut at = values.clone();
    for key in path.split('.') {
        at = match at.get(key)?.data {
            Data::Map(map) => map,
            _ => return None,
        };
    }
    Some(at)
}

/// The value at a dotted path, which is no mapping.
pub(crate) fn path_value(values: &Rc<Map>, path: &str) -> Option<Value> {
    let value = match path.rsplit_once('.') {
        Some((folder, key)) => table(values, folder)?.get(key)?,
        None => values.get(path)?,
    };
    (!matches!(value.data, Data::Map(_))).then_some(value)
}

/// The same values, shared with nobody.
pub(crate) fn deep_copy(map: &Map) -> Rc<Map> {
    let copy = Map::new(map.of());
    for (key, entry) in map.entries() {
        let value = copy_value(&entry.value);
        copy.insert(key, Entry { value, ..entry });
    }
    Rc::new(copy)
}

fn copy_value(value: &Value) -> Value {
    let data = match &value.data {
        Data::Map(map) => Data::Map(deep_copy(map)),
        Data::List(list) => Data::List(Rc::new(List {
            items: list.items.iter().map(copy_value).collect(),
            of: list.of,
            nil: list.nil,
        })),
        data => data.clone(),
    };
    Value {
        data,
        trace: value.trace,
    }
}
