//! Kinds with fields that keep the value they were created with.

use manifest::{FieldPath, Gvk, View};

use super::{Rejected, differ};

/// A field that cannot change.
struct Fixed {
    path: &'static [&'static str],
    /// What it is where nothing is said.
    default: &'static str,
    /// Whether it stays as it is where nothing is said, because the cluster fills it in.
    is_filled_in: bool,
}

const fn field(path: &'static [&'static str]) -> Fixed {
    Fixed {
        path,
        default: "",
        is_filled_in: false,
    }
}

const fn or(path: &'static [&'static str], default: &'static str) -> Fixed {
    Fixed {
        default,
        ..field(path)
    }
}

const fn filled_in(path: &'static [&'static str]) -> Fixed {
    Fixed {
        is_filled_in: true,
        ..field(path)
    }
}

/// What the API server adds to the templates of claims.
const OF_CLAIMS: [&str; 5] = [
    "apiVersion",
    "creationTimestamp",
    "kind",
    "status",
    "volumeMode",
];

type Kind = (&'static str, &'static str, &'static [Fixed]);

const KINDS: &[Kind] = &[
    ("apps", "DaemonSet", &[field(&["spec", "selector"])]),
    ("apps", "Deployment", &[field(&["spec", "selector"])]),
    ("apps", "ReplicaSet", &[field(&["spec", "selector"])]),
    (
        "apps",
        "StatefulSet",
        &[
            field(&["spec", "selector"]),
            field(&["spec", "serviceName"]),
            or(&["spec", "podManagementPolicy"], "OrderedReady"),
            field(&["spec", "volumeClaimTemplates"]),
        ],
    ),
    (
        "batch",
        "Job",
        &[
            field(&["spec", "selector"]),
            field(&["spec", "template"]),
            or(&["spec", "completionMode"], "NonIndexed"),
            field(&["spec", "podFailurePolicy"]),
            field(&["spec", "backoffLimitPerIndex"]),
            field(&["spec", "successPolicy"]),
            field(&["spec", "managedBy"]),
        ],
    ),
    (
        "",
        "PersistentVolumeClaim",
        &[
            filled_in(&["spec", "accessModes"]),
            filled_in(&["spec", "storageClassName"]),
            filled_in(&["spec", "volumeName"]),
            or(&["spec", "volumeMode"], "Filesystem"),
            field(&["spec", "selector"]),
            filled_in(&["spec", "dataSource"]),
            filled_in(&["spec", "dataSourceRef"]),
        ],
    ),
    (
        "",
        "PersistentVolume",
        &[or(&["spec", "volumeMode"], "Filesystem")],
    ),
    ("", "ResourceQuota", &[field(&["spec", "scopes"])]),
    ("", "Secret", &[or(&["type"], "Opaque")]),
    (
        "storage.k8s.io",
        "StorageClass",
        &[
            field(&["provisioner"]),
            field(&["parameters"]),
            or(&["reclaimPolicy"], "Delete"),
            or(&["volumeBindingMode"], "Immediate"),
        ],
    ),
    (
        "storage.k8s.io",
        "VolumeAttributesClass",
        &[field(&["driverName"]), field(&["parameters"])],
    ),
    (
        "rbac.authorization.k8s.io",
        "RoleBinding",
        &[field(&["roleRef", "kind"]), field(&["roleRef", "name"])],
    ),
    (
        "rbac.authorization.k8s.io",
        "ClusterRoleBinding",
        &[field(&["roleRef", "kind"]), field(&["roleRef", "name"])],
    ),
    (
        "networking.k8s.io",
        "IngressClass",
        &[field(&["spec", "controller"])],
    ),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        &[
            field(&["spec", "scope"]),
            field(&["spec", "group"]),
            field(&["spec", "names", "kind"]),
            field(&["spec", "names", "plural"]),
        ],
    ),
    (
        "scheduling.k8s.io",
        "PriorityClass",
        &[
            or(&["value"], "0"),
            or(&["preemptionPolicy"], "PreemptLowerPriority"),
        ],
    ),
    ("node.k8s.io", "RuntimeClass", &[field(&["handler"])]),
    (
        "discovery.k8s.io",
        "EndpointSlice",
        &[field(&["addressType"])],
    ),
];

fn fixed(gvk: &Gvk) -> &'static [Fixed] {
    let mut kinds = KINDS.iter();
    let found = kinds.find(|(group, kind, _)| *gvk.kind == **kind && *gvk.group == **group);
    found.map_or(&[], |(_, _, fields)| fields)
}

/// Whether objects of a kind have such fields.
pub(super) fn has_any(gvk: &Gvk) -> bool {
    !fixed(gvk).is_empty()
}

/// The fields of an object that change and cannot.
pub(super) fn rejected(gvk: &Gvk, before: View<'_>, after: View<'_>) -> Vec<Rejected> {
    let mut found = Vec::new();
    let is_job = *gvk.kind == *"Job";
    let is_suspended = |view: View<'_>| {
        let flag = view.get_path(&["spec", "suspend"]);
        flag.is_some_and(|flag| flag.text() == "true")
    };
    for fixed in self::fixed(gvk) {
        let (old, new) = (before.get_path(fixed.path), after.get_path(fixed.path));
        if fixed.is_default(old) && fixed.is_default(new) {
            continue;
        }
        let mut path = FieldPath::default();
        for key in fixed.path {
            path.push_key(key);
        }
        let ignored: &[&str] = match fixed.path.last() {
            Some(&"volumeClaimTemplates") => &OF_CLAIMS,
            Some(&"template") => &["creationTimestamp"],
            _ => &[],
        };
        let Some(path) = differ::place(old, new, &path, ignored) else {
            continue;
        };
        let is_unsaid = |view: Option<View<'_>>| view.is_none_or(View::is_null);
        // Nobody takes away what the cluster filled in, and what it filled in may be the same.
        if fixed.is_filled_in && is_unsaid(new) {
            continue;
        }
        if is_job && is_suspended(before) && fixed.path == ["spec", "template"] {
            continue;
        }
        let field = fixed.path.join(".");
        let was = match old.and_then(View::as_str) {
            Some(was) if !was.is_empty() => format!(", where it is `{was}`"),
            _ => String::new(),
        };
        let is_gone_by_itself = is_job
            && after
                .get_path(&["spec", "ttlSecondsAfterFinished"])
                .is_some();
        found.push(Rejected {
            message: format!("`{field}` cannot change once the {} exists{was}", gvk.kind),
            is_certain: !(is_gone_by_itself || fixed.is_filled_in && is_unsaid(old)),
            path,
        });
    }
    found
}

impl Fixed {
    /// Whether a value is what it is where nothing is said.
    fn is_default(&self, value: Option<View<'_>>) -> bool {
        value.is_none_or(|value| value.is_null() || value.as_str() == Some(self.default))
            || value.is_some_and(|value| !self.default.is_empty() && value.text() == self.default)
    }
}
