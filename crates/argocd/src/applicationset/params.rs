//! Parameters: what generators give and templates take.

use std::rc::Rc;

use go_template::{
    Data, Entry, Failure, List, ListType, Map, MapType, Text, TextBuilder, Value, format,
};
use manifest::{Dialect, Kind, Scalar, Src, View};

use super::places::Places;
use super::work::Work;
use crate::shape::DEPTH;

/// One set of parameters, of which one Application is made.
#[derive(Clone, Debug)]
pub(super) struct Params {
    /// The parameters under their names.
    pub(super) map: Rc<Map>,
    /// What brought them: list elements, files, clusters, patterns of folders.
    pub(super) from: Vec<Src>,
}

/// A value as templates see it: numbers are floating-point numbers, as in JSON.
///
/// # Errors
/// A limit is reached.
pub(super) fn value(
    view: View<'_>,
    places: &mut Places,
    work: &mut Work,
) -> Result<Value, Failure> {
    value_at(view, places, work, 0)
}

fn value_at(
    view: View<'_>,
    places: &mut Places,
    work: &mut Work,
    depth: usize,
) -> Result<Value, Failure> {
    work.spend(1)?;
    if depth > DEPTH {
        return Err(Failure::limit("a parameter is nested too deeply"));
    }
    let origin = view.origin();
    let value = match view.kind() {
        Kind::Map => {
            let map = Map::default();
            for entry in view.entries() {
                let key = entry.key.origin().map(|src| places.tag(&src));
                let value = value_at(entry.value, places, work, depth + 1)?;
                map.insert(entry.key.text(), Entry { value, key });
            }
            map.into()
        }
        Kind::Seq => {
            let items = view.items();
            let items = items.map(|item| value_at(item, places, work, depth + 1));
            List::new(items.collect::<Result<_, _>>()?).into()
        }
        Kind::Scalar | Kind::Alias => match view.scalar(Dialect::Kustomize) {
            None | Some(Scalar::Null) => Value::NIL,
            Some(Scalar::Bool(value)) => Value::from(value),
            Some(Scalar::Int(value)) => Value::from(value as f64),
            Some(Scalar::Uint(value)) => Value::from(value as f64),
            Some(Scalar::Float(value)) => Value::from(value),
            Some(Scalar::Str(_)) => return Ok(text(view, places)),
        },
    };
    Ok(value.traced(places.trace(origin.as_ref())))
}

/// A scalar's content as a value.
pub(super) fn text(view: View<'_>, places: &mut Places) -> Value {
    let content = Value::text(places.text(view));
    match view {
        // Its pieces say where it came from.
        View::Made(_) => content,
        _ => {
            let origin = view.origin();
            content.traced(places.trace(origin.as_ref()))
        }
    }
}

/// A value as `%v` prints it.
///
/// # Errors
/// A limit is reached.
pub(super) fn printed(value: &Value, work: &mut Work) -> Result<Text, Failure> {
    if let Some(view) = value.as_view() {
        return Ok(view.to_text());
    }
    let mut out = TextBuilder::new(work.budget().text());
    format::display(work.budget(), value, &mut out)?;
    let text = out.finish()?;
    let mut out = TextBuilder::new(usize::MAX);
    match text.pieces().is_empty() {
        true => out.push_made(text.bytes(), value.trace),
        false => out.push_view(text.as_view()),
    }
    out.finish()
}

/// Parameters with a name for each value that is neither a map nor a list of anything, such as
/// `image.tag` and `hosts.0`.
///
/// # Errors
/// A limit is reached.
pub(super) fn flatten(params: &Map, work: &mut Work) -> Result<Map, Failure> {
    let flat = Map::default();
    let mut open: Vec<(Rc<str>, Value)> = below(params, None);
    while let Some((name, value)) = open.pop() {
        work.spend(1)?;
        work.budget().spend_bytes(name.len())?;
        match &value.data {
            Data::Map(map) => open.extend(below(map, Some(&name))),
            Data::List(list) if list.of == ListType::Any => {
                let items = list.items.iter().enumerate();
                open.extend(
                    items.map(|(index, item)| (Rc::from(format!("{name}.{index}")), item.clone())),
                );
            }
            _ => flat.set(name, value),
        }
    }
    Ok(flat)
}

/// The values of a map under their names, to be taken from the end.
fn below(map: &Map, before: Option<&str>) -> Vec<(Rc<str>, Value)> {
    let entries = map.entries().into_iter().rev();
    let named = entries.map(|(key, entry)| {
        let name = match before {
            Some(before) => format!("{before}.{key}").into(),
            None => key,
        };
        (name, entry.value)
    });
    named.collect()
}

/// Why two sets of parameters do not go together.
#[derive(Debug)]
pub(super) enum Clash {
    /// A limit is reached.
    Failed(Failure),
    /// Both give this parameter, and not the same text.
    Differ(Rc<str>),
    /// The first one holds text only under this name, and the other one anything.
    Typed(Rc<str>),
}

impl From<Failure> for Clash {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Both sets, all of it as text; one parameter may not have two values.
pub(super) fn combine(a: &Map, b: &Map, work: &mut Work) -> Result<Map, Clash> {
    let all = Map::default();
    for (key, entry) in a.entries() {
        work.spend(1)?;
        let value = Value::text(printed(&entry.value, work)?);
        all.insert(key, Entry { value, ..entry });
    }
    for (key, entry) in b.entries() {
        work.spend(1)?;
        let text = printed(&entry.value, work)?;
        match all.get(&key) {
            Some(before) if before.as_text() != Some(&text) => return Err(Clash::Differ(key)),
            // The first one keeps its origin.
            Some(_) => {}
            None => {
                let value = Value::text(text);
                all.insert(key, Entry { value, ..entry });
            }
        }
    }
    Ok(all)
}

/// Lets values of a set win over those of another, maps within maps. Neither is changed.
pub(super) fn merge_over(into: &Map, over: &Map, work: &mut Work) -> Result<Map, Clash> {
    merge_at(into, over, work, 0)
}

fn merge_at(into: &Map, over: &Map, work: &mut Work, depth: usize) -> Result<Map, Clash> {
    if depth > DEPTH {
        return Err(Failure::limit("a parameter is nested too deeply").into());
    }
    let merged = Map::new(into.of());
    for (key, entry) in into.entries() {
        work.spend(1)?;
        merged.insert(key, entry);
    }
    for (key, mut entry) in over.entries() {
        work.spend(1)?;
        if matches!((into.of(), over.of()), (MapType::Str, MapType::Any)) {
            return Err(Clash::Typed(key));
        }
        if let Some(before) = merged.get(&key)
            && let (Data::Map(a), Data::Map(b)) = (&before.data, &entry.value.data)
        {
            let inner = merge_at(a, b, work, depth + 1);
            let inner = inner.map_err(|clash| match clash {
                Clash::Typed(inner) => Clash::Typed(format!("{key}.{inner}").into()),
                other => other,
            })?;
            entry.value = Value::from(inner).traced(before.trace);
        }
        merged.insert(key, entry);
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&'static str, Value)]) -> Map {
        Map::from_iter(entries.iter().cloned())
    }

    fn show(map: &Map) -> String {
        let mut work = Work::new();
        let value = Value::from(Rc::new(map.clone_shallow()));
        printed(&value, &mut work).unwrap().to_str().into_owned()
    }

    trait CloneShallow {
        fn clone_shallow(&self) -> Map;
    }

    impl CloneShallow for Map {
        fn clone_shallow(&self) -> Map {
            self.keys()
                .into_iter()
                .map(|key| (key.clone(), self.get(&key).unwrap()))
                .collect()
        }
    }

    #[test]
    fn names_for_all_values() {
        let nested = map(&[("tag", "1.4".into()), ("n", 1e6.into())]);
        let list = vec![Value::from(true), Value::NIL];
        let params = map(&[("image", nested.into()), ("l", list.into())]);
        let flat = flatten(&params, &mut Work::new()).unwrap();
        assert_eq!(
            show(&flat),
            "map[image.n:1e+06 image.tag:1.4 l.0:true l.1:<nil>]"
        );
    }

    #[test]
    fn text_that_differs_does_not_combine() {
        let a = map(&[("env", "dev".into()), ("n", 3.0.into())]);
        let all = combine(&a, &map(&[("n", "3".into())]), &mut Work::new()).unwrap();
        assert_eq!(show(&all), "map[env:dev n:3]");
        let other = map(&[("env", "prod".into())]);
        let clash = combine(&a, &other, &mut Work::new()).unwrap_err();
        assert!(matches!(clash, Clash::Differ(key) if &*key == "env"));
    }

    #[test]
    fn maps_merge_deep_and_lists_do_not() {
        let nested = |key| map(&[(key, "x".into())]).into();
        let a = map(&[("m", nested("a")), ("l", vec![Value::from("1")].into())]);
        let b = map(&[("m", nested("b")), ("l", vec![Value::from("2")].into())]);
        let merged = merge_over(&a, &b, &mut Work::new()).unwrap();
        assert_eq!(show(&merged), "map[l:[2] m:map[a:x b:x]]");
    }

    #[test]
    fn anything_does_not_merge_into_text() {
        let values = Map::new(MapType::Str);
        values.set("a", "x".into());
        let a = map(&[("values", values.into())]);
        let b = map(&[("values", map(&[("b", "y".into())]).into())]);
        let clash = merge_over(&a, &b, &mut Work::new()).unwrap_err();
        assert!(matches!(clash, Clash::Typed(key) if &*key == "values.b"));
        assert!(merge_over(&b, &a, &mut Work::new()).is_ok());
    }
}
