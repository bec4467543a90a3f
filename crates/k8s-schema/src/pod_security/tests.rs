use insta::assert_snapshot;
use manifest::{Dialect, Source};
use spanned_yaml::Tree;

use super::*;

/// What a level refuses, a line for each thing.
fn refused(level: PodSecurityLevel, version: &str, yaml: &str) -> String {
    let source = Source::file("object.yaml", Tree::parse(yaml));
    let object = source.documents().documents.remove(0);
    let version = Version::parse(version).unwrap();
    let found = pod_security(object.view(), level, version, Dialect::Kustomize);
    let lines = found.iter().map(|told| {
        let colon = if told.at_key { ":" } else { "" };
        format!("{}{colon} {}", told.path, told.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

const HARD: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      volumes: [{name: a, emptyDir: {}}, {name: b, csi: {driver: x}}]
      containers:
        - name: api
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
";

const OPEN: &str = "
apiVersion: batch/v1
kind: CronJob
metadata: {name: api}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/api: unconfined}}
        spec:
          hostNetwork: true
          securityContext:
            runAsUser: 0
            seccompProfile: {type: Unconfined}
            sysctls: [{name: net.ipv4.tcp_rmem}, {name: kernel.msgmax}]
            seLinuxOptions: {type: container_engine_t, user: root}
          volumes: [{name: a, hostPath: {path: /}}, {name: b, nfs: {server: a, path: /}}]
          containers:
            - name: api
              ports: [{containerPort: 80, hostPort: 80}]
              livenessProbe: {httpGet: {host: example.com, port: 80}}
              securityContext:
                privileged: true
                runAsNonRoot: false
                procMount: Unmasked
                capabilities: {add: [SYS_ADMIN, CHOWN]}
            - name: ${NAME}
              securityContext: {privileged: '${PRIVILEGED}', allowPrivilegeEscalation: '${ESCALATION}'}
";

#[test]
fn hardened_pods_pass() {
    assert_eq!(refused(PodSecurityLevel::Restricted, "1.37", HARD), "");
    assert_eq!(refused(PodSecurityLevel::Privileged, "1.37", OPEN), "");
    let none = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    assert_eq!(refused(PodSecurityLevel::Restricted, "1.37", none), "");
}

#[test]
fn baseline_keeps_pods_in() {
    assert_snapshot!(refused(PodSecurityLevel::Baseline, "1.37", OPEN), @r#"
    spec.jobTemplate.spec.template.spec.hostNetwork `hostNetwork` must not be true
    spec.jobTemplate.spec.template.spec.volumes[0].hostPath: `hostPath` volumes are not allowed
    spec.jobTemplate.spec.template.spec.securityContext.sysctls[1].name `name` is not an allowed kernel parameter
    spec.jobTemplate.spec.template.spec.securityContext.seccompProfile.type `type` must be `RuntimeDefault` or `Localhost`
    spec.jobTemplate.spec.template.spec.securityContext.seLinuxOptions.user: `user` of SELinux must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged `privileged` must not be true
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[0] `add[0]` adds the capability `SYS_ADMIN`, which is not allowed
    spec.jobTemplate.spec.template.spec.containers[0].ports[0].hostPort: `hostPort` must not be set
    spec.jobTemplate.spec.template.spec.containers[0].livenessProbe.httpGet.host: `host` must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.procMount `procMount` must be `Default`
    spec.jobTemplate.spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/api"] `container.apparmor.security.beta.kubernetes.io/api` must be `runtime/default`, or a profile after `localhost/`
    "#);
}

#[test]
fn older_standards_ask_for_less_and_allow_less() {
    assert_snapshot!(refused(PodSecurityLevel::Baseline, "1.30", OPEN), @r#"
    spec.jobTemplate.spec.template.spec.hostNetwork `hostNetwork` must not be true
    spec.jobTemplate.spec.template.spec.volumes[0].hostPath: `hostPath` volumes are not allowed
    spec.jobTemplate.spec.template.spec.securityContext.sysctls[0].name `name` is not an allowed kernel parameter
    spec.jobTemplate.spec.template.spec.securityContext.sysctls[1].name `name` is not an allowed kernel parameter
    spec.jobTemplate.spec.template.spec.securityContext.seccompProfile.type `type` must be `RuntimeDefault` or `Localhost`
    spec.jobTemplate.spec.template.spec.securityContext.seLinuxOptions.type `type` is not an allowed SELinux type
    spec.jobTemplate.spec.template.spec.securityContext.seLinuxOptions.user: `user` of SELinux must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged `privileged` must not be true
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[0] `add[0]` adds the capability `SYS_ADMIN`, which is not allowed
    spec.jobTemplate.spec.template.spec.containers[0].ports[0].hostPort: `hostPort` must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.procMount `procMount` must be `Default`
    spec.jobTemplate.spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/api"] `container.apparmor.security.beta.kubernetes.io/api` must be `runtime/default`, or a profile after `localhost/`
    "#);
}

#[test]
fn restricted_asks_for_more() {
    assert_snapshot!(refused(PodSecurityLevel::Restricted, "1.37", OPEN), @r#"
    spec.jobTemplate.spec.template.spec.hostNetwork `hostNetwork` must not be true
    spec.jobTemplate.spec.template.spec.securityContext.sysctls[1].name `name` is not an allowed kernel parameter
    spec.jobTemplate.spec.template.spec.securityContext.seccompProfile.type `type` must be `RuntimeDefault` or `Localhost`
    spec.jobTemplate.spec.template.spec.securityContext.seLinuxOptions.user: `user` of SELinux must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged `privileged` must not be true
    spec.jobTemplate.spec.template.spec.containers[0].ports[0].hostPort: `hostPort` must not be set
    spec.jobTemplate.spec.template.spec.containers[0].livenessProbe.httpGet.host: `host` must not be set
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.procMount `procMount` must be `Default`
    spec.jobTemplate.spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/api"] `container.apparmor.security.beta.kubernetes.io/api` must be `runtime/default`, or a profile after `localhost/`
    spec.jobTemplate.spec.template.spec.volumes[0].hostPath: `hostPath` volumes are not allowed
    spec.jobTemplate.spec.template.spec.volumes[1].nfs: `nfs` volumes are not allowed
    spec.jobTemplate.spec.template.spec.securityContext.runAsUser `runAsUser` must not be 0
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation `allowPrivilegeEscalation` must be false
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.drop `drop` must contain `ALL`
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[0] `add[0]` adds the capability `SYS_ADMIN`: only `NET_BIND_SERVICE` is allowed
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[1] `add[1]` adds the capability `CHOWN`: only `NET_BIND_SERVICE` is allowed
    spec.jobTemplate.spec.template.spec.containers[0].securityContext.runAsNonRoot `runAsNonRoot` must be true
    spec.jobTemplate.spec.template.spec.containers[1].securityContext.capabilities.drop `drop` must contain `ALL`
    spec.jobTemplate.spec.template.spec.containers[1].securityContext.runAsNonRoot `runAsNonRoot` must be true, here or for the pod
    "#);
}

#[test]
fn what_is_left_out_is_told_where_it_belongs() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n";
    assert_snapshot!(refused(PodSecurityLevel::Restricted, "1.37", pod), @r"
    spec.containers[0].securityContext.allowPrivilegeEscalation `allowPrivilegeEscalation` must be false
    spec.containers[0].securityContext.capabilities.drop `drop` must contain `ALL`
    spec.containers[0].securityContext.seccompProfile `seccompProfile` must be set, here or for the pod, to `RuntimeDefault` or `Localhost`
    spec.containers[0].securityContext.runAsNonRoot `runAsNonRoot` must be true, here or for the pod
    ");
    let windows = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {os: {name: windows}, containers: [{name: a, image: b}]}\n";
    assert_snapshot!(refused(PodSecurityLevel::Restricted, "1.37", windows), @"spec.containers[0].securityContext.runAsNonRoot `runAsNonRoot` must be true, here or for the pod");
    let own_users = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostUsers: false, containers: [{name: a, image: b, securityContext: {procMount: Unmasked, runAsUser: 0}}]}\n";
    assert_eq!(refused(PodSecurityLevel::Baseline, "1.37", own_users), "");
    assert_snapshot!(refused(PodSecurityLevel::Restricted, "1.37", own_users), @r"
    spec.containers[0].securityContext.procMount `procMount` must be `Default`
    spec.containers[0].securityContext.allowPrivilegeEscalation `allowPrivilegeEscalation` must be false
    spec.containers[0].securityContext.capabilities.drop `drop` must contain `ALL`
    spec.containers[0].securityContext.seccompProfile `seccompProfile` must be set, here or for the pod, to `RuntimeDefault` or `Localhost`
    ");
}

#[test]
fn versions_are_those_of_the_label_up_to_that_of_the_cluster() {
    let cluster = Version::parse("1.30").unwrap();
    let read = |label| pod_security_version(label, cluster).to_string();
    assert_eq!(read(None), "1.30");
    assert_eq!(read(Some("latest")), "1.30");
    assert_eq!(read(Some("v1.27")), "1.27");
    assert_eq!(read(Some("v1.37")), "1.30");
    assert_eq!(read(Some("v1.19")), "1.25");
    assert_eq!(read(Some("what")), "1.30");
    assert_eq!(
        PodSecurityLevel::parse("baseline"),
        Some(PodSecurityLevel::Baseline)
    );
    assert_eq!(PodSecurityLevel::parse("Baseline"), None);
    assert_eq!(PodSecurityLevel::Restricted.to_string(), "restricted");
}
