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
    "availability/autoscaled-replicas.rego",
    "availability/blocking-disruption-budget.rego",
    "availability/budget-keeps-unhealthy-pods.rego",
    "availability/budget-of-all-replicas.rego",
    "availability/empty-disruption-budget.rego",
    "availability/fixed-autoscaler.rego",
    "availability/missing-disruption-budget.rego",
    "availability/missing-spread.rego",
    "availability/recreate-strategy.rego",
    "availability/shared-single-writer-volume.rego",
    "availability/single-replica.rego",
    "gitops/ambiguous-source.rego",
    "gitops/application-outside-argocd.rego",
    "gitops/default-project.rego",
    "gitops/insecure-source.rego",
    "gitops/open-project.rego",
    "gitops/unverified-source.rego",
    "images/cached-moving-image.rego",
    "images/frozen-registry.rego",
    "images/image-without-digest.rego",
    "images/invalid-image.rego",
    "images/loose-image-tag.rego",
    "images/missing-pull-secret.rego",
    "images/moving-image-tag.rego",
    "images/mutable-image-tag.rego",
    "images/registry-not-allowed.rego",
    "images/unsigned-image.rego",
    "lib/capabilities.rego",
    "lib/host_paths.rego",
    "lib/images.rego",
    "lib/isolation.rego",
    "lib/isolation_calico.rego",
    "lib/isolation_cilium.rego",
    "lib/isolation_kubernetes.rego",
    "lib/objects.rego",
    "lib/pod.rego",
    "lib/resources.rego",
    "lib/roles.rego",
    "lib/selectors.rego",
    "lib/signatures.rego",
    "lib/workloads.rego",
    "namespaces/default-namespace.rego",
    "namespaces/missing-pod-security-labels.rego",
    "namespaces/system-namespace.rego",
    "network/egress-to-metadata.rego",
    "network/external-ips.rego",
    "network/ingress-collision.rego",
    "network/ingress-for-every-host.rego",
    "network/ingress-without-class.rego",
    "network/ingress-without-tls.rego",
    "network/load-balancer-service.rego",
    "network/missing-default-deny.rego",
    "network/network-policy-without-pods.rego",
    "network/nginx-snippet.rego",
    "network/node-port-service.rego",
    "network/open-network-policy.rego",
    "network/twin-services.rego",
    "network/unknown-backend.rego",
    "probes/exec-probe-client.rego",
    "probes/identical-probes.rego",
    "probes/missing-liveness-probe.rego",
    "probes/missing-pre-stop.rego",
    "probes/missing-readiness-probe.rego",
    "probes/missing-startup-probe.rego",
    "probes/probe-port-unknown.rego",
    "rbac/anonymous-binding.rego",
    "rbac/authenticated-binding.rego",
    "rbac/automounted-token.rego",
    "rbac/binding-permission.rego",
    "rbac/certificate-approval-permission.rego",
    "rbac/cluster-admin-binding.rego",
    "rbac/config-write-permission.rego",
    "rbac/default-account-binding.rego",
    "rbac/default-service-account.rego",
    "rbac/escalation-permission.rego",
    "rbac/event-deletion-permission.rego",
    "rbac/impersonation-permission.rego",
    "rbac/long-lived-token.rego",
    "rbac/network-permission.rego",
    "rbac/node-proxy-permission.rego",
    "rbac/pod-create-permission.rego",
    "rbac/pod-exec-permission.rego",
    "rbac/reads-all-secrets.rego",
    "rbac/service-account-token-secret.rego",
    "rbac/service-status-permission.rego",
    "rbac/system-masters-binding.rego",
    "rbac/token-permission.rego",
    "rbac/volume-permission.rego",
    "rbac/webhook-permission.rego",
    "rbac/wildcard-permissions.rego",
    "resources/claim-without-size.rego",
    "resources/cpu-limit.rego",
    "resources/cpu-request-below-limit.rego",
    "resources/incomplete-quota.rego",
    "resources/memory-request-below-limit.rego",
    "resources/missing-cpu-limit.rego",
    "resources/missing-ephemeral-storage.rego",
    "resources/missing-memory-limit.rego",
    "resources/missing-resource-requests.rego",
    "resources/namespace-without-limit-range.rego",
    "resources/namespace-without-quota.rego",
    "resources/unlimited-empty-dir.rego",
    "security/added-capability.rego",
    "security/bidirectional-mount.rego",
    "security/capabilities-not-dropped.rego",
    "security/dangerous-capability.rego",
    "security/host-aliases.rego",
    "security/host-namespace.rego",
    "security/host-path-volume.rego",
    "security/host-port.rego",
    "security/host-process.rego",
    "security/low-user-id.rego",
    "security/may-run-as-root.rego",
    "security/missing-seccomp-profile.rego",
    "security/privilege-escalation.rego",
    "security/privileged-container.rego",
    "security/restricted-volume-type.rego",
    "security/root-group.rego",
    "security/runs-as-root.rego",
    "security/secret-in-environment.rego",
    "security/selinux-options.rego",
    "security/sensitive-host-path.rego",
    "security/shared-user-namespace.rego",
    "security/sudo-in-command.rego",
    "security/unconfined-apparmor.rego",
    "security/unconfined-seccomp.rego",
    "security/unmasked-proc.rego",
    "security/unsafe-sysctl.rego",
    "security/writable-root-filesystem.rego",
    "workloads/bare-pod.rego",
    "workloads/cron-without-deadline.rego",
    "workloads/deprecated-service-account-field.rego",
    "workloads/job-without-ttl.rego",
    "workloads/long-termination.rego",
    "workloads/missing-labels.rego",
    "workloads/missing-priority-class.rego",
    "workloads/overlapping-cron-runs.rego",
    "workloads/privileged-port.rego",
    "workloads/ssh-port.rego",
    "workloads/stateful-set-without-service.rego",
    "workloads/tiller.rego",
    "workloads/unnamed-port.rego",
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
