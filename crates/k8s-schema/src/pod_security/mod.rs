//! The Pod Security Standards, which a namespace enforces by its label
//! `pod-security.kubernetes.io/enforce`.

mod baseline;
mod restricted;
#[cfg(test)]
mod tests;

use std::fmt;

use manifest::{Dialect, FieldPath, Gvk, View};

use crate::Version;
use crate::check::{Check, Place};
use crate::server::at::At;
use crate::violation::ViolationKind::InvalidValue;

/// A level of the Pod Security Standards; each one refuses what the one before it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PodSecurityLevel {
    /// Everything is allowed.
    Privileged,
    /// What is known to lead out of a container is refused.
    Baseline,
    /// Pods have to be hardened as well.
    Restricted,
}

/// One thing in a pod that a level refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodSecurityViolation {
    /// The field that is refused. Where one is missing, the path it would have.
    pub path: FieldPath,
    /// Whether the key at the end of `path` is meant, not its value.
    pub at_key: bool,
    /// What has to be different: one sentence without a full stop.
    pub message: String,
}

impl PodSecurityLevel {
    /// Reads the value of a label; `None` if it is no level, which the server refuses.
    pub fn parse(label: &str) -> Option<Self> {
        match label {
            "privileged" => Some(Self::Privileged),
            "baseline" => Some(Self::Baseline),
            "restricted" => Some(Self::Restricted),
            _ => None,
        }
    }
}

/// `restricted`
impl fmt::Display for PodSecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        })
    }
}

/// The version of the standards that the label `pod-security.kubernetes.io/enforce-version` asks
/// for: that of the cluster, unless the label names an older one. Standards from before the
/// oldest covered version are read as those of that one.
pub fn pod_security_version(label: Option<&str>, cluster: Version) -> Version {
    match label {
        None | Some("latest") => cluster,
        Some(text) => match Version::parse(text) {
            Some(version) => version.min(cluster),
            None if is_old(text) => Version::OLDEST,
            None => cluster,
        },
    }
}

fn is_old(text: &str) -> bool {
    let minor = text
        .strip_prefix("v1.")
        .and_then(|minor| minor.parse().ok());
    minor.is_some_and(|minor: u16| minor < Version::OLDEST.minor())
}

/// What a level of the standards refuses of an object's pods: those of a Pod, or of anything
/// built-in that makes pods. Other objects have none.
pub fn pod_security(
    object: View<'_>,
    level: PodSecurityLevel,
    version: Version,
    dialect: Dialect,
) -> Vec<PodSecurityViolation> {
    let mut check = Check::new(version, dialect);
    if let Some(steps) = template(&Gvk::of(object)) {
        let root = At::new(object, Place::ROOT);
        descend(&root, steps, &mut |template| {
            judge(&mut check, template, level);
        });
    }
    let violations = check.violations.into_iter();
    violations
        .map(|told| PodSecurityViolation {
            path: told.path,
            at_key: told.at_key,
            message: told.message,
        })
        .collect()
}

/// Where the pod, or its template, stands in objects of a kind.
fn template(kind: &Gvk) -> Option<&'static [&'static str]> {
    Some(match (&*kind.group, &*kind.kind) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("", "ReplicationController")
        | ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job") => &["spec", "template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    })
}

/// Goes down by keys; the places on the way live as long as what is done at the end.
fn descend(at: &At<'_, '_>, steps: &[&str], then: &mut dyn FnMut(&At<'_, '_>)) {
    match steps {
        [] => then(at),
        [step, rest @ ..] => descend(&at.get(step), rest, then),
    }
}

/// A pod, or a template of one: its metadata and its specification.
fn judge(check: &mut Check, template: &At<'_, '_>, level: PodSecurityLevel) {
    let metadata = template.get("metadata");
    let spec = template.get("spec");
    if level >= PodSecurityLevel::Baseline {
        baseline::judge(check, &spec, &metadata.get("annotations"), level);
    }
    if level >= PodSecurityLevel::Restricted {
        restricted::judge(check, &spec);
    }
}

/// Does something with every container.
fn each_container(spec: &At<'_, '_>, mut with: impl FnMut(&At<'_, '_>)) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in spec.get(list).items() {
            with(&container);
        }
    }
}

/// Does something with the security contexts of the pod and of every container.
fn each_context(spec: &At<'_, '_>, mut with: impl FnMut(&At<'_, '_>)) {
    with(&spec.get("securityContext"));
    each_container(spec, |container| with(&container.get("securityContext")));
}

/// Whether the pod has users of its own, so that its root is none on the node.
fn has_own_users(check: &Check, spec: &At<'_, '_>) -> bool {
    check.version.minor() >= 35 && spec.get("hostUsers").is_false()
}

/// Adds something that is refused, unless it is filled in later.
fn refuse(check: &mut Check, at: &At<'_, '_>, reason: &str) {
    if !at.is_open() && !check.is_full() {
        let message = format!("{} {reason}", at.place.name());
        check.report(InvalidValue, &at.place, message, None);
    }
}

/// The same, where it is the field itself that is refused.
fn refuse_field(check: &mut Check, at: &At<'_, '_>, reason: &str) {
    if !check.is_full() {
        let message = format!("{} {reason}", at.place.name());
        check.report_key(InvalidValue, &at.place, message, None);
    }
}
