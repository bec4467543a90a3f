//! What Flux' objects name: sources, charts, and what holds values.

use std::collections::BTreeSet;
use std::sync::Arc;

use manifest::{Node, Object, View};
use rustc_hash::FxHashMap;

use crate::deploy::TargetSpec;

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// The objects that others name, by kind, namespace and name.
#[derive(Debug, Default)]
pub struct Sources {
    specs: FxHashMap<SourceKey, Node>,
    /// ConfigMaps and Secrets, by kind and name.
    holders: FxHashMap<HolderKey, Vec<Holder>>,
    /// What Kustomizations take variables from.
    taken: BTreeSet<HolderKey>,
}

/// Kind, namespace and name.
type SourceKey = (Box<str>, Box<str>, Box<str>);

/// Kind and name.
type HolderKey = (Box<str>, Box<str>);

/// A ConfigMap or Secret.
#[derive(Debug)]
struct Holder {
    namespace: Box<str>,
    /// Whose object it is: application, environment and path.
    of: (String, Option<Arc<str>>, String),
    node: Node,
}

impl Sources {
    /// Those among the objects of some targets.
    pub fn of<'a>(objects: impl Iterator<Item = (&'a TargetSpec, &'a Object)> + Clone) -> Self {
        let mut found = Self::default();
        let is_flux = |object: &Object| object.id.gvk.group.ends_with(".toolkit.fluxcd.io");
        if !objects.clone().any(|(_, object)| is_flux(object)) {
            return found;
        }
        for (target, object) in objects {
            let id = &object.id;
            if is_flux(object)
                && let Some(from) =
                    object
                        .node
                        .view()
                        .get_path(&["spec", "postBuild", "substituteFrom"])
            {
                let text =
                    |reference: View<'_>, key| reference.get(key).map_or("", View::text).into();
                found.taken.extend(
                    from.items()
                        .map(|one| (text(one, "kind"), text(one, "name"))),
                );
            }
            if &*id.gvk.group == SOURCES {
                if let Some(spec) = object.node.view().get("spec") {
                    let key = (id.gvk.kind.clone(), id.namespace.clone(), id.name.clone());
                    found.specs.insert(key, spec.to_node());
                }
            } else if id.gvk.group.is_empty() && matches!(&*id.gvk.kind, "ConfigMap" | "Secret") {
                let key = (id.gvk.kind.clone(), id.name.clone());
                found.holders.entry(key).or_default().push(Holder {
                    namespace: id.namespace.clone(),
                    of: owner(target),
                    node: object.node.clone(),
                });
            }
        }
        found
    }

    /// The variables that any Kustomization takes from a ConfigMap or Secret; `None` if some of
    /// these are not here. In the cluster others may be given the same ones, by a webhook or a
    /// patch of what brings them.
    pub(super) fn variables(&self) -> Option<impl Iterator<Item = &str>> {
        let all = self.taken.iter().map(|key| self.holders.get(key));
        let holders: Vec<&Holder> = all
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect();
        let fields = holders.into_iter().flat_map(|holder| {
            let view = holder.node.view();
            ["data", "stringData"]
                .into_iter()
                .filter_map(move |field| view.get(field))
        });
        let entries = fields.flat_map(View::entries);
        Some(entries.map(|entry| entry.key.text()))
    }

    /// The spec of what an object's reference (`kind`, `name`, `namespace`) names.
    pub(super) fn named(&self, object: &Object, reference: View<'_>) -> Option<View<'_>> {
        let text = |key| reference.get(key).map(View::text);
        let namespace = text("namespace").unwrap_or(&object.id.namespace);
        let key = (
            text("kind").unwrap_or_default().into(),
            namespace.into(),
            text("name").unwrap_or_default().into(),
        );
        self.specs.get(&key).map(Node::view)
    }

    /// The revision that what an object's reference names is taken in; none if that is the
    /// default branch.
    pub(super) fn revision(&self, object: &Object, reference: View<'_>) -> Option<&str> {
        let revision = self.named(object, reference)?.get("ref")?;
        // The order in which the source controller lets them outrank one another.
        let keys = ["digest", "commit", "name", "semver", "tag", "branch"];
        let mut given = keys.into_iter().filter_map(|key| revision.get(key));
        given.find(|own| !own.text().is_empty()).map(View::text)
    }

    /// The address of what an object's reference names.
    pub(super) fn address(&self, object: &Object, reference: View<'_>) -> Option<&str> {
        let url = self.named(object, reference)?.get("url")?;
        Some(url.text())
    }

    /// The ConfigMap or Secret of a name beside an object of a target. Where several have the
    /// name, it is that of the same target, or else the only one of its environment. A target that
    /// another one patches is rendered again, so the last one that it made counts. Its values may be
    /// encrypted.
    pub(super) fn holder(
        &self,
        kind: &str,
        name: &str,
        namespace: &str,
        beside: &TargetSpec,
    ) -> Option<View<'_>> {
        let all = self.holders.get(&(kind.into(), name.into()))?;
        let may_be = |holder: &&Holder| {
            let own = &*holder.namespace;
            own == namespace || own.is_empty() || namespace.is_empty()
        };
        let near: Vec<&Holder> = all.iter().filter(may_be).collect();
        let of = owner(beside);
        let only = |is_meant: &dyn Fn(&Holder) -> bool| {
            let mut meant = near.iter().filter(|holder| is_meant(holder));
            match (meant.next(), meant.next()) {
                (Some(one), None) => Some(*one),
                _ => None,
            }
        };
        let own = near.iter().rfind(|holder| holder.of == of).copied();
        let found = own
            .or_else(|| only(&|holder| holder.of.1 == of.1))
            .or_else(|| only(&|_| true))?;
        Some(found.node.view())
    }
}

/// The address of the repository that Flux starts from, if an object is the one that was written
/// when it was installed.
pub(crate) fn bootstrapped_from(object: &Object) -> Option<String> {
    let view = object.node.view();
    let url: &[&str] = match (&*object.id.gvk.group, &*object.id.gvk.kind) {
        (SOURCES, "GitRepository") => {
            let place = view.get("kind")?.origin()?.locate();
            let is_first = place.path().file_name() == Some("gotk-sync.yaml");
            is_first.then_some(&["spec", "url"])?
        }
        ("fluxcd.controlplane.io", "FluxInstance") => &["spec", "sync", "url"],
        _ => return None,
    };
    Some(view.get_path(url)?.text().to_owned())
}

fn owner(target: &TargetSpec) -> (String, Option<Arc<str>>, String) {
    let environment = target.environment.as_ref().map(|own| own.name.clone());
    let path = target.path.to_string();
    (target.application.clone(), environment, path)
}
