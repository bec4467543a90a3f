//! What a cluster sets in pods that manifests leave out: OpenShift's security context constraints,
//! and the repository's own policies that change pods as they are admitted.

mod granted;
mod mutated;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use manifest::{Location, Object};
use rustc_hash::FxHashMap;

use super::{Context, Told};
use crate::checks::worlds::worlds;
use crate::problem::{Affects, At, Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;
use granted::Granted;
use mutated::Mutated;

/// A rule on something that a pod leaves out.
struct Omission {
    /// The policy.
    rule: &'static str,
    /// The fields of which any sets it.
    fields: &'static [&'static str],
    /// Whether OpenShift sets it in the pods of whoever was granted nothing else.
    by_openshift: bool,
}

static OMISSIONS: [Omission; 8] = [
    Omission {
        rule: "may-run-as-root",
        fields: &["runAsNonRoot", "runAsUser"],
        by_openshift: true,
    },
    Omission {
        rule: "privilege-escalation",
        fields: &["allowPrivilegeEscalation"],
        by_openshift: true,
    },
    Omission {
        rule: "capabilities-not-dropped",
        fields: &["drop"],
        by_openshift: true,
    },
    Omission {
        rule: "missing-seccomp-profile",
        fields: &["seccompProfile"],
        by_openshift: true,
    },
    Omission {
        rule: "writable-root-filesystem",
        fields: &["readOnlyRootFilesystem"],
        by_openshift: false,
    },
    Omission {
        rule: "missing-memory-limit",
        fields: &["limits"],
        by_openshift: false,
    },
    Omission {
        rule: "missing-resource-requests",
        fields: &["requests", "limits"],
        by_openshift: false,
    },
    Omission {
        rule: "missing-pod-security-labels",
        fields: &[],
        by_openshift: true,
    },
];

/// A cluster that sets something.
struct Cluster<'a> {
    /// Who is granted more than OpenShift's default; none if it is no OpenShift.
    openshift: Option<Granted<'a>>,
    mutated: Mutated<'a>,
}

pub(in crate::context) fn concerns(problem: &Problem) -> bool {
    omission(problem).is_some()
}

fn omission(problem: &Problem) -> Option<&'static Omission> {
    OMISSIONS.iter().find(|own| problem.rule.id == own.rule)
}

/// Lowers what is said of fields that are left out, and that the cluster sets.
pub(in crate::context) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let rendered = context.rendered;
    let clusters = clusters(rendered);
    if clusters.is_empty() {
        return;
    }
    for problem in told.of(concerns) {
        let omission = omission(problem);
        let (Some(omission), At::Field(field), Affects::Objects(objects)) =
            (omission, &problem.at, &problem.affects)
        else {
            continue;
        };
        // What is written is not what the cluster would set: it stays, or keeps the pod out.
        let leaves_out = |at: &&Instance| {
            let object = rendered[at.target].objects.get(at.object);
            omission.fields.is_empty()
                || object.is_some_and(|object| object.node.view().at(&field.path).is_none())
        };
        let set: Option<Vec<Option<Location>>> = objects
            .iter()
            .map(|at| {
                let cluster = clusters.get(&at.target).filter(|_| leaves_out(&at))?;
                cluster.sets(omission, rendered, *at)
            })
            .collect();
        let Some(set) = set else { continue };
        problem.limit(Severity::Info);
        if let Some(place) = set.into_iter().flatten().next() {
            *problem = problem.clone().related("this policy sets it", place);
        }
    }
}

impl Cluster<'_> {
    /// Whether the cluster sets something in an object's pods, and what says so, if that is in the
    /// repository.
    fn sets(
        &self,
        omission: &Omission,
        rendered: &[Rendered],
        at: Instance,
    ) -> Option<Option<Location>> {
        let target = rendered.get(at.target)?;
        let object = target.objects.get(at.object)?;
        let namespace = match &*object.id.namespace {
            "" => target.spec.namespace.as_ref().map_or("", |word| &word.text),
            own => own,
        };
        if let Some(place) = self.mutated.sets(omission.fields, namespace) {
            return Some(Some(place.clone()));
        }
        let granted = self.openshift.as_ref().filter(|_| omission.by_openshift)?;
        // What pods of a namespace may do decides on the labels that it is given.
        if &*object.id.gvk.kind == "Namespace" {
            return Some(None);
        }
        (!granted.has(object, namespace)).then_some(None)
    }
}

/// The clusters that set something, by the targets that go to them.
fn clusters(rendered: &[Rendered]) -> FxHashMap<usize, Rc<Cluster<'_>>> {
    let objects = rendered.iter().flat_map(|target| &target.objects);
    let mut clusters = FxHashMap::default();
    let is_telling = |group: &str| granted::is_openshift(group) || group == mutated::GROUP;
    if !objects
        .clone()
        .any(|object| is_telling(&object.id.gvk.group))
    {
        return clusters;
    }
    for world in worlds(rendered) {
        let objects: Vec<&Object> = world.all().flat_map(|at| &rendered[at].objects).collect();
        let mut groups = objects.iter().map(|object| &object.id.gvk.group);
        let is_openshift = groups.any(|group| granted::is_openshift(group));
        let cluster = Rc::new(Cluster {
            openshift: is_openshift.then(|| Granted::of(&objects)),
            mutated: Mutated::by(&objects),
        });
        if cluster.openshift.is_some() || !cluster.mutated.is_empty() {
            clusters.extend(world.targets.iter().map(|at| (*at, cluster.clone())));
        }
    }
    clusters
}
