//! The order in which objects are given out.

use std::cmp::Ordering;

use manifest::{Fault, FaultKind};
use rustc_hash::FxHashMap;

use crate::fault;
use crate::field_spec::GvkPattern;
use crate::kustomization::SortOptions;
use crate::resource::{Id, Resource};
use crate::text::{Text, str_of};

/// Kinds that come before all others, in this order.
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that come after all others, in this order.
const LAST: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// What `sortOptions` or the caller asks for.
pub(crate) enum Order<'a> {
    /// As they were met.
    Kept,
    /// By kind, with these first and last.
    ByKind(Ranks<'a>),
}

/// The ranks of kinds; those without one have rank 0.
pub(crate) struct Ranks<'a>(FxHashMap<&'a str, i64>);

impl<'a> Ranks<'a> {
    pub(crate) fn standard() -> Self {
        Self::new(FIRST.iter().copied(), LAST.iter().copied())
    }

    fn new(
        first: impl ExactSizeIterator<Item = &'a str>,
        last: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut ranks = FxHashMap::default();
        let count = first.len() as i64;
        for (at, kind) in first.enumerate() {
            ranks.insert(kind, at as i64 - count);
        }
        for (at, kind) in last.enumerate() {
            ranks.insert(kind, at as i64 + 1);
        }
        Self(ranks)
    }

    fn of(&self, kind: &str) -> i64 {
        self.0.get(kind).copied().unwrap_or(0)
    }
}

/// What a kustomization's `sortOptions` ask for.
pub(crate) fn of_options(options: &SortOptions) -> Result<Order<'_>, Fault> {
    let at = options.order.as_ref().map(Text::at).or(options.at.as_ref());
    match (str_of(&options.order), &options.legacy) {
        ("fifo", None) => Ok(Order::Kept),
        ("fifo", Some(_)) => Err(fault::at(
            FaultKind::Field,
            "legacySortOptions are given, but the order is `fifo`",
            at,
        )
        .help("write `order: legacy`, or remove legacySortOptions")),
        ("legacy", None) => Ok(Order::ByKind(Ranks::standard())),
        ("legacy", Some((first, last))) => Ok(Order::ByKind(Ranks::new(
            first.iter().map(Text::as_str),
            last.iter().map(Text::as_str),
        ))),
        (other, _) => Err(
            fault::at(FaultKind::Field, format!("`{other}` is not an order"), at)
                .help("write `fifo` or `legacy`"),
        ),
    }
}

/// Sorts objects by kind, then by name.
pub(crate) fn sort(resources: Vec<Resource>, ranks: &Ranks<'_>) -> Vec<Resource> {
    let mut order: Vec<(Id<'_>, usize)> = resources
        .iter()
        .enumerate()
        .map(|(at, resource)| (resource.id(), at))
        .collect();
    order.sort_by(|(a, _), (b, _)| compare(*a, *b, ranks));
    let order: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
    let mut resources: Vec<Option<Resource>> = resources.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|at| resources.get_mut(at).and_then(Option::take))
        .collect()
}

fn compare<'a>(a: Id<'a>, b: Id<'a>, ranks: &Ranks<'_>) -> Ordering {
    let ordering = ranks.of(a.kind).cmp(&ranks.of(b.kind));
    if ordering != Ordering::Equal {
        return ordering;
    }
    let by_kind = compare_gvk((a.group, a.version, a.kind), (b.group, b.version, b.kind));
    match by_kind {
        // Of Namespaces, the core group's come first although `~G` sorts last.
        _ if by_kind.is_ne()
            && a.kind == "Namespace"
            && (a.group.is_empty() || b.group.is_empty()) =>
        {
            by_kind.reverse()
        }
        Ordering::Equal if a.namespace == b.namespace => or(a.name, "~N").cmp(or(b.name, "~N")),
        Ordering::Equal => {
            let key = |id: Id<'a>| {
                let namespace = or(id.namespace, "~X").bytes();
                namespace.chain(*b"|").chain(or(id.name, "~N").bytes())
            };
            key(a).cmp(key(b))
        }
        other => other,
    }
}

/// The order of `group_version_kind` as text, where what is empty sorts by a placeholder.
fn compare_gvk(a: (&str, &str, &str), b: (&str, &str, &str)) -> Ordering {
    match a == b {
        true => Ordering::Equal,
        false => bytes(a).cmp(bytes(b)),
    }
}

fn bytes<'a>((group, version, kind): (&'a str, &'a str, &'a str)) -> impl Iterator<Item = u8> + 'a {
    or(group, "~G")
        .bytes()
        .chain(*b"_")
        .chain(or(version, "~V").bytes())
        .chain(*b"_")
        .chain(or(kind, "~K").bytes())
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// The standard order of kinds, by which field paths are sorted.
pub(crate) fn compare_kinds(a: &GvkPattern, b: &GvkPattern) -> Ordering {
    let rank = |kind: &str| -> i64 {
        let first = FIRST.iter().position(|k| *k == kind);
        let last = LAST.iter().position(|k| *k == kind);
        match (first, last) {
            (Some(at), _) => at as i64 - FIRST.len() as i64,
            (None, Some(at)) => at as i64 + 1,
            (None, None) => 0,
        }
    };
    rank(&a.kind).cmp(&rank(&b.kind)).then_with(|| {
        compare_gvk(
            (&a.group, &a.version, &a.kind),
            (&b.group, &b.version, &b.kind),
        )
    })
}
