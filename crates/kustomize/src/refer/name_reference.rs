//! References by name: fixed after the names changed.

use std::sync::Arc;

use manifest::{Budget, Exceeded, Fault, FaultKind, Kind, Node, Part, Src, Step, Unit, View};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::compose::Composer;
use crate::config::{BackReference, Config};
use crate::decode::{is_null, kind_of};
use crate::edit::{self, At};
use crate::fault;
use crate::field_spec::{FieldSpec, GvkPattern, Leaf, What};
use crate::resource::Resource;
use crate::transform::spend_change;

/// Fixes all references by name.
pub(crate) fn fix(resources: &mut [Resource], config: &Config, budget: &Budget) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut all_changes = Vec::new();
    let referents = Referents::new(resources);
    for (index, resource) in resources.iter().enumerate() {
        let mut changes = Vec::new();
        if let Err(fault) = of_one(resource, &referents, config, &mut changes, budget) {
            faults.push(fault);
        }
        if budget.exceeded().is_some() {
            return faults;
        }
        if !changes.is_empty() {
            all_changes.push((index, changes));
        }
    }
    for (index, changes) in all_changes {
        let Some(resource) = resources.get_mut(index) else {
            continue;
        };
        for change in changes {
            edit::set(&mut resource.node, &change.way, change.value, &change.step);
        }
    }
    faults
}

/// A field that gets a new value.
struct Change<'s> {
    way: Vec<At<'s>>,
    value: Node,
    step: Step,
}

/// The objects whose names or namespaces changed, by the names they had.
struct Referents<'a> {
    resources: &'a [Resource],
    by_name: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Referents<'a> {
    fn new(resources: &'a [Resource]) -> Self {
        let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (index, resource) in resources.iter().enumerate() {
            for past in &resource.past.ids {
                let list = by_name.entry(&past.name).or_default();
                if list.last() != Some(&index) {
                    list.push(index);
                }
            }
        }
        Self { resources, by_name }
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'a Resource> {
        let indices = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        indices
            .iter()
            .filter_map(|index| self.resources.get(*index))
    }
}

/// One object that may refer to others, through one kind of field.
struct Referrer<'a> {
    resource: &'a Resource,
    referents: &'a Referents<'a>,
    referent: &'a GvkPattern,
    /// What a role binding's `roleRef` names besides, if this is its field.
    role: Option<GvkPattern>,
    /// Namespaces that a role binding's subjects may stand in.
    subject_namespaces: &'a FxHashSet<&'a str>,
    budget: &'a Budget,
}

fn of_one<'c>(
    resource: &Resource,
    referents: &Referents<'_>,
    config: &'c Config,
    changes: &mut Vec<Change<'c>>,
    budget: &Budget,
) -> Result<(), Fault> {
    let (group, version, kind) = {
        let first = resource.first_key();
        (
            first.group.to_owned(),
            first.version.to_owned(),
            first.kind.to_owned(),
        )
    };
    let subject_namespaces = subject_namespaces(resource)?;
    let mut done: FxHashMap<Vec<At<'c>>, usize> = FxHashMap::default();
    for (back, spec) in config.references_of(&kind) {
        if !spec.gvk.fits(&group, &version, &kind) {
            continue;
        }
        let referrer = Referrer {
            resource,
            referents,
            referent: &back.referent,
            role: role_of(resource, spec),
            subject_namespaces: &subject_namespaces,
            budget,
        };
        for found in spec.find(resource.view(), Leaf::Existing)? {
            match found.what {
                What::Is(view) if !is_null(view) => {}
                _ => continue,
            }
            referrer.update(found.path, changes, &mut done, back, spec)?;
        }
    }
    Ok(())
}

impl<'a> Referrer<'a> {
    /// Follows one field. What an earlier kind of reference changed there counts already.
    fn update<'c>(
        &self,
        way: Vec<At<'c>>,
        changes: &mut Vec<Change<'c>>,
        done: &mut FxHashMap<Vec<At<'c>>, usize>,
        back: &'c BackReference,
        spec: &'c FieldSpec,
    ) -> Result<(), Fault> {
        let Some(view) = edit::get(self.resource.view(), &way) else {
            return Ok(());
        };
        match view.kind() {
            Kind::Scalar | Kind::Alias => self.scalar(way, view, changes, done),
            Kind::Map => self.mapping(&way, view, changes, done),
            Kind::Seq => {
                for (index, item) in view.items().enumerate() {
                    let mut way = way.clone();
                    way.push(At::Item(index));
                    match item.kind() {
                        _ if is_null(item) => {}
                        Kind::Scalar | Kind::Alias => self.scalar(way, item, changes, done)?,
                        Kind::Map => self.mapping(&way, item, changes, done)?,
                        Kind::Seq => {
                            let message = format!(
                                "a reference to a {} is text or a mapping, not {}",
                                back.referent.kind,
                                kind_of(item)
                            );
                            let at = item.origin();
                            return Err(fault::at(FaultKind::Field, message, at.as_ref())
                                .help(format!("the path `{}` leads here", spec.path)));
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn scalar<'c>(
        &self,
        way: Vec<At<'c>>,
        old: View<'_>,
        changes: &mut Vec<Change<'c>>,
        done: &mut FxHashMap<Vec<At<'c>>, usize>,
    ) -> Result<(), Fault> {
        let changed = done.get(&way).and_then(|index| changes.get(*index));
        let name = changed
            .map_or(old, |change| change.value.view())
            .text()
            .to_owned();
        let candidates: Vec<&Resource> = self.referents.named(&name).collect();
        self.budget.spend(Unit::Steps, 1 + candidates.len())?;
        let Some(referent) = self.select(&candidates, old, Names::Only)? else {
            return Ok(());
        };
        self.rename(way, old, &name, referent, changes, done)?;
        Ok(())
    }

    fn rename<'c>(
        &self,
        way: Vec<At<'c>>,
        old: View<'_>,
        name: &str,
        referent: &Resource,
        changes: &mut Vec<Change<'c>>,
        done: &mut FxHashMap<Vec<At<'c>>, usize>,
    ) -> Result<(), Exceeded> {
        let new = referent.view().get_path(&["metadata", "name"]);
        let Some(new) = new.filter(|new| new.text() != name) else {
            return Ok(());
        };
        let step = step_of(referent, "name");
        let written = done.get(&way).and_then(|index| changes.get(*index));
        let written = written.map_or(old, |change| change.value.view());
        let value = renamed(new, written).finish_like(old, &step);
        spend_change(self.budget, &way, &value)?;
        done.insert(way.clone(), changes.len());
        changes.push(Change { way, value, step });
        Ok(())
    }

    fn mapping<'c>(
        &self,
        way: &[At<'c>],
        map: View<'_>,
        changes: &mut Vec<Change<'c>>,
        done: &mut FxHashMap<Vec<At<'c>>, usize>,
    ) -> Result<(), Fault> {
        let Some(old) = map.get("name") else {
            let at = map.origin();
            let message = "this refers to another object, but it has no `name`";
            return Err(fault::at(FaultKind::Field, message, at.as_ref()));
        };
        let mut name_way = way.to_vec();
        name_way.push(At::Key("name"));
        let name = old.text().to_owned();
        let candidates = self.in_namespace(&name, map.get("namespace"));
        self.budget.spend(Unit::Steps, 1 + candidates.len())?;
        if map.get("namespace").is_some() {
            // All objects are gone through for one that stood there.
            let all = self.referents.resources.len();
            self.budget.spend(Unit::Steps, all / 8)?;
        }
        let Some(referent) = self.select(&candidates, old, Names::AndNamespaces)? else {
            return Ok(());
        };
        self.rename(name_way, old, &name, referent, changes, done)?;
        let Some(namespace) = referent.view().get_path(&["metadata", "namespace"]) else {
            return Ok(());
        };
        if is_null(namespace) || namespace.text().is_empty() {
            return Ok(());
        }
        let old = map.get("namespace");
        if old.is_some_and(|old| old.text() == namespace.text()) {
            return Ok(());
        }
        let step = step_of(referent, "namespace");
        let composed = Composer::new().view(namespace);
        let value = match old {
            Some(old) => composed.finish_like(old, &step),
            None => composed.finish(manifest::Style::DoubleQuoted, &step),
        };
        let mut way = way.to_vec();
        way.push(At::Key("namespace"));
        changes.push(Change { way, value, step });
        Ok(())
    }

    /// The objects of a name that stood, or else stand, in the namespace that is written.
    fn in_namespace(&self, name: &str, namespace: Option<View<'_>>) -> Vec<&'a Resource> {
        let named = || self.referents.named(name).filter(|r| self.reaches(r));
        let Some(namespace) = namespace else {
            return named().collect();
        };
        let namespace = namespace.text();
        let all = || self.referents.resources.iter().filter(|r| self.reaches(r));
        // Only if nothing at all stood there do the present namespaces count.
        let stood = all().any(|r| !r.cluster_scoped && r.first_key().namespace == namespace);
        named()
            .filter(|r| match stood {
                true => r.first_key().namespace == namespace,
                false => r.key().namespace == namespace,
            })
            .collect()
    }

    /// Whether the object could be referred to from here at all.
    fn reaches(&self, other: &Resource) -> bool {
        self.resource.cluster_scoped
            || other.cluster_scoped
            || other.key().namespace == self.resource.key().namespace
            || self.subject_namespaces.contains(other.id().namespace)
    }

    /// The object that is meant, if there is one.
    fn select(
        &self,
        candidates: &[&'a Resource],
        at: View<'_>,
        names: Names,
    ) -> Result<Option<&'a Resource>, Fault> {
        let mine = self.resource.key().namespace;
        let mut candidates: Vec<&Resource> = candidates
            .iter()
            .copied()
            .filter(|r| self.reaches(r))
            .filter(|r| had_kind(r, self.referent))
            .filter(|r| self.role.as_ref().is_none_or(|role| had_kind(r, role)))
            .filter(|r| {
                self.resource.cluster_scoped
                    || r.cluster_scoped
                    || r.id().kind == "ServiceAccount"
                    || r.key().namespace == mine
            })
            .collect();
        if candidates.len() > 1 || candidates.is_empty() {
            candidates.retain(|r| same_affixes(self.resource, r, true));
        }
        if candidates.len() > 1 {
            candidates.retain(|r| same_affixes(self.resource, r, false));
        }
        let Some(first) = candidates.first().copied() else {
            return Ok(None);
        };
        let same = |other: &Resource| {
            let (a, b) = (first.id(), other.id());
            a.name == b.name && (names == Names::Only || a.namespace == b.namespace)
        };
        if candidates.iter().all(|other| same(other)) {
            return Ok(Some(first));
        }
        let place = at.origin();
        let message = format!("`{}` may mean several objects", at.text());
        let mut fault = fault::at(FaultKind::Conflict, message, place.as_ref());
        for other in &candidates {
            if let Some(place) = other.view().origin() {
                fault = fault.related("one of them", place.locate());
            }
        }
        Err(fault)
    }
}

/// The new name of an object for a field that refers to it by the old one: what is still the old
/// name comes from that field, what was added to it from where the object got it.
fn renamed(new: View<'_>, written: View<'_>) -> Composer {
    let whole = new.text().len();
    let View::Made(made) = new else {
        return Composer::new().view(new);
    };
    let edges =
        |edge: fn(&Part) -> u32, at: usize| made.parts.iter().any(|p| edge(p) as usize == at);
    let old = written.text();
    let mut found = new
        .text()
        .match_indices(old)
        .map(|(at, _)| (at, at + old.len()));
    let is_kept = |(start, end): &(usize, usize)| {
        edges(|part| part.span.start, *start) && edges(|part| part.span.end, *end)
    };
    match found.find(is_kept) {
        Some((start, end)) => Composer::new()
            .slice(new, 0..start)
            .view(written)
            .slice(new, end..whole),
        None => Composer::new().view(new),
    }
}

/// What must agree where several objects fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Only,
    AndNamespaces,
}

/// Whether the object was once of a kind.
fn had_kind(resource: &Resource, pattern: &GvkPattern) -> bool {
    resource
        .past_keys()
        .any(|id| pattern.fits(id.group, id.version, id.kind))
}

/// Whether both got the same prefixes and suffixes, as far as the shorter list goes.
fn same_affixes(a: &Resource, b: &Resource, empty_fits: bool) -> bool {
    let same = |a: &[Arc<str>], b: &[Arc<str>]| {
        if empty_fits && (a.is_empty() || b.is_empty()) {
            return true;
        }
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.is_empty() {
            return long.is_empty();
        }
        long.ends_with(short)
    };
    same(&a.past.prefixes, &b.past.prefixes) && same(&a.past.suffixes, &b.past.suffixes)
}

/// What else a `roleRef` says of the role that it names.
fn role_of(resource: &Resource, spec: &FieldSpec) -> Option<GvkPattern> {
    if !spec.path.ends_with("roleRef/name") {
        return None;
    }
    let role = resource.view().get("roleRef")?;
    Some(GvkPattern::new(
        role.get("apiGroup")?.text(),
        "",
        role.get("kind")?.text(),
    ))
}

/// The namespaces of the service accounts that a role binding names.
fn subject_namespaces(resource: &Resource) -> Result<FxHashSet<&str>, Fault> {
    let mut namespaces = FxHashSet::default();
    let id = resource.id();
    if id.kind != "RoleBinding" || resource.cluster_scoped {
        return Ok(namespaces);
    }
    let Some(subjects) = resource.view().get("subjects") else {
        return Ok(namespaces);
    };
    for subject in subjects.items() {
        let wrong = |view: View<'_>, message: String| {
            Err(fault::at(FaultKind::Field, message, view.origin().as_ref()))
        };
        if !subject.is_map() {
            return wrong(
                subject,
                format!("a subject is a mapping, not {}", kind_of(subject)),
            );
        }
        let (Some(namespace), Some(kind)) = (subject.get("namespace"), subject.get("kind")) else {
            continue;
        };
        if kind.as_str().is_none() {
            return wrong(kind, format!("a kind is text, not {}", kind_of(kind)));
        }
        if kind.text() != "ServiceAccount" {
            continue;
        }
        if namespace.as_str().is_none() {
            return wrong(
                namespace,
                format!("a namespace is text, not {}", kind_of(namespace)),
            );
        }
        namespaces.insert(namespace.text());
    }
    Ok(namespaces)
}

/// The step that renamed or moved an object, as the cause of a changed reference.
fn step_of(referent: &Resource, field: &str) -> Step {
    let cause = referent
        .view()
        .get("metadata")
        .and_then(|metadata| metadata.entry(field))
        .and_then(|entry| entry.was.and_then(|was| was.step.by.clone()));
    let by: Option<Src> = cause.or_else(|| {
        referent
            .view()
            .get_path(&["metadata", field])
            .and_then(View::origin)
    });
    Step {
        name: "nameReference",
        by,
    }
}
