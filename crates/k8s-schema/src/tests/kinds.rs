use insta::assert_snapshot;

use super::{check, check_in};
use crate::{Catalog, Scope};

/// An object of which only its kind matters.
fn of(api_version: &str, kind: &str) -> String {
    format!("{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}}}")
}

#[test]
fn removed_versions_are_told_with_what_replaces_them() {
    assert_snapshot!(check(&of("extensions/v1beta1", "Ingress")), @r"
    RemovedApiVersion apiVersion `Ingress` of `extensions/v1beta1` was removed in Kubernetes 1.22
        use `networking.k8s.io/v1`
    ");
    assert_snapshot!(check(&of("policy/v1beta1", "PodSecurityPolicy")), @r"
    RemovedApiVersion apiVersion `PodSecurityPolicy` of `policy/v1beta1` was removed in Kubernetes 1.25
        delete it; no kind replaces it, but Pod Security Admission does its work: label namespaces with `pod-security.kubernetes.io/enforce`
    ");
    assert_snapshot!(check(&of("autoscaling/v2beta2", "HorizontalPodAutoscaler")), @r"
    RemovedApiVersion apiVersion `HorizontalPodAutoscaler` of `autoscaling/v2beta2` was removed in Kubernetes 1.26
        use `autoscaling/v2`
    ");
    assert_snapshot!(check(&of("resource.k8s.io/v1alpha2", "ResourceClass")), @r"
    RemovedApiVersion apiVersion `ResourceClass` of `resource.k8s.io/v1alpha2` was removed in Kubernetes 1.31
        use `DeviceClass` of `resource.k8s.io/v1`
    ");
    assert_snapshot!(check(&of("settings.k8s.io/v1alpha1", "PodPreset")), @r"
    RemovedApiVersion apiVersion `PodPreset` of `settings.k8s.io/v1alpha1` was removed in Kubernetes 1.20
        delete it: nothing replaces it
    ");
}

#[test]
fn deprecated_versions_are_still_judged() {
    let yaml = "
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
kind: FlowSchema
metadata: {name: a}
spec: {priority: 1}
";
    assert_snapshot!(check_in("1.30", yaml), @r"
    DeprecatedApiVersion apiVersion `FlowSchema` of `flowcontrol.apiserver.k8s.io/v1beta3` is deprecated since Kubernetes 1.29, and will be removed in 1.32
        use `flowcontrol.apiserver.k8s.io/v1`, which is served since Kubernetes 1.29
    UnknownField spec.priority: unknown field `priority` in `spec`
    MissingField spec.priorityLevelConfiguration `priorityLevelConfiguration` is missing in `spec`
    ");
    assert_snapshot!(check_in("1.33", &of("v1", "Endpoints")), @r"
    DeprecatedApiVersion apiVersion `Endpoints` of `v1` is deprecated since Kubernetes 1.33
        use `EndpointSlice` of `discovery.k8s.io/v1`
    ");
    assert_snapshot!(check_in("1.33", &of("v1", "ComponentStatus")), @r"
    DeprecatedApiVersion apiVersion `ComponentStatus` of `v1` is deprecated since Kubernetes 1.19
        delete it: nothing replaces it
    ");
}

#[test]
fn versions_that_are_to_come_are_unknown() {
    let api = "admissionregistration.k8s.io/v1";
    assert_snapshot!(check_in("1.28", &of(api, "ValidatingAdmissionPolicy")), @r"
    UnknownApiVersion apiVersion `ValidatingAdmissionPolicy` of `admissionregistration.k8s.io/v1` exists only since Kubernetes 1.30, but this is for 1.28
        1.28 serves `admissionregistration.k8s.io/v1alpha1`
    ");
}

#[test]
fn unknown_kinds_and_versions_are_told_with_the_right_ones() {
    assert_snapshot!(check(&of("apps/v1", "Deploymnet")), @r"
    UnknownApiVersion kind there is no kind `Deploymnet` in `apps/v1`
        did you mean `Deployment`?
    ");
    assert_snapshot!(check(&of("v1", "Deployment")), @r"
    UnknownApiVersion apiVersion there is no `Deployment` in `v1`
        it is in `apps/v1`
    ");
    assert_snapshot!(check(&of("apps/v2", "Deployment")), @r"
    UnknownApiVersion apiVersion there is no `Deployment` in `apps/v2`
        it is in `apps/v1`
    ");
    assert_snapshot!(check(&of("app/v1", "Thing")), @r"
    UnknownApiVersion apiVersion Kubernetes 1.37 has no `app/v1`
        did you mean `apps/v1`?
    ");
    assert_snapshot!(check(&of("apps/v2", "Thing")), @r"
    UnknownApiVersion apiVersion Kubernetes 1.37 has no `apps/v2`
        did you mean `apps/v1`?
    ");
    assert_snapshot!(check(&of("v1", "Template")), @"UnknownApiVersion kind there is no kind `Template` in `v1`");
}

#[test]
fn groups_of_others_are_not_judged() {
    for api in [
        "example.com/v1",
        "gateway.networking.k8s.io/v1",
        "kustomize.config.k8s.io/v1",
    ] {
        assert_eq!(check(&of(api, "Thing")), "");
    }
}

#[test]
fn scopes_are_known() {
    let catalog = Catalog::builtin();
    assert_eq!(catalog.scope("v1", "Pod"), Some(Scope::Namespaced));
    assert_eq!(catalog.scope("v1", "Namespace"), Some(Scope::Cluster));
    assert_eq!(
        catalog.scope("policy/v1beta1", "PodSecurityPolicy"),
        Some(Scope::Cluster)
    );
    assert_eq!(catalog.scope("example.com/v1", "Widget"), None);
}

#[test]
fn clusters_tell_of_what_they_serve_by_default() {
    let has = |version: &str, api: &str| {
        let all = Catalog::builtin().api_versions(crate::Version::parse(version).unwrap());
        all.iter().any(|own| own == api)
    };
    for (version, api) in [
        ("1.31", "v1"),
        ("1.31", "v1/ConfigMap"),
        ("1.31", "policy/v1/PodDisruptionBudget"),
        ("1.31", "apiregistration.k8s.io/v1/APIService"),
        ("1.31", "apiextensions.k8s.io/v1/CustomResourceDefinition"),
        ("1.31", "flowcontrol.apiserver.k8s.io/v1beta3"),
        ("1.25", "autoscaling/v2beta2"),
    ] {
        assert!(has(version, api), "{version} {api}");
    }
    for (version, api) in [
        ("1.31", "policy/v1beta1"),
        ("1.31", "v1/ConfigMapList"),
        ("1.31", "networking.k8s.io/v1beta1"),
        ("1.31", "storage.k8s.io/v1beta1"),
        ("1.31", "resource.k8s.io/v1alpha3"),
        ("1.32", "flowcontrol.apiserver.k8s.io/v1beta3"),
        ("1.26", "autoscaling/v2beta2"),
    ] {
        assert!(!has(version, api), "{version} {api}");
    }
}
