//! Definitions of custom resources that a change opens.

use std::collections::BTreeMap;

use manifest::{Location, Node, View};

use crate::Checked;
use crate::problem::Problem;
use crate::settings::trust::GATE_WEAKENED;

/// How deep schemas are compared.
const DEPTH: usize = 64;

/// What a schema may ask for, each with whether the new one asks for less.
const LISTS: [&str; 1] = ["required"];
const LEAST: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
const MOST: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
const TEXTS: [&str; 2] = ["pattern", "format"];

/// The definitions that let through what they did not.
pub(super) fn problems(before: &Checked, after: &Checked) -> Vec<Problem> {
    let old: BTreeMap<&str, &Node> = before
        .definitions
        .iter()
        .map(|(name, node)| (name.as_str(), node))
        .collect();
    let mut problems = Vec::new();
    for (name, node) in &after.definitions {
        let Some(old) = old.get(name.as_str()) else {
            continue;
        };
        let mut found = Vec::new();
        for new_version in versions(node.view()) {
            let old_version =
                versions(old.view()).find(|version| name_of(*version) == name_of(new_version));
            let Some(old_version) = old_version else {
                continue;
            };
            let schema = ["schema", "openAPIV3Schema"];
            match (old_version.get_path(&schema), new_version.get_path(&schema)) {
                (Some(old), Some(new)) => compare(old, new, "", 0, &mut found),
                (Some(_), None) => {
                    found.push(("it no longer has a schema".to_owned(), place(new_version)));
                }
                (None, _) => {}
            }
        }
        if let Some((what, place)) = found.into_iter().next() {
            let message = format!("the definition {name} lets through more: {what}");
            let problem = Problem::new(&GATE_WEAKENED, message);
            problems.push(match place {
                Some(place) => problem.at(place),
                None => problem,
            });
        }
    }
    problems
}

fn versions(definition: View<'_>) -> impl Iterator<Item = View<'_>> {
    let versions = definition.get_path(&["spec", "versions"]);
    versions.into_iter().flat_map(|versions| versions.items())
}

fn name_of(version: View<'_>) -> String {
    version.get("name").map_or("", View::text).to_owned()
}

fn place(view: View<'_>) -> Option<Location> {
    view.origin().map(|origin| origin.locate())
}

/// Tells what the new schema does not ask for any more.
fn compare(
    old: View<'_>,
    new: View<'_>,
    path: &str,
    depth: usize,
    found: &mut Vec<(String, Option<Location>)>,
) {
    let here = if path.is_empty() { "the object" } else { path };
    let mut tell =
        |what: String, at: View<'_>| found.push((format!("{what} of {here}"), place(at)));
    const OPEN: &str = "x-kubernetes-preserve-unknown-fields";
    let is_open = |view: View<'_>| view.get(OPEN).is_some_and(|flag| flag.text() == "true");
    if is_open(new) && !is_open(old) {
        tell("unknown fields".to_owned(), new.get(OPEN).unwrap_or(new));
    }
    for key in LISTS {
        let names = |view: View<'_>| -> Vec<String> {
            let list = view.get(key).into_iter().flat_map(|list| list.items());
            list.map(|item| item.text().to_owned()).collect()
        };
        let kept = names(new);
        for gone in names(old).iter().filter(|name| !kept.contains(name)) {
            tell(format!("`{gone}` is no longer required: fields"), new);
        }
    }
    let values = |view: View<'_>| -> Option<Vec<String>> {
        let list = view.get("enum")?;
        Some(list.items().map(|item| item.text().to_owned()).collect())
    };
    match (values(old), values(new)) {
        (Some(_), None) => tell("any value".to_owned(), new),
        (Some(known), Some(now)) if now.iter().any(|value| !known.contains(value)) => {
            tell("more values".to_owned(), new.get("enum").unwrap_or(new));
        }
        _ => {}
    }
    let number = |view: View<'_>, key: &str| -> Option<f64> { view.get(key)?.text().parse().ok() };
    for (keys, is_least) in [(LEAST, true), (MOST, false)] {
        for key in keys {
            let is_laxer = match (number(old, key), number(new, key)) {
                (Some(_), None) => true,
                (Some(old), Some(new)) if is_least => new < old,
                (Some(old), Some(new)) => new > old,
                (None, _) => false,
            };
            if is_laxer {
                tell(format!("a laxer `{key}`"), new.get(key).unwrap_or(new));
            }
        }
    }
    for key in TEXTS {
        if old.get(key).is_some() && new.get(key).map(View::text) != old.get(key).map(View::text) {
            tell(format!("another `{key}`"), new.get(key).unwrap_or(new));
        }
    }
    let count = |view: View<'_>| {
        let rules = view.get("x-kubernetes-validations");
        rules.map_or(0, |rules| rules.items().count())
    };
    if count(new) < count(old) {
        tell("fewer validation rules".to_owned(), new);
    }
    if depth == DEPTH {
        return;
    }
    let below = |name: &str| match path {
        "" => format!("`{name}`"),
        path => format!("{}.{name}`", path.trim_end_matches('`')),
    };
    let properties = |view| View::get(view, "properties");
    for entry in properties(old).into_iter().flat_map(|all| all.entries()) {
        let name = entry.key.text();
        match properties(new).and_then(|all| all.get(name)) {
            Some(now) => compare(entry.value, now, &below(name), depth + 1, found),
            None if is_open(new) => found.push((
                format!("anything in {}", below(name)),
                place(properties(new).unwrap_or(new)),
            )),
            // Without the property the field is dropped, or refused.
            None => {}
        }
    }
    for key in ["items", "additionalProperties"] {
        if let (Some(old), Some(new)) = (old.get(key), new.get(key))
            && old.is_map()
            && new.is_map()
        {
            compare(old, new, &below(key), depth + 1, found);
        }
    }
}
