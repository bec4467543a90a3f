//! A chart's own values below those that are given, and the same for its subcharts.
//!
//! Mappings are shared the way Helm shares them, because that can be seen: what a subchart adds
//! to a mapping inside `global` is added for its parent, too.

use std::rc::Rc;

use go_template::{Data, Map, Value};
use manifest::{Fault, FaultKind, Span, Unit};

use super::{Instance, Places};

/// The key whose values all subcharts see.
const GLOBAL: &str = "global";

/// What coalescing needs besides values.
pub(super) struct Context<'a, 'b> {
    pub(super) places: &'a mut Places<'b>,
    pub(super) warnings: &'a mut Vec<Fault>,
    /// Whether nulls are kept, for another round to come.
    pub(super) merge: bool,
}

/// Completes the given values with those of the chart and its subcharts. A null in the given
/// values takes the chart's own value away.
pub(crate) fn coalesce_values(
    chart: &Instance<'_>,
    given: &Rc<Map>,
    places: &mut Places<'_>,
    warnings: &mut Vec<Fault>,
) -> Result<(), Fault> {
    let mut context = Context {
        places,
        warnings,
        merge: false,
    };
    context.coalesce(chart, given, "")
}

impl Context<'_, '_> {
    pub(super) fn coalesce(
        &mut self,
        chart: &Instance<'_>,
        into: &Rc<Map>,
        prefix: &str,
    ) -> Result<(), Fault> {
        self.own_values(chart, into, prefix);
        if let Some(exceeded) = self.places.budget.exceeded() {
            let start = chart.part.package.metadata.source.locate(Span::new(0, 0));
            return Err(exceeded.fault().at_location(start));
        }
        let prefix = join(prefix, &chart.part.name);
        for child in &chart.children {
            let name = &*child.part.name;
            let below = match into.get(name) {
                None => {
                    let map = Rc::new(Map::default());
                    into.set(name, map.clone().into());
                    map
                }
                Some(Value {
                    data: Data::Map(map),
                    ..
                }) => map,
                Some(value) => {
                    let message = format!(
                        "`{name}` has to be a mapping: it holds the values of the subchart `{name}`"
                    );
                    return Err(self.fault(message, &value));
                }
            };
            self.globals(&below, into, &prefix);
            self.coalesce(child, &below, &prefix)?;
        }
        Ok(())
    }

    fn fault(&self, message: String, value: &Value) -> Fault {
        let fault = Fault::new(FaultKind::Values, message);
        match value.trace.tag.and_then(|tag| self.places.get(tag)) {
            Some(place) => fault.at(place),
            None => fault,
        }
    }

    fn warn(&mut self, message: String, value: &Value) {
        let fault = self.fault(message, value);
        self.warnings.push(fault);
    }

    fn own_values(&mut self, chart: &Instance<'_>, into: &Rc<Map>, prefix: &str) {
        let prefix = join(prefix, &chart.part.name);
        let own = chart.own_values(self.places);
        for (key, entry) in own.entries() {
            let path = join(&prefix, &key);
            match (into.get(&key), &entry.value.data) {
                (Some(given), _) if given.is_open() => {}
                (Some(given), _) if given.is_nil() => {
                    if !self.merge {
                        into.remove(&key);
                    }
                }
                (Some(given), data) => match (&given.data, data) {
                    (Data::Map(given), Data::Map(own)) => {
                        let is_child = chart.children.iter().any(|c| *c.part.name == *key);
                        let merge = self.merge || is_child;
                        if !merge {
                            drop_nulls(own);
                        }
                        self.tables(given, own, &path, merge);
                    }
                    (Data::Map(_), _) if !entry.value.is_nil() => {
                        let message =
                            format!("`{path}` is not a mapping in the chart's own values");
                        self.warn(message, &given);
                    }
                    _ => {}
                },
                (None, data) => {
                    if !self.merge {
                        match data {
                            Data::Nil | Data::NilEntry => continue,
                            Data::Map(own) => drop_nulls(own),
                            _ => {}
                        }
                    }
                    into.insert(key, entry);
                }
            }
        }
    }

    /// Hands the globals of a chart down to a subchart.
    fn globals(&mut self, into: &Rc<Map>, from: &Rc<Map>, prefix: &str) {
        let take = |map: &Rc<Map>| match map.get(GLOBAL) {
            None => Ok(Rc::new(Map::default())),
            Some(Value {
                data: Data::Map(map),
                ..
            }) => Ok(map),
            Some(value) => Err(value),
        };
        let (below, above) = match (take(into), take(from)) {
            (Ok(below), Ok(above)) => (below, above),
            (Err(value), _) | (_, Err(value)) => {
                let message = "`global` is not a mapping; subcharts do not see it".to_owned();
                return self.warn(message, &value);
            }
        };
        for (key, entry) in above.entries() {
            let old = below.get(&key).map(|value| value.data);
            match (&entry.value.data, old) {
                (Data::Map(new), old) => {
                    if self.places.budget.spend(Unit::Nodes, new.len()).is_err() {
                        return;
                    }
                    let copy = Rc::new(shallow_copy(new));
                    match old {
                        None => {}
                        Some(Data::Map(old)) => self.tables(&copy, &old, &join(prefix, &key), true),
                        Some(_) => {
                            let message = format!("`global.{key}` is a mapping here only");
                            self.warn(message, &entry.value);
                            continue;
                        }
                    }
                    let mut entry = entry.clone();
                    entry.value.data = Data::Map(copy);
                    below.insert(key, entry);
                }
                (_, Some(Data::Map(_))) => {
                    let message = format!("`global.{key}` is a mapping in the subchart's values");
                    self.warn(message, &entry.value);
                }
                _ => below.insert(key, entry),
            }
        }
        let mut entry = into.entry(GLOBAL).unwrap_or_default();
        if !matches!(entry.value.data, Data::Map(_)) {
            entry.key = from.entry(GLOBAL).and_then(|entry| entry.key);
            entry.value = Value::from(below);
            into.insert(GLOBAL, entry);
        }
    }

    /// Adds to the first mapping what only the second has.
    pub(super) fn tables(&mut self, into: &Rc<Map>, from: &Rc<Map>, prefix: &str, merge: bool) {
        let touched = into.len() + from.len();
        if self.places.budget.spend(Unit::Steps, touched).is_err() {
            return;
        }
        let before = from.entries();
        let was_set = |key: &str| {
            let found = before.binary_search_by(|(other, _)| (**other).cmp(key));
            let entry = found.ok().and_then(|at| before.get(at));
            entry.is_some_and(|(_, entry)| !entry.value.is_nil())
        };
        for (key, entry) in into.entries() {
            if entry.value.is_nil() {
                from.insert(key, entry);
            }
        }
        for (key, entry) in from.entries() {
            let given = into.entry(&key);
            let is_null = given
                .as_ref()
                .is_some_and(|entry| entry.value.is_nil() && !entry.value.is_open());
            if is_null && !merge && was_set(&key) {
                into.remove(&key);
                continue;
            }
            let path = join(prefix, &key);
            match (given.map(|entry| entry.value), &entry.value.data) {
                (None, _) => into.insert(key, entry),
                (Some(given), data) => match (&given.data, data) {
                    (Data::Map(given), Data::Map(own)) => self.tables(given, own, &path, merge),
                    (Data::Map(_), Data::Nil | Data::NilEntry) => {}
                    (Data::Map(_), _) => {
                        let message = format!("`{path}` is not a mapping where it comes from");
                        self.warn(message, &given);
                    }
                    (Data::Nil | Data::NilEntry, _) => {}
                    (_, Data::Map(_)) => {
                        let message = format!("`{path}` is a mapping in the chart's own values");
                        self.warn(message, &given);
                    }
                    _ => {}
                },
            }
        }
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        return key.to_owned();
    }
    format!("{prefix}.{key}")
}

/// The same entries in another mapping.
fn shallow_copy(map: &Map) -> Map {
    let copy = Map::default();
    for (key, entry) in map.entries() {
        copy.insert(key, entry);
    }
    copy
}

/// Nulls in a chart's own values are as if they were not written.
fn drop_nulls(map: &Rc<Map>) {
    for (key, entry) in map.entries() {
        match &entry.value.data {
            Data::Nil | Data::NilEntry => {
                map.remove(&key);
            }
            Data::Map(inner) => drop_nulls(inner),
            _ => {}
        }
    }
}
