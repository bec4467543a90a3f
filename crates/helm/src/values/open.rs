//! Values that are not known, because the chart that sets them is not there.

use std::rc::Rc;

use go_template::{Data, Map};

use super::{Instance, table};
use crate::chart::{Dependency, Found};

/// The import that takes values over to the root.
const ROOT: &str = ".";

/// Opens the values of dependencies that take part and are not there, of a chart and its
/// subcharts: what nobody gives them may be their own.
pub(crate) fn open_missing(chart: &Instance<'_>, values: &Rc<Map>) {
    let is_missing = |one: &&&Dependency| matches!(one.found, Found::Missing(_));
    for dependency in chart.dependencies.iter().filter(is_missing) {
        let key = dependency.values_key();
        match values.get(key).map(|value| value.data) {
            Some(Data::Map(own)) => open(&own),
            Some(_) => {}
            None => {
                let own = Map::default();
                own.open();
                values.set(key, own.into());
            }
        }
        for import in &dependency.imports {
            match import.parent.as_str() {
                ROOT => values.open(),
                parent => table(values, parent).iter().for_each(open),
            }
        }
    }
    for child in &chart.children {
        if let Some(below) = table(values, &child.part.name) {
            open_missing(child, &below);
        }
    }
}

/// Opens a mapping and all that are in it.
fn open(map: &Rc<Map>) {
    map.open();
    for (_, entry) in map.entries() {
        if let Data::Map(inner) = &entry.value.data {
            open(inner);
        }
    }
}
