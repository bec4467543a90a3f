//! What policies said wrongly once.

use insta::assert_snapshot;

use super::judge;
use crate::rule::Tier;

#[test]
fn a_role_binding_grants_within_its_namespace() {
    let binding = |kind: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: a, namespace: shop}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}, subjects: [{{kind: ServiceAccount, name: a, namespace: shop}}]}}"
        );
        judge("cluster-admin-binding", Tier::Production, &yaml)
    };
    assert_snapshot!(binding("ClusterRoleBinding"), @"0 roleRef.name: ServiceAccount `a` is bound to `cluster-admin`");
    assert_snapshot!(binding("RoleBinding"), @"0 roleRef.name: ServiceAccount `a` is bound to `cluster-admin` in the namespace");
}

#[test]
fn the_group_of_administrators_administers() {
    let binding = |subjects: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {{name: a}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}, subjects: [{subjects}]}}"
        );
        judge("cluster-admin-binding", Tier::Production, &yaml)
    };
    assert_snapshot!(binding("{kind: Group, name: cluster-admins}"), @"");
    assert_snapshot!(binding("{kind: User, name: 'kube:admin'}, {kind: Group, name: 'system:masters'}"), @"");
    assert_snapshot!(binding("{kind: ServiceAccount, name: 'system:admin', namespace: a}, {kind: User, name: admin}"), @"0 roleRef.name: ServiceAccount `system:admin` and User `admin` are bound to `cluster-admin`");
    assert_snapshot!(binding("{kind: Group, name: developers}, {kind: Group, name: platform-admins}, {kind: ServiceAccount, name: admin, namespace: a}"), @"0 roleRef.name: Group `developers` and ServiceAccount `admin` are bound to `cluster-admin`");
}

#[test]
fn a_wildcard_is_called_what_it_is() {
    let judge = |policy, rule: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: a}}, rules: [{rule}]}}"
        );
        judge(policy, Tier::Production, &yaml)
    };
    let role = |rule| judge("wildcard-permissions", rule);
    assert_snapshot!(role("{apiGroups: [apps], resources: ['*'], verbs: [get]}"), @"0 rules[0].resources[0] (warning): ClusterRole `a` grants `get` on every resource of the API group `apps`");
    assert_snapshot!(role("{apiGroups: [''], resources: [pods], verbs: ['*']}"), @"");
    assert_snapshot!(role("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"), @"0 rules[0].verbs[0]: ClusterRole `a` grants every verb on every resource of every API group");
    assert_snapshot!(role("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}, {nonResourceURLs: ['*'], verbs: ['*']}"), @"0 rules[0].verbs[0]: ClusterRole `a` grants every verb on every resource of every API group, and more in another rule");
    assert_snapshot!(role("{apiGroups: [apps], resources: ['*/scale'], verbs: [update]}"), @"");
    assert_snapshot!(role("{apiGroups: [acme.example, ''], resources: ['*'], verbs: [get]}"), @"0 rules[0].resources[0]: ClusterRole `a` grants `get` on every resource of the API groups `acme.example`, core");
    assert_snapshot!(role("{apiGroups: [acme.example], resources: ['*'], verbs: ['*']}"), @"");
    assert_snapshot!(role("{apiGroups: ['*'], resources: [pods], verbs: [get]}"), @"");
    assert_snapshot!(role("{nonResourceURLs: ['*'], verbs: [get]}"), @"");
    assert_snapshot!(role("{nonResourceURLs: ['*'], verbs: [post]}"), @"0 rules[0].nonResourceURLs[0]: ClusterRole `a` grants `post` on every path of the API server");
    let verbs = |rule| judge("wildcard-verbs", rule);
    assert_snapshot!(verbs("{apiGroups: [''], resources: [pods], verbs: [get, '*']}"), @"0 rules[0].verbs[1]: the role grants every verb on `pods`");
    assert_snapshot!(verbs("{apiGroups: [''], resources: [a, b, c, d], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb on `a`, `b` and 2 more resources");
    assert_snapshot!(verbs("{apiGroups: [''], resources: ['*'], verbs: ['*']}"), @"");
    assert_snapshot!(verbs("{apiGroups: [acme.example], resources: ['*'], verbs: ['*']}"), @"0 rules[0].verbs[0]: the role grants every verb on every resource of `acme.example`");
}

#[test]
fn a_role_that_reads_named_groups_is_a_lesser_case() {
    let most = |rule: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: a}}, rules: [{rule}]}}"
        );
        judge("wildcard-permissions", Tier::Production, &yaml)
    };
    let rule = "{apiGroups: [apps, batch, policy, autoscaling, extensions], resources: ['*'], verbs: [get, list, watch]}";
    assert_snapshot!(most(rule), @"0 rules[0].resources[0] (warning): ClusterRole `a` grants `get`, `list`, `watch` on every resource of the API groups `apps`, `batch`, `policy` and 2 more");
    assert_snapshot!(most(&rule.replace("[apps,", "['', apps,")), @"0 rules[0].resources[0]: ClusterRole `a` grants `get`, `list`, `watch` on every resource of the API groups core, `apps`, `batch` and 3 more");
    // One that is beside it is told at the rule that makes the role dangerous.
    let beside = format!("{rule}, {{apiGroups: [''], resources: ['*'], verbs: ['*']}}");
    assert_snapshot!(most(&beside), @"0 rules[1].verbs[0]: ClusterRole `a` grants every verb on every resource of the API group core, and more in another rule");
}

#[test]
fn replicas_at_the_most_that_a_scaler_asks_for() {
    let check = |kind: &str, spec: &str| {
        let yaml = format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: api, namespace: shop}}, spec: {{replicas: 2}}}}\n---\n{{apiVersion: {kind}, metadata: {{name: api, namespace: shop}}, spec: {{scaleTargetRef: {{kind: Deployment, name: api}}, {spec}}}}}\n"
        );
        judge("autoscaled-replicas", Tier::Production, &yaml)
    };
    let hpa = "autoscaling/v2, kind: HorizontalPodAutoscaler";
    let keda = "keda.sh/v1alpha1, kind: ScaledObject";
    let told = "the replicas of `api` are also set by an autoscaler";
    for (kind, spec, is_lesser) in [
        (hpa, "minReplicas: 1, maxReplicas: 4", false),
        (hpa, "minReplicas: 1, maxReplicas: 2", true),
        (hpa, "minReplicas: 2, maxReplicas: 2", true),
        (hpa, "minReplicas: 3, maxReplicas: 3", false),
        (keda, "maxReplicaCount: 2", true),
        (keda, "minReplicaCount: 1", false),
    ] {
        let found = check(kind, spec);
        assert!(found.contains(told), "{found}");
        assert_eq!(
            found.contains("(info)"),
            is_lesser,
            "{kind} {spec}: {found}"
        );
    }
}

/// Which other volumes there are may differ from overlay to overlay.
#[test]
fn each_path_of_the_node_is_told_where_it_is_written() {
    let yaml = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {template: {spec: {containers: [{name: a, image: 'a:1'}], volumes: [{name: v, hostPath: {path: /opt/a}}, {name: w, emptyDir: {}}, {name: x, hostPath: {path: /etc}}, {name: y, hostPath: {path: /opt/b}}]}}}}";
    assert_snapshot!(judge("host-path-volume", Tier::Production, yaml), @"
    0 spec.template.spec.volumes[0].hostPath.path: the pod mounts the node's `/opt/a`
    0 spec.template.spec.volumes[3].hostPath.path: the pod mounts the node's `/opt/b`
    ");
    assert_snapshot!(judge("sensitive-host-path", Tier::Production, yaml), @"0 spec.template.spec.volumes[2].hostPath.path: the pod mounts its node's `/etc`");
}

/// What a rule finds in a pod with fields of its own, and a container with some.
fn in_pod(rule: &str, pod: &str, container: &str) -> String {
    let yaml = format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{{pod}, containers: [{{name: a, image: 'a:1', {container}}}]}}}}"
    );
    judge(rule, Tier::Production, &yaml)
}

#[test]
fn an_agent_of_nodes_may_need_its_node() {
    let told = |pod: &str, container: &str| in_pod("host-namespace", pod, container);
    assert_snapshot!(told("hostNetwork: true", "ports: []"), @"0 spec.hostNetwork: the pod shares its node's network namespace");
    let capability = "securityContext: {capabilities: {add: [NET_ADMIN]}}";
    assert_snapshot!(told("hostNetwork: true, hostIPC: true", capability), @r"
    0 spec.hostIPC: the pod shares its node's inter-process namespace
    0 spec.hostNetwork (warning): the pod shares its node's network namespace
    ");
    let role = "nodeSelector: {node-role.kubernetes.io/control-plane: ''}";
    assert_snapshot!(told(&format!("hostPID: true, {role}"), "ports: []"), @"0 spec.hostPID (warning): the pod shares its node's process namespace");
}

#[test]
fn what_is_in_the_folder_of_kubernetes() {
    let told = |path: &str| {
        in_pod(
            "sensitive-host-path",
            &format!("volumes: [{{name: a, hostPath: {{path: {path}}}}}]"),
            "ports: []",
        )
    };
    for path in [
        "/etc/kubernetes",
        "/etc/kubernetes/",
        "/etc/kubernetes/pki/etcd",
        "/etc/kubernetes/manifests",
        "/etc/kubernetes/admin.conf",
        "/etc/kubernetes/azure.json",
        "/etc/kubernetes/cloud-config",
        "/etc/kubernetes/kubelet",
    ] {
        assert_ne!(told(path), "", "{path}");
    }
    for path in [
        "/etc/kubernetes/secrets-store-csi-providers",
        "/etc/kubernetes/policies",
    ] {
        assert_eq!(told(path), "", "{path}");
    }
}

#[test]
fn a_container_overrides_its_pod() {
    for (rule, pod, container) in [
        (
            "unconfined-apparmor",
            "appArmorProfile: {type: Unconfined}",
            "appArmorProfile: {type: RuntimeDefault}",
        ),
        (
            "unconfined-seccomp",
            "seccompProfile: {type: Unconfined}",
            "seccompProfile: {type: RuntimeDefault}",
        ),
        (
            "selinux-options",
            "seLinuxOptions: {type: spc_t}",
            "seLinuxOptions: {level: 's0:c1'}",
        ),
        ("root-group", "runAsGroup: 0", "runAsGroup: 1000"),
        ("runs-as-root", "runAsUser: 0", "runAsUser: 1000"),
        (
            "host-process",
            "windowsOptions: {hostProcess: true}",
            "windowsOptions: {hostProcess: false}",
        ),
    ] {
        let pod = format!("securityContext: {{{pod}}}");
        let container = format!("securityContext: {{{container}}}");
        assert_eq!(in_pod(rule, &pod, &container), "", "{rule}");
        for own in [
            "securityContext: {}",
            "securityContext: {privileged: false, seLinuxOptions: null}",
        ] {
            assert_eq!(in_pod(rule, &pod, own).lines().count(), 1, "{rule}");
        }
    }
}

#[test]
fn a_profile_that_is_turned_off_is_not_missing_as_well() {
    let told = |pod: &str, container: &str| {
        let rules = ["missing-seccomp-profile", "unconfined-seccomp"];
        rules.map(|rule| in_pod(rule, pod, container)).join("\n")
    };
    let off = "securityContext: {seccompProfile: {type: Unconfined}}";
    assert_snapshot!(told(off, "env: []"), @"
    0 spec.securityContext.seccompProfile.type: the pod's containers run without a seccomp filter
    ");
    assert_snapshot!(told("hostUsers: false", off), @"
    0 spec.containers[0].securityContext.seccompProfile.type: container `a` runs without a seccomp filter
    ");
    assert_snapshot!(told("hostUsers: false", "env: []"), @"0 spec.securityContext.seccompProfile: the pod's containers have no seccomp profile");
}

#[test]
fn a_host_process_has_no_namespace_of_its_own() {
    let on = "securityContext: {windowsOptions: {hostProcess: true}}";
    let shares = "hostNetwork: true, hostPID: true";
    let host = |pod: &str, container: &str| in_pod("host-namespace", pod, container);
    assert_eq!(host(&format!("{shares}, {on}"), "env: []"), "");
    assert_eq!(host(shares, on), "");
    assert_eq!(host(shares, "env: []").lines().count(), 2);
    let windows = format!("{shares}, os: {{name: windows}}");
    assert_eq!(host(&windows, "env: []").lines().count(), 2);
}

#[test]
fn a_pod_that_something_replaces_has_a_controller() {
    let told = |metadata: &str| {
        let yaml = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a, {metadata}}}, spec: {{containers: [{{name: a, image: 'a:1'}}]}}}}"
        );
        !judge("bare-pod", Tier::Production, &yaml).is_empty()
    };
    assert!(!told(
        "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: a, uid: b}]"
    ));
    assert!(!told("annotations: {kubernetes.io/config.mirror: a}"));
    assert!(told("ownerReferences: []"));
    assert!(told("annotations: {kubernetes.io/description: a}"));
}

#[test]
fn what_is_said_of_kernel_parameters_and_selinux_is_true() {
    let sysctl = |name: &str| {
        let context = format!("securityContext: {{sysctls: [{{name: {name}, value: '1'}}]}}");
        in_pod("unsafe-sysctl", &context, "env: []")
    };
    assert_snapshot!(sysctl("net.core.somaxconn"), @"0 spec.securityContext.sysctls[0].name: kernel parameter `net.core.somaxconn` is rejected on nodes that do not allow it explicitly");
    assert_snapshot!(sysctl("net/ipv4/tcp_rmem"), @"");
    let options = |options: &str| {
        let context = format!("securityContext: {{seLinuxOptions: {{{options}}}}}");
        in_pod("selinux-options", &context, "env: []")
    };
    assert_snapshot!(options("user: system_u, role: system_r, type: container_t, level: s0"), @"
    0 spec.securityContext.seLinuxOptions.role: the SELinux role `system_r` is not allowed by Pod Security `baseline`
    0 spec.securityContext.seLinuxOptions.user: the SELinux user `system_u` is not allowed by Pod Security `baseline`
    ");
    assert_snapshot!(options("user: null, role: '', type: null"), @"");
}

#[test]
fn everyone_is_one_user_and_one_group() {
    let told = |rule: &str, subjects: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {{name: a, namespace: shop}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}, subjects: [{subjects}]}}"
        );
        judge(rule, Tier::Production, &yaml)
    };
    let anonymous = |subjects: &str| told("anonymous-binding", subjects);
    let (user, group) = (
        "{kind: User, name: 'system:anonymous'}",
        "{kind: Group, name: 'system:unauthenticated'}",
    );
    assert_snapshot!(anonymous(user), @"0 subjects[0].name: everyone who can reach the API server has the role `view`");
    assert_snapshot!(anonymous(&format!("{{kind: Group, name: 'system:anonymous'}}, {group}, {user}")), @"0 subjects[1].name: everyone who can reach the API server has the role `view`");
    assert_eq!(anonymous("{kind: Group, name: 'system:anonymous'}"), "");
    assert_eq!(
        told(
            "authenticated-binding",
            "{kind: User, name: 'system:authenticated'}"
        ),
        ""
    );
    assert_eq!(
        told(
            "system-masters-binding",
            "{kind: User, name: 'system:masters'}"
        ),
        ""
    );
}

#[test]
fn a_cluster_role_reaches_as_far_as_it_is_bound() {
    let told = |bindings: &[&str]| {
        let bindings: String = bindings
            .iter()
            .map(|kind| format!("---\n{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: a, namespace: shop}}, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}, subjects: [{{kind: ServiceAccount, name: a, namespace: shop}}]}}\n"))
            .collect();
        let role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}, rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]}";
        judge(
            "reads-all-secrets",
            Tier::Production,
            &format!("{role}\n{bindings}"),
        )
    };
    assert_snapshot!(told(&[]), @"0 rules[0].resources[0]: the role can read Secrets in every namespace where it is bound");
    assert_snapshot!(told(&["RoleBinding", "RoleBinding"]), @"");
    assert_snapshot!(told(&["RoleBinding", "ClusterRoleBinding"]), @"0 rules[0].resources[0]: the role can read Secrets in all namespaces");
}

#[test]
fn a_role_is_said_to_grant_what_it_grants() {
    let told = |rule: &str, kind: &str, group: &str, resources: &str, verb: &str| {
        let yaml = format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: a}}, rules: [{{apiGroups: ['{group}'], resources: [{resources}], verbs: [{verb}]}}]}}"
        );
        judge(rule, Tier::Production, &yaml)
    };
    let impersonate = |kind: &str, resources: &str| {
        told(
            "impersonation-permission",
            kind,
            "",
            resources,
            "impersonate",
        )
    };
    assert_snapshot!(impersonate("ClusterRole", "serviceaccounts, users, groups"), @"0 rules[0].resources: the role can impersonate any user or group or service account");
    assert_snapshot!(impersonate("ClusterRole", "serviceaccounts"), @"0 rules[0].resources: the role can impersonate any service account");
    assert_snapshot!(impersonate("Role", "users, serviceaccounts"), @"0 rules[0].resources: the role can impersonate any service account in its namespace");
    assert_snapshot!(impersonate("Role", "users"), @"");
    let webhooks = |kind: &str, resources: &str| {
        let group = "admissionregistration.k8s.io";
        told("webhook-permission", kind, group, resources, "patch")
    };
    let (mutating, validating) = (
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
    );
    assert_snapshot!(webhooks("ClusterRole", &format!("{validating}, {mutating}")), @"0 rules[0].resources[0]: the role can change every admission webhook");
    assert_snapshot!(webhooks("ClusterRole", validating), @"0 rules[0].resources[0]: the role can change every validating webhook");
    assert_snapshot!(webhooks("Role", mutating), @"");
    assert_snapshot!(told("token-permission", "Role", "", "serviceaccounts/token", "create"), @"0 rules[0].resources: the role can create tokens for every service account in its namespace");
    assert_snapshot!(told("node-proxy-permission", "Role", "", "nodes/proxy", "get"), @"");
}

#[test]
fn a_profile_in_an_annotation_is_one() {
    let told = |annotation: &str, pod: &str| {
        let yaml = format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{template: {{metadata: {{annotations: {{container.apparmor.security.beta.kubernetes.io/a: {annotation}}}}}, spec: {{securityContext: {{{pod}}}, containers: [{{name: a, image: 'a:1'}}]}}}}}}}}"
        );
        judge("unconfined-apparmor", Tier::Production, &yaml)
    };
    assert_snapshot!(told("unconfined", ""), @r#"0 spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/a"]: container `a` runs without AppArmor"#);
    assert_snapshot!(told("runtime/default", "appArmorProfile: {type: Unconfined}"), @"");
}

#[test]
fn in_a_user_namespace_all_of_proc_is_its_own() {
    let unmasked = "securityContext: {procMount: Unmasked}";
    let told = |pod: &str| in_pod("unmasked-proc", pod, unmasked);
    assert_snapshot!(told("hostUsers: true"), @"0 spec.containers[0].securityContext.procMount: container `a` sees all of `/proc`, with nothing masked");
    assert_snapshot!(told("hostUsers: false"), @"");
}

#[test]
fn a_privileged_container_has_everything_anyway() {
    let pod = |context: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: 'a:1', securityContext: {{{context}, runAsUser: 0, capabilities: {{add: [SYS_ADMIN]}}}}}}]}}}}"
        )
    };
    for policy in [
        "capabilities-not-dropped",
        "dangerous-capability",
        "missing-seccomp-profile",
        "privilege-escalation",
        "runs-as-root",
    ] {
        assert_eq!(
            judge(policy, Tier::Production, &pod("privileged: true")),
            "",
            "{policy}"
        );
        let told = judge(policy, Tier::Production, &pod("privileged: false"));
        assert!(!told.is_empty(), "{policy}");
    }
}

#[test]
fn storage_drivers_mount_for_pods() {
    let told = |path: &str| {
        let yaml = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: 'a:1', volumeMounts: [{{name: v, mountPath: {path}, mountPropagation: Bidirectional}}]}}]}}}}"
        );
        judge("bidirectional-mount", Tier::Production, &yaml)
    };
    assert_snapshot!(told("/var/lib/kubelet/pods"), @"");
    assert_snapshot!(told("/data"), @"0 spec.containers[0].volumeMounts[0].mountPropagation: what container `a` mounts at `/data` is also mounted on its node");
}

#[test]
fn a_container_without_ports_answers_nobody_beside_one_with_ports() {
    let told = |containers: &str| {
        let yaml = format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{template: {{spec: {{containers: [{containers}]}}}}}}}}"
        );
        judge("missing-readiness-probe", Tier::Production, &yaml)
    };
    assert_snapshot!(told("{name: a, image: 'a:1'}"), @"0 spec.template.spec.containers[0].readinessProbe: container `a` has no readiness probe");
    assert_snapshot!(told("{name: a, image: 'a:1', ports: [{containerPort: 80}]}, {name: b, image: 'b:1'}"), @"0 spec.template.spec.containers[0].readinessProbe: container `a` has no readiness probe");
}

#[test]
fn only_privileged_containers_share_their_mounts() {
    let judge = |mount: &str| {
        in_pod(
            "privileged-container",
            "restartPolicy: Always",
            &format!(
                "securityContext: {{privileged: true}}, volumeMounts: [{{name: a, mountPath: /a{mount}}}]"
            ),
        )
    };
    assert_snapshot!(judge(", mountPropagation: Bidirectional"), @"0 spec.containers[0].securityContext.privileged: container `a` runs privileged, as `mountPropagation: Bidirectional` requires");
    assert_snapshot!(judge(", mountPropagation: HostToContainer"), @"0 spec.containers[0].securityContext.privileged: container `a` runs privileged");
    assert_snapshot!(judge(""), @"0 spec.containers[0].securityContext.privileged: container `a` runs privileged");
}

#[test]
fn what_collects_logs_reads_those_of_its_node() {
    let told = |kind: &str, path: &str| {
        let yaml = format!(
            "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: a}}, spec: {{template: {{spec: {{containers: [{{name: a, image: 'a:1'}}], volumes: [{{name: v, hostPath: {{path: {path}}}}}]}}}}}}}}"
        );
        judge("host-path-volume", Tier::Production, &yaml)
    };
    assert_snapshot!(told("DaemonSet", "/var/log"), @"0 spec.template.spec.volumes[0].hostPath.path (info): the pod mounts the node's `/var/log`");
    assert_snapshot!(told("DaemonSet", "/var/logs"), @"0 spec.template.spec.volumes[0].hostPath.path: the pod mounts the node's `/var/logs`");
    assert_snapshot!(told("Deployment", "/var/log"), @"0 spec.template.spec.volumes[0].hostPath.path: the pod mounts the node's `/var/log`");
}
