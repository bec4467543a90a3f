//! The texts of the policies that come with the program.

macro_rules! policies {
    ($($path:literal),+ $(,)?) => {
        /// Every `.rego` file under `policies/`, with its text.
        const FILES: &[(&str, &str)] = &[
            $(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/", $path)))),+
        ];
    };
}

policies! {
    "availability/single-replica.rego",
    "images/image-without-digest.rego",
    "images/mutable-image-tag.rego",
    "images/registry-not-allowed.rego",
    "images/unsigned-image.rego",
    "lib/credentials.rego",
    "lib/host_paths.rego",
    "lib/images.rego",
    "lib/isolation.rego",
    "lib/isolation_calico.rego",
    "lib/isolation_cilium.rego",
    "lib/isolation_kubernetes.rego",
    "lib/objects.rego",
    "lib/pod.rego",
    "lib/pods.rego",
    "lib/resources.rego",
    "lib/selectors.rego",
    "lib/signatures.rego",
    "lib/workloads.rego",
    "namespaces/missing-pod-security-labels.rego",
    "network/missing-default-deny.rego",
    "probes/missing-liveness-probe.rego",
    "probes/missing-readiness-probe.rego",
    "rbac/cluster-admin-binding.rego",
    "rbac/wildcard-permissions.rego",
    "resources/missing-memory-limit.rego",
    "resources/missing-resource-requests.rego",
    "resources/namespace-without-limit-range.rego",
    "resources/namespace-without-quota.rego",
    "secrets/credential-in-config.rego",
    "secrets/plain-secret.rego",
    "secrets/uncertain-credential.rego",
    "security/capabilities-not-dropped.rego",
    "security/host-namespace.rego",
    "security/host-path-volume.rego",
    "security/may-run-as-root.rego",
    "security/missing-seccomp-profile.rego",
    "security/privilege-escalation.rego",
    "security/privileged-container.rego",
    "security/runs-as-root.rego",
    "security/sensitive-host-path.rego",
    "security/writable-root-filesystem.rego",
}

/// Whether a policy with this id comes with the program.
pub(crate) fn has(id: &str) -> bool {
    let names = FILES.iter().filter_map(|(path, _)| path.rsplit_once('/'));
    let mut names = names.filter(|(folder, _)| *folder != "lib");
    names.any(|(_, name)| name.strip_suffix(".rego") == Some(id))
}

/// The policies that come with the program and what they share, by their paths below
/// `policies/`.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().copied()
}

/// What policies share, users' policies as well.
pub(crate) fn shared() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().filter(|(path, _)| path.starts_with("lib/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::FILES;

    #[test]
    fn every_file_is_listed() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
        let mut found = Vec::new();
        for group in fs::read_dir(root).unwrap() {
            let group = group.unwrap();
            if !group.path().is_dir() {
                continue;
            }
            for file in fs::read_dir(group.path()).unwrap() {
                let names = [group.file_name(), file.unwrap().file_name()];
                found.push(names.map(|n| n.into_string().unwrap()).join("/"));
            }
        }
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, found);
    }
}
