//! What would go wrong in the cluster although the files are right.

use std::collections::BTreeSet;

use manifest::{Object, View};

use crate::compare::Unit;

/// How deep objects are searched for references.
const DEPTH: usize = 64;

/// A key that the new version reads and the target does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lack {
    /// `ConfigMap` or `Secret`.
    pub kind: &'static str,
    /// The object's name, as the target calls it.
    pub name: String,
    /// The namespace it has to be in; empty if that is not known.
    pub namespace: String,
    /// The key.
    pub key: String,
    /// What brings the object.
    pub whence: Whence,
    /// Whether it is known to lack the key.
    pub is_certain: bool,
}

/// What brings a ConfigMap or Secret to the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whence {
    /// It stands in this repository.
    Plain,
    /// A SealedSecret, which stands in this file.
    Sealed(camino::Utf8PathBuf),
    /// Something that asks elsewhere for it.
    Elsewhere,
}

/// What the objects read that they did not read before, and that the environment lacks.
pub(super) fn lacks(before: &[Object], after: &Unit, environment: &[&Unit]) -> Vec<Lack> {
    let known: BTreeSet<Reference> = before.iter().flat_map(references).collect();
    let new: BTreeSet<Reference> = after.objects.iter().flat_map(references).collect();
    let objects = || environment.iter().flat_map(|unit| &unit.objects);
    let mut lacks = Vec::new();
    for Reference {
        kind,
        name,
        key,
        namespace,
    } in new.difference(&known)
    {
        let has_name = |object: &&Object| {
            *object.id.name == **name
                && (namespace.is_empty()
                    || object.id.namespace.is_empty()
                    || *object.id.namespace == **namespace)
        };
        let of_kind = |wanted: &str| {
            objects()
                .filter(has_name)
                .find(|object| *object.id.gvk.kind == *wanted)
        };
        let has = |object: &Object, path: &[&str]| {
            let found = object.node.view().get_path(path);
            found.is_some_and(|map| map.get(key).is_some())
        };
        let (whence, is_certain) = if let Some(plain) = of_kind(kind) {
            let maps: [&[&str]; 3] = [&["data"], &["stringData"], &["binaryData"]];
            if maps.iter().any(|path| has(plain, path)) {
                continue;
            }
            (Whence::Plain, true)
        } else if let Some(sealed) = of_kind("SealedSecret").filter(|_| *kind == "Secret") {
            if has(sealed, &["spec", "encryptedData"]) {
                continue;
            }
            let kind = sealed.node.view().get("kind").and_then(View::origin);
            let file = kind.map(|src| src.locate().path().to_owned());
            (Whence::Sealed(file.unwrap_or_default()), true)
        } else if let Some(external) = of_kind("ExternalSecret").filter(|_| *kind == "Secret") {
            let data = external.node.view().get_path(&["spec", "data"]);
            let mut items = data.into_iter().flat_map(View::items);
            if items.any(|item| item.get("secretKey").is_some_and(|own| own.text() == key)) {
                continue;
            }
            let is_open = external
                .node
                .view()
                .get_path(&["spec", "dataFrom"])
                .is_some();
            (Whence::Elsewhere, !is_open)
        } else {
            (Whence::Elsewhere, false)
        };
        lacks.push(Lack {
            kind,
            name: name.clone(),
            namespace: namespace.clone(),
            key: key.clone(),
            whence,
            is_certain,
        });
    }
    lacks
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reference {
    kind: &'static str,
    name: String,
    key: String,
    namespace: String,
}

/// The keys that an object's pods read and cannot do without.
fn references(object: &Object) -> Vec<Reference> {
    let mut found = Vec::new();
    search(object.node.view(), &object.id.namespace, &mut found, 0);
    found
}

fn search(view: View<'_>, namespace: &str, found: &mut Vec<Reference>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    for (field, kind) in [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")] {
        let Some(from) = view.get(field) else {
            continue;
        };
        let is_optional = from
            .get("optional")
            .is_some_and(|flag| flag.text() == "true");
        if let (Some(name), Some(key), false) = (from.get("name"), from.get("key"), is_optional) {
            found.push(Reference {
                kind,
                name: name.text().to_owned(),
                key: key.text().to_owned(),
                namespace: namespace.to_owned(),
            });
        }
    }
    let below = view.entries().map(|entry| entry.value).chain(view.items());
    below.for_each(|value| search(value, namespace, found, depth + 1));
}
