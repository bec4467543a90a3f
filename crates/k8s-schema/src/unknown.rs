//! Fields that do not exist: what may have been meant.

use manifest::FieldPath;

use crate::builtin::Walk;
use crate::check::{Check, Hint, Place};
use crate::table::{Definition, Table, Type};
use crate::version::Versions;
use crate::violation::ViolationKind::UnknownField;
use crate::{Version, scalar};

/// How deep below an unknown field's place its right place is looked for.
const SEARCH_DEPTH: usize = 3;

/// Reports a field that a definition does not have in the version that is checked; `others` are
/// the versions in which it has it.
pub(crate) fn field(
    check: &mut Check,
    walk: &Walk<'_>,
    definition: Definition,
    others: Option<Versions>,
    place: &Place<'_>,
) {
    if check.is_full() {
        return;
    }
    let name = place.name();
    let version = check.version;
    let (message, help) = match others.and_then(|v| Some((v.first()?, v.last()?))) {
        Some((first, _)) if first > version => (
            format!("{name} exists only since Kubernetes {first}, but this is for {version}"),
            None,
        ),
        Some((_, last)) => (
            format!("{name} was removed after Kubernetes {last}, but this is for {version}"),
            None,
        ),
        None => (unknown(place), meant(version, walk, definition, place)),
    };
    check.report_key(UnknownField, place, message, help);
}

/// `unknown field x in y`
pub(crate) fn unknown(place: &Place<'_>) -> String {
    match place.parent() {
        Some(parent) if parent.parent().is_some() => {
            format!("unknown field {} in {}", place.name(), parent.name())
        }
        _ => format!("unknown field {}", place.name()),
    }
}

/// `did you mean x?`
pub(crate) fn did_you_mean(name: &str) -> String {
    format!("did you mean {}?", scalar::quoted(name))
}

/// `x belongs to y`, and not to where it stands, if that is called alike.
pub(crate) fn belongs_to(place: &Place<'_>, path: &str) -> Hint {
    let key = scalar::quoted(place.last_key().unwrap_or_default());
    let owner = match path {
        "" => "the object itself".to_owned(),
        path => scalar::quoted(path),
    };
    let here = place.parent().map(|parent| parent.path().to_string());
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let text = match here.filter(|here| last(here) == last(path)) {
        Some(here) => format!("{key} belongs to {owner}, not to {}", scalar::quoted(&here)),
        None => format!("{key} belongs to {owner}"),
    };
    Hint {
        text,
        meant_in: Some(path.into()),
    }
}

/// What stands in metadata and can only be the name of a label or an annotation.
fn is_prefixed_name(place: &Place<'_>) -> bool {
    let parent = place.parent().and_then(Place::last_key);
    let key = place.last_key();
    parent == Some("metadata") && key.is_some_and(|key| key.contains('/'))
}

fn meant(
    version: Version,
    walk: &Walk<'_>,
    definition: Definition,
    place: &Place<'_>,
) -> Option<Hint> {
    let key = place.last_key()?;
    if is_prefixed_name(place) {
        let path = place.parent()?.key("labels").path().to_string();
        return Some(Hint {
            text: "put it under `labels` or `annotations`".to_owned(),
            meant_in: Some(path.into()),
        });
    }
    let fields: Vec<&str> = names(walk.table, definition, version).collect();
    let fields = fields.iter().copied();
    if let Some(same) = fields.clone().find(|f| f.eq_ignore_ascii_case(key)) {
        return Some(did_you_mean(same).into());
    }
    elsewhere(version, walk, key, place)
        .or_else(|| in_items(version, walk.table, definition, place))
        .or_else(|| suggest::nearest(key, fields).map(|near| did_you_mean(near).into()))
}

/// Whether a mapping around the field's place, or one inside those, has a field of that name:
/// it is indented too far or too little.
fn elsewhere(version: Version, walk: &Walk<'_>, key: &str, place: &Place<'_>) -> Option<Hint> {
    for (at, definition) in around(version, walk, place).into_iter().rev() {
        let below = if has(walk.table, definition, key, version) {
            String::new()
        } else {
            match inside(version, walk.table, definition, key) {
                Some(path) => path,
                None => continue,
            }
        };
        let path = format!("{at}{below}");
        return Some(belongs_to(place, path.trim_start_matches('.')));
    }
    None
}

/// Whether the items of a list beside the field have a field of that name, and those of no other
/// list.
fn in_items(
    version: Version,
    table: &Table,
    definition: Definition,
    place: &Place<'_>,
) -> Option<Hint> {
    let key = place.last_key()?;
    let lists = table.fields(definition).filter(|(_, field)| {
        let items = match table.ty(field.ty) {
            Type::List(items, _) => table.ty(items),
            _ => return false,
        };
        let has_key = matches!(items, Type::Object(inner) if has(table, inner, key, version));
        has_key && field.versions.contain(version)
    });
    let mut names = lists.map(|(_, field)| table.text(field.name));
    let (Some(name), None) = (names.next(), names.next()) else {
        return None;
    };
    let mut path = place.parent()?.path();
    path.push_key(name);
    Some(belongs_to(place, &format!("{path}[]")))
}

/// The definitions of the mappings around a field, the root's first, with their paths.
fn around(version: Version, walk: &Walk<'_>, place: &Place<'_>) -> Vec<(FieldPath, Definition)> {
    let chain = place.chain();
    let mut ty = Type::Object(walk.root);
    let mut owners = Vec::new();
    for pair in chain.windows(2).skip(usize::from(walk.place.depth())) {
        let [above, below] = pair else { break };
        if let Type::Object(definition) = ty {
            owners.push((above.path(), definition));
        }
        ty = match (below.last_key(), ty) {
            (Some(key), Type::Object(definition)) => {
                match walk.table.field(definition, key, version) {
                    Some((_, field)) => walk.table.ty(field.ty),
                    None => break,
                }
            }
            (_, Type::Map(inner) | Type::List(inner, _)) => walk.table.ty(inner),
            _ => break,
        };
    }
    owners
}

/// The path to the mapping inside of a definition that has a field of that name; none if there
/// are several at the same depth.
fn inside(version: Version, table: &Table, from: Definition, key: &str) -> Option<String> {
    let mut level = vec![(String::new(), from)];
    for _ in 0..SEARCH_DEPTH {
        let mut next = Vec::new();
        for (path, definition) in level {
            for (_, field) in table.fields(definition) {
                let name = table.text(field.name);
                if let Type::Object(inner) = table.ty(field.ty)
                    && field.versions.contain(version)
                    && name != "status"
                {
                    next.push((format!("{path}.{name}"), inner));
                }
            }
        }
        let mut owners = next.iter().filter(|(_, d)| has(table, *d, key, version));
        if let Some((path, _)) = owners.next() {
            return owners.next().is_none().then(|| path.clone());
        }
        level = next;
    }
    None
}

fn has(table: &Table, definition: Definition, key: &str, version: Version) -> bool {
    let field = table.field(definition, key, version);
    field.is_some_and(|(_, field)| field.versions.contain(version))
}

fn names(
    table: &Table,
    definition: Definition,
    version: Version,
) -> impl Iterator<Item = &'static str> {
    let fields = table.fields(definition);
    let current = fields.filter(move |(_, field)| field.versions.contain(version));
    current.map(move |(_, field)| table.text(field.name))
}
