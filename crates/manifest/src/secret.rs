//! What a Secret holds, and where it came from.

use std::sync::Arc;

use spanned_yaml::{Kind, Span, Style};

use crate::{EntryRef, Location, Source, View};

/// Values deeper than this are not gone into.
const DEPTH: usize = 256;

/// What a Secret holds, whatever the fields are called: all but what every object has.
pub fn held_by_secret<'a>(secret: View<'a>) -> impl Iterator<Item = EntryRef<'a>> {
    secret.entries().filter(|entry| {
        let is_scalar = entry.value.kind() == Kind::Scalar;
        match entry.key.text() {
            "apiVersion" | "kind" | "metadata" => false,
            "type" => !is_scalar,
            "immutable" => !matches!(entry.value.text(), "true" | "false"),
            _ => true,
        }
    })
}

/// The fields of what only names an object, or something in it.
pub const NAMING_FIELDS: [&str; 11] = [
    "apiGroup",
    "apiVersion",
    "fieldPath",
    "group",
    "key",
    "kind",
    "name",
    "namespace",
    "optional",
    "targetPath",
    "valuesKey",
];

/// Whether a mapping of the kind Secret only names one, as in `valuesFrom`. Whatever has another
/// field than names have may hold something.
pub fn is_reference(secret: View<'_>) -> bool {
    /// What names fields, as in Argo CD's `ignoreDifferences`.
    const POINTERS: [&str; 3] = ["jqPathExpressions", "jsonPointers", "managedFieldsManagers"];
    let is_name = |entry: EntryRef<'_>| {
        let key = entry.key.text();
        let is_scalar = entry.value.kind() == Kind::Scalar;
        is_scalar && NAMING_FIELDS.contains(&key) || POINTERS.contains(&key)
    };
    secret.get("name").is_some() && secret.entries().all(is_name)
}

/// Whether a value is one that SOPS encrypted.
pub fn is_encrypted_value(text: &str) -> bool {
    text.starts_with("ENC[AES256_GCM,")
}

/// Whether SOPS encrypted the values of an object. Its keys are as they were, and the field that
/// SOPS adds is gone before the object is applied; that of a list stands beside its items.
pub fn is_encrypted(object: View<'_>) -> bool {
    let is_by_sops = |entry: EntryRef<'_>| is_encrypted_value(entry.value.text());
    let mut held = ["data", "stringData"]
        .into_iter()
        .filter_map(|key| object.get(key));
    object.get_path(&["sops", "mac"]).is_some()
        || held.any(|values| values.entries().any(is_by_sops))
}

/// Every place in files where the scalars of a value are written.
pub fn places_of(value: View<'_>) -> Vec<Location> {
    let mut places = Vec::new();
    add_places(value, 0, &mut places);
    places
}

fn add_places(value: View<'_>, depth: usize, places: &mut Vec<Location>) {
    match value {
        View::Made(made) if made.parts.is_empty() => {
            places.extend(made.step.by.as_ref().map(|by| by.locate()));
        }
        View::Made(made) => {
            places.extend(made.parts.iter().flat_map(|part| part.from.written()));
        }
        _ if value.kind() == Kind::Scalar => {
            places.extend(value.origin().into_iter().flat_map(|src| src.written()));
        }
        _ if depth < DEPTH => {
            let inside = value.entries().map(|entry| entry.value);
            for inner in inside.chain(value.items()) {
                add_places(inner, depth + 1, places);
            }
        }
        _ => {}
    }
}

/// Of a file that is taken as it is, such as one of `KEY=value` lines, all but keys: what was
/// made of it does not tell of a line that was dropped. Nothing of any other file.
pub fn lines_of(source: &Arc<Source>) -> Vec<Location> {
    let first = source.tree.documents().next();
    match first.map(|node| source.tree.style(node)) {
        Some(Style::Verbatim) => values_of_lines(source.tree.text())
            .map(|span| source.locate(span))
            .collect(),
        _ => Vec::new(),
    }
}

/// The lines of a text that nobody can read, or that means nothing but lines: what follows `key:`
/// or `KEY=`, and the whole of each other line.
pub fn values_of_lines(text: &str) -> impl Iterator<Item = Span> {
    let mut end = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = end + value_in(line);
        let trimmed = end + line.trim_end().len();
        end += line.len();
        (start < trimmed).then(|| Span::new(start as u32, trimmed as u32))
    })
}

/// Where the value starts in a line.
fn value_in(line: &str) -> usize {
    let indent = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let start = indent(line);
    let item = match line[start..].strip_prefix("- ") {
        Some(rest) => start + 2 + indent(rest),
        None => start,
    };
    let is_in_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$');
    let key = line[item..].trim_start_matches(is_in_key);
    let after = line.len() - key.len();
    if after == item {
        return start;
    }
    let is_value = match key.as_bytes().first() {
        Some(b':') => key[1..].starts_with(char::is_whitespace) || key.len() == 1,
        // What ends in `=` may be base64.
        Some(b'=') => key.contains(char::is_alphanumeric),
        _ => false,
    };
    match is_value {
        true => after + 1 + indent(&key[1..]),
        false => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spanned_yaml::Tree;

    /// What is left of a text once lines are hidden.
    fn check(text: &str) -> String {
        let mut left = text.to_owned();
        let spans: Vec<Span> = values_of_lines(text).collect();
        for span in spans.iter().rev() {
            left.replace_range(span.range(), "…");
        }
        left
    }

    #[test]
    fn keys_are_left_of_lines() {
        assert_eq!(check("A=1\r\nB.c= x=y \n"), "A=…\r\nB.c= … \n");
        assert_eq!(check("a: 1\n- b:\n\tc: {d: e}\n"), "a: …\n- b:\n\tc: …\n");
    }

    #[test]
    fn nothing_is_left_of_lines_without_a_key() {
        assert_eq!(check("\n=lost\n  plain text\n- b"), "\n…\n  …\n…");
        assert_eq!(check("bG9zdA==\nu:pass@x\n{a: b"), "…\n…\n…");
    }

    #[test]
    fn yaml_is_no_text_of_lines() {
        let source = |tree| Source::file("a", tree);
        assert!(lines_of(&source(Tree::parse("a: b=c"))).is_empty());
        let whole = Span::new(0, 3);
        assert_eq!(lines_of(&source(Tree::of_spans("a=b", [whole]))).len(), 1);
    }
}
