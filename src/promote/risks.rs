//! What would go wrong in the cluster although the files are right.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use manifest::{Object, View};

use crate::checks::graph::{Maker, provided, references};
use crate::compare::Unit;

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
    /// A SealedSecret.
    Sealed {
        /// The file it stands in.
        file: Utf8PathBuf,
        /// Where else than under its name and namespace it can be unsealed, as `kubeseal` calls it.
        scope: Option<&'static str>,
    },
    /// Something that asks elsewhere for it.
    Elsewhere,
}

/// What the objects read that they did not read before, and that the environment lacks.
pub(super) fn lacks(before: &[Object], after: &Unit, environment: &[&Unit]) -> Vec<Lack> {
    let known: BTreeSet<Read> = before.iter().flat_map(reads).collect();
    let new: BTreeSet<Read> = after.objects.iter().flat_map(reads).collect();
    let objects = environment.iter().flat_map(|unit| &unit.objects);
    let all: Vec<_> = objects
        .flat_map(|object| provided(object).into_iter().map(move |made| (object, made)))
        .collect();
    let mut lacks = Vec::new();
    for read in new.difference(&known) {
        let found = all.iter().filter(|(object, made)| {
            let place = &*object.id.namespace;
            made.sort.kind == read.kind
                && made.name == *read.name
                && (read.namespace.is_empty()
                    || place.is_empty()
                    || place == read.namespace
                    || made.is_anywhere())
        });
        let found = found.min_by_key(|(_, made)| made.maker);
        let has = found.and_then(|(_, made)| made.keys.has(&read.key));
        if has == Some(true) {
            continue;
        }
        let whence = match found.map(|(object, made)| (object, made.maker)) {
            Some((_, Maker::Plain)) => Whence::Plain,
            Some((sealed, Maker::Sealed)) => {
                let kind = sealed.node.view().get("kind").and_then(View::origin);
                let file = kind.map(|src| src.locate().path().to_owned());
                Whence::Sealed {
                    file: file.unwrap_or_default(),
                    scope: scope_of(sealed),
                }
            }
            Some((_, Maker::Controller)) | None => Whence::Elsewhere,
        };
        lacks.push(Lack {
            kind: read.kind,
            name: read.name.clone(),
            namespace: read.namespace.clone(),
            key: read.key.clone(),
            whence,
            is_certain: has == Some(false),
        });
    }
    lacks
}

/// The scope of a SealedSecret, unless it is the strict one.
fn scope_of(sealed: &Object) -> Option<&'static str> {
    let annotations = sealed.node.view().get_path(&["metadata", "annotations"])?;
    // The wider one outranks the other.
    ["cluster-wide", "namespace-wide"]
        .into_iter()
        .find(|scope| {
            let key = format!("sealedsecrets.bitnami.com/{scope}");
            let value = annotations.get(&key);
            value.is_some_and(|value| value.text() == "true")
        })
}

/// A key that something reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    kind: &'static str,
    name: String,
    key: String,
    namespace: String,
}

/// The keys that an object, or its pods, read and cannot do without.
fn reads(object: &Object) -> Vec<Read> {
    let references = references(object);
    let reads = references.iter().flat_map(|reference| {
        let namespace = reference.namespace.unwrap_or(&object.id.namespace);
        reference.keys.iter().map(move |(key, _)| Read {
            kind: reference.sort.kind,
            name: reference.name.to_owned(),
            key: (*key).to_owned(),
            namespace: namespace.to_owned(),
        })
    });
    reads.collect()
}
