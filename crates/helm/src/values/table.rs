//! Values by dotted paths.

use std::rc::Rc;

use go_template::{Data, Map, Value};

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
