//! Changes that the API server rejects: fields that cannot change once an object exists.

mod differ;
mod fields;
mod rules;
mod special;
mod sync;

#[cfg(test)]
mod tests;

use manifest::{FieldPath, Object};
use rustc_hash::FxHashMap;

use crate::problem::{Field, Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

pub(crate) use rules::{IMMUTABLE_FIELD, RULES};
use sync::Forced;

/// A change of an object that is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rejected {
    /// Where in the object as it would be; where something was removed, the path it had.
    path: FieldPath,
    /// Why, as a sentence.
    message: String,
    /// Whether it is rejected in any case.
    is_certain: bool,
}

/// What of the change from one state of an object to another is rejected. They are the same
/// object of the cluster: equal in kind, namespace and name.
fn rejected(before: &Object, after: &Object) -> Vec<Rejected> {
    let (old, new) = (before.node.view(), after.node.view());
    if old.same_content(new) {
        return Vec::new();
    }
    let gvk = &after.id.gvk;
    let mut found = fields::rejected(gvk, old, new);
    found.extend(special::rejected(gvk, old, new));
    found
}

/// What a cluster tells an object by: the environment, the cluster, the group, kind, namespace
/// and name.
type Key<'a> = (
    Option<&'a str>,
    Option<&'a str>,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
);

/// What syncs from one state of a repository to another would reject.
pub fn problems(before: &[Rendered], after: &[Rendered]) -> Vec<Problem> {
    let mut known: FxHashMap<Key<'_>, Vec<(Instance, &Object)>> = FxHashMap::default();
    for (key, at, object) in fixed(before) {
        known.entry(key).or_default().push((at, object));
    }
    if known.is_empty() {
        return Vec::new();
    }
    let mut count: FxHashMap<Key<'_>, usize> = FxHashMap::default();
    for (key, ..) in fixed(after) {
        *count.entry(key).or_default() += 1;
    }
    let forced = Forced::of(after);
    let mut problems = Vec::new();
    for (key, at, object) in fixed(after) {
        let Some(candidates) = known.get(&key) else {
            continue;
        };
        let spec = &after[at.target].spec;
        let is_own = |(earlier, _): &&(Instance, &Object)| {
            let was = &before[earlier.target].spec;
            was.path == spec.path && was.application == spec.application
        };
        // Where several tell of an object, one is the other if the same target does.
        let earlier = match candidates.as_slice() {
            [only] if count[&key] == 1 => Some(only),
            several => several.iter().find(is_own),
        };
        let Some((_, earlier)) = earlier else {
            continue;
        };
        if forced.makes_anew(spec, object) {
            continue;
        }
        for rejected in rejected(earlier, object) {
            if sync::recreates(spec, &object.id.gvk) {
                continue;
            }
            let field = Field {
                path: rejected.path,
                ..Field::default()
            };
            let mut problem = Problem::new(&IMMUTABLE_FIELD, rejected.message)
                .at_field(field)
                .affecting_objects([at].into());
            if spec.deployer.is_some() {
                problem = problem.help("delete the object before the sync, or let Argo CD do so once with the annotation `argocd.argoproj.io/sync-options: Force=true,Replace=true`");
            }
            if !rejected.is_certain {
                problem.at_most = Some(Severity::Info);
            }
            problems.push(problem);
        }
    }
    problems
}

/// The objects that have fields which cannot change, where they are applied.
fn fixed(rendered: &[Rendered]) -> impl Iterator<Item = (Key<'_>, Instance, &Object)> {
    let applied = rendered.iter().enumerate();
    let applied = applied.filter(|(_, target)| target.spec.is_applied());
    applied.flat_map(|(target, own)| {
        let objects = own.objects.iter().enumerate();
        let fixed = objects.filter(|(_, object)| {
            let gvk = &object.id.gvk;
            let is_fixed = fields::has_any(gvk) || special::has_any(gvk);
            is_fixed && !object.id.name.is_empty() && !sync::is_hook(object)
        });
        fixed.map(move |(number, object)| {
            let spec = &own.spec;
            let id = &object.id;
            let namespace = match &*id.namespace {
                "" => spec.namespace.as_ref().map_or("", |word| &word.text),
                own => own,
            };
            let key = (
                spec.environment.as_ref().map(|own| &*own.name),
                spec.cluster.as_deref(),
                &*id.gvk.group,
                &*id.gvk.kind,
                namespace,
                &*id.name,
            );
            let at = Instance {
                target,
                object: number,
            };
            (key, at, object)
        })
    })
}
