//! Differences that come with every release and that hardly anybody wants to see.

use std::collections::BTreeSet;

use manifest::{Node, Object};

use crate::field::Role;
use crate::file::text_of;
use crate::path::Path;
use crate::walk::Found;

/// Why a difference is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noise {
    /// A label or annotation that names the chart's or the application's version.
    VersionLabel,
    /// A sum over something that is compared itself.
    Checksum,
    /// A certificate that the cluster fills in.
    CaBundle,
    /// The name that an object has in its environment, here or where something refers to it; the
    /// namespace that it is in.
    Name,
    /// The body of a CustomResourceDefinition.
    Definition,
    /// What a tool notes for itself.
    Bookkeeping,
}

const VERSION_LABELS: [&str; 3] = ["helm.sh/chart", "chart", "app.kubernetes.io/version"];

const BOOKKEEPING: [&str; 3] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "argocd.argoproj.io/tracking-id",
    "rollme",
];

/// The names that the same objects have on both sides, where they differ.
pub(super) struct Names(BTreeSet<(Box<str>, Box<str>)>);

impl Names {
    pub(super) fn of(
        pairs: &[(Option<usize>, Option<usize>)],
        left: &[Object],
        right: &[Object],
    ) -> Self {
        let names = pairs.iter().filter_map(|(a, b)| {
            let (left, right) = (&left.get((*a)?)?.id.name, &right.get((*b)?)?.id.name);
            (left != right).then(|| (left.clone(), right.clone()))
        });
        Self(names.collect())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(left, right)| (&**left, &**right))
    }

    fn has(&self, left: &Node, right: &Node) -> bool {
        let names = (text_of(left.view()).into(), text_of(right.view()).into());
        self.0.contains(&names)
    }
}

/// Why a difference is folded, if it is.
pub(super) fn of(found: &Found, names: &Names) -> Option<Noise> {
    let local = found.local();
    let key = local.last_key().unwrap_or_default();
    let is_in = |above: &str| local.names().rev().nth(1) == Some(above);
    if is_in("labels") || is_in("matchLabels") || is_in("annotations") {
        if VERSION_LABELS.contains(&key) {
            return Some(Noise::VersionLabel);
        }
        if is_in("annotations") && (key.starts_with("checksum/") || key.ends_with("/checksum")) {
            return Some(Noise::Checksum);
        }
        if BOOKKEEPING.contains(&key) {
            return Some(Noise::Bookkeeping);
        }
    }
    if key == "caBundle" {
        return Some(Noise::CaBundle);
    }
    if is_definition(&found.role) && is_body(&local) {
        return Some(Noise::Definition);
    }
    if local.names().eq(["metadata", "namespace"]) {
        return Some(Noise::Name);
    }
    match (&found.source, &found.target) {
        (Some(left), Some(right)) if names.has(left, right) => Some(Noise::Name),
        _ => None,
    }
}

fn is_definition(role: &Role) -> bool {
    matches!(role, Role::Object(gvk) if &*gvk.kind == "CustomResourceDefinition")
}

fn is_body(local: &Path) -> bool {
    local.names().next() == Some("spec")
}
