//! Kinds in which more decides whether a field can change.

use k8s_schema::Quantity;
use manifest::{FieldPath, Gvk, View};

use super::{Rejected, differ};

/// What of a volume can change; the rest says what it is.
const OF_VOLUMES: [&str; 9] = [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

/// What of a pod can change.
const OF_PODS: [&str; 6] = [
    "activeDeadlineSeconds",
    "ephemeralContainers",
    "image",
    "schedulingGates",
    "terminationGracePeriodSeconds",
    "tolerations",
];

/// Whether objects of a kind have such fields.
pub(super) fn has_any(gvk: &Gvk) -> bool {
    let kinds = [
        "ConfigMap",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "Secret",
        "Service",
    ];
    gvk.group.is_empty() && kinds.contains(&&*gvk.kind)
}

pub(super) fn rejected(gvk: &Gvk, before: View<'_>, after: View<'_>) -> Vec<Rejected> {
    if !gvk.group.is_empty() {
        return Vec::new();
    }
    match &*gvk.kind {
        "ConfigMap" | "Secret" => of_data(&gvk.kind, before, after),
        "PersistentVolume" => {
            let what = "the source of a PersistentVolume cannot change";
            of_spec(before, after, &OF_VOLUMES, what)
        }
        "Pod" => {
            let what = "only the images, deadlines and tolerations of a Pod can change";
            of_spec(before, after, &OF_PODS, what)
        }
        "PersistentVolumeClaim" => of_size(before, after),
        "Service" => of_service(before, after),
        _ => Vec::new(),
    }
}

fn path(keys: &[&str]) -> FieldPath {
    let mut path = FieldPath::default();
    keys.iter().for_each(|key| path.push_key(key));
    path
}

fn certain(path: FieldPath, message: String) -> Rejected {
    Rejected {
        path,
        message,
        is_certain: true,
    }
}

/// What is `immutable` stays as it is, and stays immutable.
fn of_data(kind: &str, before: View<'_>, after: View<'_>) -> Vec<Rejected> {
    let is_fixed = |view: View<'_>| {
        view.get("immutable")
            .is_some_and(|own| own.text() == "true")
    };
    if !is_fixed(before) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !is_fixed(after) {
        let message = format!("an immutable {kind} stays immutable");
        found.push(certain(path(&["immutable"]), message));
    }
    for field in ["data", "binaryData", "stringData"] {
        let (old, new) = (before.get(field), after.get(field));
        if let Some(path) = differ::place(old, new, &path(&[field]), &[]) {
            let message = format!("the {kind} is immutable, so its data cannot change");
            found.push(certain(path, message));
        }
    }
    found
}

fn of_spec(before: View<'_>, after: View<'_>, free: &[&str], what: &str) -> Vec<Rejected> {
    let (old, new) = (before.get("spec"), after.get("spec"));
    let place = differ::place(old, new, &path(&["spec"]), free);
    let rejected = place.map(|path| certain(path, what.to_owned()));
    rejected.into_iter().collect()
}

/// Claims grow and do not shrink.
fn of_size(before: View<'_>, after: View<'_>) -> Vec<Rejected> {
    const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];
    let size = |view: View<'_>| Quantity::of(view.get_path(&SIZE)?.text());
    match size(before).zip(size(after)) {
        Some((old, new)) if new < old => {
            let message = format!("a claim cannot shrink, and this one has {old}");
            vec![certain(path(&SIZE), message)]
        }
        _ => Vec::new(),
    }
}

fn of_service(before: View<'_>, after: View<'_>) -> Vec<Rejected> {
    let field = |view: View<'_>, name: &str| {
        let text = view.get_path(&["spec", name]).map_or("", View::text);
        text.to_owned()
    };
    let is = |kind: &str| [before, after].map(|view| field(view, "type") == kind);
    if is("ExternalName").contains(&true) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (old, new) = (field(before, "clusterIP"), field(after, "clusterIP"));
    if !new.is_empty() && old != new {
        let message = match old.as_str() {
            "" => "`spec.clusterIP` cannot change once the Service has one".to_owned(),
            old => format!(
                "`spec.clusterIP` cannot change once the Service exists, where it is `{old}`"
            ),
        };
        found.push(certain(path(&["spec", "clusterIP"]), message));
    }
    if is("LoadBalancer") == [true, true] {
        let [old, new] = [before, after].map(|view| field(view, "loadBalancerClass"));
        if old != new {
            let message =
                "`spec.loadBalancerClass` cannot change while the Service is a load balancer";
            found.push(certain(
                path(&["spec", "loadBalancerClass"]),
                message.to_owned(),
            ));
        }
    }
    let family = |view: View<'_>| {
        let families = view.get_path(&["spec", "ipFamilies"])?;
        families.items().next().map(|first| first.text().to_owned())
    };
    if let Some((old, new)) = family(before).zip(family(after))
        && old != new
    {
        let mut path = path(&["spec", "ipFamilies"]);
        path.push_index(0);
        let message = format!("the first of `spec.ipFamilies` cannot change: it is `{old}`");
        found.push(certain(path, message));
    }
    found
}
