//! The kinds that others refer to by name.

/// A kind that others refer to by name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// Its API group; empty for the core group.
    pub(crate) group: &'static str,
    /// Its name.
    pub(crate) kind: &'static str,
    /// Whether its objects are in no namespace.
    pub(super) is_cluster_wide: bool,
}

const fn namespaced(group: &'static str, kind: &'static str) -> Sort {
    Sort {
        group,
        kind,
        is_cluster_wide: false,
    }
}

const fn cluster_wide(group: &'static str, kind: &'static str) -> Sort {
    Sort {
        group,
        kind,
        is_cluster_wide: true,
    }
}

const RBAC: &str = "rbac.authorization.k8s.io";
const CERTIFICATES: &str = "cert-manager.io";
const GATEWAYS: &str = "gateway.networking.k8s.io";

pub(crate) static CONFIG_MAP: Sort = namespaced("", "ConfigMap");
pub(crate) static SECRET: Sort = namespaced("", "Secret");
pub(super) static SERVICE_ACCOUNT: Sort = namespaced("", "ServiceAccount");
pub(super) static CLAIM: Sort = namespaced("", "PersistentVolumeClaim");
pub(super) static ROLE: Sort = namespaced(RBAC, "Role");
pub(super) static CLUSTER_ROLE: Sort = cluster_wide(RBAC, "ClusterRole");
pub(super) static STORAGE_CLASS: Sort = cluster_wide("storage.k8s.io", "StorageClass");
pub(super) static SNAPSHOT_CLASS: Sort =
    cluster_wide("snapshot.storage.k8s.io", "VolumeSnapshotClass");
pub(super) static PRIORITY_CLASS: Sort = cluster_wide("scheduling.k8s.io", "PriorityClass");
pub(super) static INGRESS_CLASS: Sort = cluster_wide("networking.k8s.io", "IngressClass");
pub(super) static GATEWAY: Sort = namespaced(GATEWAYS, "Gateway");
pub(super) static GATEWAY_CLASS: Sort = cluster_wide(GATEWAYS, "GatewayClass");
pub(super) static ISSUER: Sort = namespaced(CERTIFICATES, "Issuer");
pub(super) static CLUSTER_ISSUER: Sort = cluster_wide(CERTIFICATES, "ClusterIssuer");
pub(super) static SECRET_STORE: Sort = namespaced("external-secrets.io", "SecretStore");
pub(super) static CLUSTER_SECRET_STORE: Sort =
    cluster_wide("external-secrets.io", "ClusterSecretStore");
pub(super) static AUTHENTICATION: Sort = namespaced("keda.sh", "TriggerAuthentication");
pub(super) static CLUSTER_AUTHENTICATION: Sort =
    cluster_wide("keda.sh", "ClusterTriggerAuthentication");

static ALL: [&Sort; 18] = [
    &CONFIG_MAP,
    &SECRET,
    &SERVICE_ACCOUNT,
    &CLAIM,
    &ROLE,
    &CLUSTER_ROLE,
    &STORAGE_CLASS,
    &SNAPSHOT_CLASS,
    &PRIORITY_CLASS,
    &INGRESS_CLASS,
    &GATEWAY,
    &GATEWAY_CLASS,
    &ISSUER,
    &CLUSTER_ISSUER,
    &SECRET_STORE,
    &CLUSTER_SECRET_STORE,
    &AUTHENTICATION,
    &CLUSTER_AUTHENTICATION,
];

impl Sort {
    /// That of an object.
    pub(super) fn of(group: &str, kind: &str) -> Option<&'static Self> {
        let mut all = ALL.into_iter();
        all.find(|sort| sort.group == group && sort.kind == kind)
    }

    /// The kind of the same use whose objects are, or are not, in a namespace.
    pub(super) fn counterpart(&self) -> Option<&'static Self> {
        let name = match self.kind.strip_prefix("Cluster") {
            Some(rest) => rest.to_owned(),
            None => format!("Cluster{}", self.kind),
        };
        Self::of(self.group, &name)
    }
}

impl Sort {
    /// Whether clusters have objects of this kind that come from their provider, or with what
    /// is installed first.
    pub(super) fn is_of_platform(&self) -> bool {
        let is_class = self.kind.ends_with("Class") && self.kind != PRIORITY_CLASS.kind;
        is_class || *self == CLUSTER_ROLE
    }
}

/// Whether a cluster has an object of this name by itself, or by a platform's habit.
pub(super) fn is_built_in(sort: &Sort, name: &str) -> bool {
    match sort.kind {
        "ConfigMap" => matches!(
            name,
            "kube-root-ca.crt" | "openshift-service-ca.crt" | "istio-ca-root-cert"
        ),
        "ServiceAccount" => matches!(name, "default" | "builder" | "deployer" | "pipeline"),
        "ClusterRole" => {
            matches!(name, "cluster-admin" | "admin" | "edit" | "view")
                || name.starts_with("system:")
        }
        "Role" => {
            name.starts_with("system:") || name == "extension-apiserver-authentication-reader"
        }
        "PriorityClass" => name.starts_with("system-"),
        _ => false,
    }
}
