//! ConfigMaps and Secrets that pods read.

use manifest::{FieldPath, Object, View};

use super::pods::{self, Pod};
use super::rules::{MISPLACED_REFERENCE, MISSING_KEY};
use super::{Namespace, Placed, is_open};
use crate::problem::{Instance, Problem};
use crate::render::Rendered;

/// An object without which a pod does not start.
pub(crate) struct Needed<'a> {
    /// Its kind.
    pub(crate) kind: &'static str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Where the pod names it.
    pub(crate) view: View<'a>,
}

/// What the pods of an object need of other objects.
pub(crate) fn needed_by(object: &Object) -> Vec<Needed<'_>> {
    let placed = Placed {
        at: Instance {
            target: 0,
            object: 0,
        },
        object,
    };
    let Some(pod) = pods::of(placed) else {
        return Vec::new();
    };
    let root = object.node.view();
    let read = references(&pod).into_iter().filter_map(|reference| {
        Some(Needed {
            kind: reference.kind,
            name: reference.name,
            view: root.at(&reference.path)?,
        })
    });
    let account = pod.spec.get("serviceAccountName").map(|view| Needed {
        kind: "ServiceAccount",
        name: view.text(),
        view,
    });
    let volumes = pod.spec.get("volumes").into_iter().flat_map(View::items);
    let claims = volumes.filter_map(|volume| {
        let view = volume.get_path(&["persistentVolumeClaim", "claimName"])?;
        Some(Needed {
            kind: "PersistentVolumeClaim",
            name: view.text(),
            view,
        })
    });
    let needed = read.chain(account).chain(claims);
    let mut needed: Vec<Needed<'_>> = needed.collect();
    needed.retain(|own| !own.name.is_empty() && !is_open(own.name));
    needed
}

/// Something that a pod reads.
struct Reference<'a> {
    kind: &'static str,
    name: &'a str,
    /// The way to the name.
    path: FieldPath,
    /// The keys that it reads, each with the way to it; none if it takes all there are.
    keys: Vec<(&'a str, FieldPath)>,
}

pub(super) fn look(
    rendered: &[Rendered],
    name: &str,
    namespace: &Namespace<'_>,
    pod: &Pod<'_>,
    problems: &mut Vec<Problem>,
) {
    for reference in references(pod) {
        if is_open(reference.name) || reference.name.is_empty() {
            continue;
        }
        match namespace.named(reference.kind, reference.name) {
            [found] => {
                // Where another target brings it, it may be merged with what is there.
                if found.at.target != pod.placed.at.target {
                    continue;
                }
                for (key, path) in &reference.keys {
                    if !is_open(key) && !has_key(found.object, key) {
                        let message =
                            format!("{} `{}` has no key `{key}`", reference.kind, reference.name);
                        let problem = pod.placed.problem(&MISSING_KEY, path.clone(), message);
                        problems.push(problem);
                    }
                }
            }
            [_, ..] => {}
            [] => {
                let objects = &rendered[pod.placed.at.target].objects;
                problems.extend(misplaced(objects, name, &reference, pod));
            }
        }
    }
}

/// What to say of a reference that misses an object of the same rendering by its namespace or by
/// what was put around its name.
fn misplaced(
    objects: &[Object],
    namespace: &str,
    reference: &Reference<'_>,
    pod: &Pod<'_>,
) -> Option<Problem> {
    let mut of_kind = objects
        .iter()
        .filter(|object| &*object.id.gvk.kind == reference.kind);
    let meant = of_kind.find(|object| {
        let is_named = &*object.id.name == reference.name;
        is_named || &*object.identity.name == reference.name
    })?;
    let (kind, name) = (reference.kind, reference.name);
    let message = match &*meant.id.namespace {
        other if other != namespace && !namespace.is_empty() && !other.is_empty() => {
            format!("{kind} `{name}` is in namespace `{other}`, and the pod in `{namespace}`")
        }
        _ if *meant.id.name != *name => {
            format!("{kind} `{name}` is called `{}` here", meant.id.name)
        }
        _ => return None,
    };
    let problem = pod
        .placed
        .problem(&MISPLACED_REFERENCE, reference.path.clone(), message);
    Some(problem)
}

fn has_key(object: &Object, key: &str) -> bool {
    let view = object.node.view();
    let mut maps = ["data", "stringData", "binaryData"].into_iter();
    maps.any(|map| view.get(map).is_some_and(|map| map.get(key).is_some()))
}

/// Everything that a pod reads and cannot do without.
fn references<'a>(pod: &Pod<'a>) -> Vec<Reference<'a>> {
    let mut found = Vec::new();
    for container in pod.containers() {
        let list = |name: &str| container.view.get(name).into_iter().flat_map(View::items);
        for (index, variable) in list("env").enumerate() {
            for (kind, field) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
                let Some(from) = variable.get_path(&["valueFrom", field]) else {
                    continue;
                };
                let path = with(&container.path, &["env"], index, &["valueFrom", field]);
                let key = from.get("key").map(View::text);
                let keys = key.map(|key| (key, with_key(&path, "key")));
                found.extend(reference(
                    kind,
                    from,
                    "name",
                    &path,
                    keys.into_iter().collect(),
                ));
            }
        }
        for (index, source) in list("envFrom").enumerate() {
            for (kind, field) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
                if let Some(from) = source.get(field) {
                    let path = with(&container.path, &["envFrom"], index, &[field]);
                    found.extend(reference(kind, from, "name", &path, Vec::new()));
                }
            }
        }
    }
    let volumes = pod.spec.get("volumes").into_iter().flat_map(View::items);
    for (index, volume) in volumes.enumerate() {
        let at = with(&pod.path, &["volumes"], index, &[]);
        found.extend(volume_source(volume, &at, "secretName"));
        let sources = volume.get_path(&["projected", "sources"]);
        for (inner, source) in sources.into_iter().flat_map(View::items).enumerate() {
            let at = with(&at, &["projected", "sources"], inner, &[]);
            found.extend(volume_source(source, &at, "name"));
        }
    }
    found
}

fn volume_source<'a>(
    source: View<'a>,
    at: &FieldPath,
    secret_name: &str,
) -> impl Iterator<Item = Reference<'a>> {
    let kinds = [
        ("ConfigMap", "configMap", "name"),
        ("Secret", "secret", secret_name),
    ];
    let found: Vec<Reference<'a>> = kinds
        .into_iter()
        .filter_map(|(kind, field, name)| {
            let from = source.get(field)?;
            let path = with_key(at, field);
            let items = from.get("items").into_iter().flat_map(View::items);
            let keys = items.enumerate().filter_map(|(index, item)| {
                let key = item.get("key")?.text();
                Some((key, with(&path, &["items"], index, &["key"])))
            });
            reference(kind, from, name, &path, keys.collect())
        })
        .collect();
    found.into_iter()
}

fn reference<'a>(
    kind: &'static str,
    from: View<'a>,
    name: &str,
    path: &FieldPath,
    keys: Vec<(&'a str, FieldPath)>,
) -> Option<Reference<'a>> {
    let is_optional = from
        .get("optional")
        .is_some_and(|flag| flag.text() == "true");
    (!is_optional).then_some(())?;
    Some(Reference {
        kind,
        name: from.get(name)?.text(),
        path: with_key(path, name),
        keys,
    })
}

fn with(path: &FieldPath, before: &[&str], index: usize, behind: &[&str]) -> FieldPath {
    let mut path = path.clone();
    for key in before {
        path.push_key(key);
    }
    path.push_index(index);
    for key in behind {
        path.push_key(key);
    }
    path
}

fn with_key(path: &FieldPath, key: &str) -> FieldPath {
    let mut path = path.clone();
    path.push_key(key);
    path
}
