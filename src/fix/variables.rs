//! `vars`, written as the replacements that put in the same values.

use std::collections::BTreeMap;

use manifest::{Object, View, Was};
use spanned_yaml::Emitter;

use super::fields::Obstacle;

/// What a value may be split by, so that a variable is one of its parts.
const DELIMITERS: [&str; 10] = ["/", ".", ":", ",", "@", "=", "?", "&", "-", " "];

/// The step by which variables are put in.
const STEP: &str = "vars";

/// A variable as it is defined.
struct Variable {
    /// How it is written where it stands.
    mark: String,
    /// The object that gives the value, as the fields of a replacement's `source`.
    source: Vec<(&'static str, String)>,
}

/// A value in which variables were put.
struct Filled<'a> {
    /// Which object it stands in.
    object: usize,
    path: String,
    /// What it was before.
    text: &'a str,
}

/// What a value is split by, and which part is meant; none for all of it.
type Split = Option<(&'static str, usize)>;

/// The items of `replacements` for the variables of a kustomization, whose objects are those
/// given. Variables that stand nowhere need none.
pub(super) fn replacements(variables: View<'_>, objects: &[Object]) -> Result<String, Obstacle> {
    let variables: Vec<Variable> = variables.items().map(read).collect::<Result<_, _>>()?;
    let filled = filled(objects)?;
    let mut all = Vec::new();
    for variable in &variables {
        let mut targets: BTreeMap<(usize, Split), Vec<&str>> = BTreeMap::new();
        for value in &filled {
            for split in splits(value.text, variable, &variables)? {
                let paths = targets.entry((value.object, split)).or_default();
                paths.push(&value.path);
            }
        }
        if !targets.is_empty() {
            all.push((variable, targets));
        }
    }
    if all.is_empty() {
        return Ok(String::new());
    }
    let mut out = Emitter::new();
    out.begin_seq(all.len());
    for (variable, targets) in &all {
        out.begin_map(2);
        out.key("source");
        pairs(&mut out, &variable.source);
        out.key("targets");
        out.begin_seq(targets.len());
        for ((object, split), paths) in targets {
            target(&mut out, &objects[*object], *split, paths);
        }
        out.end();
        out.end();
    }
    out.end();
    Ok(out.finish())
}

fn target(out: &mut Emitter, object: &Object, split: Split, paths: &[&str]) {
    out.begin_map(2 + usize::from(split.is_some()));
    out.key("select");
    pairs(
        out,
        &[
            ("kind", object.identity.gvk.kind.to_string()),
            ("name", object.identity.name.to_string()),
        ],
    );
    out.key("fieldPaths");
    out.begin_seq(paths.len());
    for path in paths {
        out.str(path);
    }
    out.end();
    if let Some((delimiter, index)) = split {
        out.key("options");
        out.begin_map(2);
        out.key("delimiter");
        out.str(delimiter);
        out.key("index");
        out.uint(index as u64);
        out.end();
    }
    out.end();
}

fn pairs(out: &mut Emitter, pairs: &[(&str, String)]) {
    out.begin_map(pairs.len());
    for (key, value) in pairs {
        out.key(key);
        out.str(value);
    }
    out.end();
}

/// Reads a variable's definition. kustomize does not mind the case of a key's letters.
fn read(entry: View<'_>) -> Result<Variable, Obstacle> {
    fn get<'a>(view: View<'a>, key: &str) -> Option<View<'a>> {
        let mut entries = view.entries();
        let found = entries.find(|entry| entry.key.text().eq_ignore_ascii_case(key))?;
        Some(found.value)
    }
    let text = |view: View<'_>, key| get(view, key).map(|own| own.text().to_owned());
    let unusual = "a var is written in an unusual way";
    let object = get(entry, "objref").ok_or(unusual)?;
    let mut source = Vec::new();
    match text(object, "apiVersion") {
        Some(api_version) => match api_version.split_once('/') {
            Some((group, version)) => {
                source.push(("group", group.to_owned()));
                source.push(("version", version.to_owned()));
            }
            None => source.push(("version", api_version)),
        },
        None => {
            source.extend(text(object, "group").map(|group| ("group", group)));
            source.extend(text(object, "version").map(|version| ("version", version)));
        }
    }
    source.push(("kind", text(object, "kind").ok_or(unusual)?));
    source.push(("name", text(object, "name").ok_or(unusual)?));
    source.extend(text(object, "namespace").map(|namespace| ("namespace", namespace)));
    let path = get(entry, "fieldref").and_then(|field| text(field, "fieldpath"));
    source.extend(path.map(|path| ("fieldPath", with_dots(&path))));
    let name = text(entry, "name").ok_or(unusual)?;
    Ok(Variable {
        mark: format!("$({name})"),
        source,
    })
}

/// Replacements write `ports.0` where vars write `ports[0]`.
fn with_dots(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        match behind.split_once(']') {
            Some((index, after)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push_str(before);
                out.push('.');
                out.push_str(index);
                rest = after;
            }
            _ => break,
        }
    }
    out + rest
}

/// The values in which variables were put.
fn filled(objects: &[Object]) -> Result<Vec<Filled<'_>>, Obstacle> {
    let mut filled = Vec::new();
    for (object, own) in objects.iter().enumerate() {
        let mut path = Vec::new();
        let mut found = Vec::new();
        find(own.node.view(), None, &mut path, &mut found)?;
        filled.extend(
            found
                .into_iter()
                .map(|(path, text)| Filled { object, path, text }),
        );
    }
    Ok(filled)
}

fn find<'a>(
    value: View<'a>,
    was: Option<&'a Was>,
    path: &mut Vec<String>,
    found: &mut Vec<(String, &'a str)>,
) -> Result<(), Obstacle> {
    if let Some(was) = was.filter(|was| was.step.name == STEP) {
        found.push((path.join("."), was.node.view().text()));
        return Ok(());
    }
    match value {
        View::Map(map) => {
            for entry in &map.entries {
                path.push(key_part(entry.key.view().text())?);
                find(entry.value.view(), entry.was.as_deref(), path, found)?;
                path.pop();
            }
        }
        View::Seq(seq) => {
            let items = seq.items.iter().filter(|item| !item.value.is_gone());
            for (index, item) in items.enumerate() {
                path.push(item_part(value, item.value.view(), index));
                find(item.value.view(), item.was.as_deref(), path, found)?;
                path.pop();
            }
        }
        // Nothing below it was changed.
        View::Src(..) | View::Made(_) | View::Gone => {}
    }
    Ok(())
}

fn key_part(key: &str) -> Result<String, Obstacle> {
    match key.is_empty() || key.contains(['[', ']', '\\']) {
        true => Err("a field has an unusual name"),
        false => Ok(key.replace('.', r"\.")),
    }
}

/// By the name, if the item has one of its own, else by the number.
fn item_part(list: View<'_>, item: View<'_>, index: usize) -> String {
    let name = |item: View<'_>| item.get("name").map(|name| name.text().to_owned());
    let is_plain = |name: &String| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !name.is_empty() && name.chars().all(is_plain)
    };
    let is_own = |wanted: &String| {
        let same = list
            .items()
            .filter(|item| name(*item).as_ref() == Some(wanted));
        same.count() == 1
    };
    match name(item).filter(is_plain).filter(is_own) {
        Some(name) => format!("[name={name}]"),
        None => index.to_string(),
    }
}

/// How a text must be split for a variable to be a part, once for each time that it stands there.
fn splits(text: &str, variable: &Variable, all: &[Variable]) -> Result<Vec<Split>, Obstacle> {
    if !text.contains(&variable.mark) {
        return Ok(Vec::new());
    }
    if text == variable.mark {
        return Ok(vec![None]);
    }
    let separates = |delimiter: &&str| {
        all.iter().all(|variable| {
            let parts = text.split(*delimiter).filter(|part| *part == variable.mark);
            parts.count() == text.matches(&variable.mark).count()
        })
    };
    let delimiter = DELIMITERS.into_iter().find(separates);
    let delimiter = delimiter.ok_or("a var is in the middle of a word")?;
    let parts = text.split(delimiter).enumerate();
    let own = parts.filter(|(_, part)| *part == variable.mark);
    Ok(own.map(|(index, _)| Some((delimiter, index))).collect())
}
