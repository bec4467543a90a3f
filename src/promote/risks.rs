//! What would go wrong in the cluster although the files are right.

use std::collections::BTreeSet;

use manifest::{Object, View};
use promotion::objects::ObjectDifference;

use super::Text;
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
    /// A SealedSecret, which stands in this file.
    Sealed(camino::Utf8PathBuf),
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
        let has = found.map_or(None, |(_, made)| made.keys.has(&read.key));
        if has == Some(true) {
            continue;
        }
        let whence = match found.map(|(object, made)| (object, made.maker)) {
            Some((_, Maker::Plain)) => Whence::Plain,
            Some((sealed, Maker::Sealed)) => {
                let kind = sealed.node.view().get("kind").and_then(View::origin);
                let file = kind.map(|src| src.locate().path().to_owned());
                Whence::Sealed(file.unwrap_or_default())
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

/// Why an edit may not reach the cluster, or not stay.
pub(super) fn notes(unit: &Unit, texts: &[&Text]) -> Vec<String> {
    let mut notes = Vec::new();
    let applications = unit
        .objects
        .iter()
        .filter(|own| *own.id.gvk.kind == *"Application");
    for object in applications {
        let view = object.node.view();
        let source = view.get_path(&["spec", "source"]);
        let revision = source
            .and_then(|own| own.get("targetRevision"))
            .map_or("", View::text);
        let is_here = source.is_some_and(|own| own.get("path").is_some());
        if is_here && !matches!(revision, "" | "HEAD" | "main" | "master") {
            notes.push(format!(
                "{} deploys revision `{revision}`, not this one",
                object.id
            ));
        }
        if view
            .get_path(&["spec", "syncPolicy", "automated"])
            .is_none()
        {
            notes.push(format!("{} does not sync by itself", object.id));
        }
        let annotations = view.get_path(&["metadata", "annotations"]);
        let mut keys = annotations.into_iter().flat_map(View::entries);
        if keys.any(|entry| {
            entry
                .key
                .text()
                .starts_with("argocd-image-updater.argoproj.io/")
        }) {
            notes.push(format!("an image updater sets the images of {}", object.id));
        }
    }
    for text in texts {
        let owned = text.written.iter().any(|span| {
            let (before, behind) = text.after.split_at(span.end as usize);
            let line = before.lines().last().unwrap_or_default().to_owned()
                + behind.lines().next().unwrap_or_default();
            line.contains("$imagepolicy")
        });
        if owned {
            notes.push("an image policy sets a field that is edited here".to_owned());
        }
    }
    notes
}

/// Fields that nobody can change without making the object anew, by kind.
const IMMUTABLE: [(&str, &[&str]); 12] = [
    ("Deployment", &["spec.selector"]),
    ("DaemonSet", &["spec.selector"]),
    ("ReplicaSet", &["spec.selector"]),
    (
        "StatefulSet",
        &[
            "spec.selector",
            "spec.serviceName",
            "spec.volumeClaimTemplates",
            "spec.podManagementPolicy",
        ],
    ),
    (
        "Job",
        &["spec.selector", "spec.template", "spec.completionMode"],
    ),
    ("Service", &["spec.clusterIP"]),
    (
        "PersistentVolumeClaim",
        &[
            "spec.storageClassName",
            "spec.accessModes",
            "spec.selector",
            "spec.volumeName",
            "spec.volumeMode",
        ],
    ),
    (
        "StorageClass",
        &[
            "provisioner",
            "parameters",
            "reclaimPolicy",
            "volumeBindingMode",
        ],
    ),
    ("RoleBinding", &["roleRef"]),
    ("ClusterRoleBinding", &["roleRef"]),
    ("IngressClass", &["spec.controller"]),
    ("Secret", &["type"]),
];

/// What would change and cannot be changed.
pub(super) fn immutable(effects: &[ObjectDifference]) -> Vec<String> {
    let mut found = Vec::new();
    for effect in effects
        .iter()
        .filter(|own| own.left.is_some() && own.right.is_some())
    {
        let fields = IMMUTABLE
            .iter()
            .filter(|(kind, _)| **kind == *effect.identity.gvk.kind);
        let fields: Vec<&str> = fields.flat_map(|(_, fields)| *fields).copied().collect();
        for field in &effect.fields {
            let path = field.path.to_string();
            let is_fixed = |fixed: &&str| {
                path.strip_prefix(*fixed)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            if fields.iter().any(is_fixed) {
                found.push(format!("{} {path}", effect.identity));
            }
        }
    }
    found
}
