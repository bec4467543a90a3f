//! What the cluster can do, as far as templates ask.

/// The cluster that a chart is rendered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes, such as `v1.36.0`.
    pub kubernetes_version: String,
    /// The API versions that it serves, such as `apps/v1` or `apps/v1/Deployment`.
    pub api_versions: Vec<String>,
}

/// What Helm 4.2.3 takes for granted.
impl Default for Capabilities {
    fn default() -> Self {
        Self {
            kubernetes_version: "v1.36.0".to_owned(),
            api_versions: API_VERSIONS.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Capabilities {
    /// A cluster of a version that serves the usual API versions and the given ones.
    pub fn new(
        kubernetes_version: Option<&str>,
        api_versions: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut capabilities = Self::default();
        capabilities.api_versions.extend(api_versions);
        if let Some(version) = kubernetes_version {
            capabilities.kubernetes_version = version.to_owned();
        }
        capabilities
    }

    /// A cluster of a version that serves these API versions and no others, as installing into it
    /// finds out.
    pub fn of_cluster(
        kubernetes_version: &str,
        api_versions: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            kubernetes_version: kubernetes_version.to_owned(),
            api_versions: api_versions.into_iter().collect(),
        }
    }

    /// The version as given, with `v`.
    pub(crate) fn version(&self) -> String {
        match self.kubernetes_version.strip_prefix('v') {
            Some(_) => self.kubernetes_version.clone(),
            None => format!("v{}", self.kubernetes_version),
        }
    }

    /// The version without what providers add to it, and its first two numbers.
    pub(crate) fn numbers(&self) -> (String, String, String) {
        let text = self.kubernetes_version.trim_start_matches('v');
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let numbers = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        let mut parts = numbers.split('.').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        let (major, minor) = (part(), part());
        (format!("v{numbers}"), major, minor)
    }
}

/// The versions that client-go 0.36 and the API of extensions know, in their order.
const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];
