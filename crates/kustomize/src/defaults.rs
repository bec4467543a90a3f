//! The fields that kustomize's transformers change without being told.

use std::sync::Arc;

use crate::config::{BackReference, Config};
use crate::field_spec::{FieldSpec, GvkPattern, Specs};

/// Kinds with a pod template, and the way to the pod's spec.
const WORKLOADS: &[(&str, &str)] = &[
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// Kinds whose pods' accounts, claims and priority classes are renamed.
const RUNNERS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("StatefulSet", "spec/template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
];

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// kustomize's own configuration, not yet sorted.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.name_prefix = vec![spec("", "metadata/name")];
    config.name_suffix = vec![spec("", "metadata/name")];
    config.namespace = vec![
        made("Namespace", "metadata/name"),
        made(
            "APIService.apiregistration.k8s.io",
            "spec/service/namespace",
        ),
        spec(
            "CustomResourceDefinition.apiextensions.k8s.io",
            "spec/conversion/webhook/clientConfig/service/namespace",
        ),
    ];
    config.template_labels = label_fields();
    config.common_labels = selector_fields();
    config.common_labels.extend(label_fields());
    config.common_annotations = annotation_fields();
    config.var_reference = var_fields();
    config.images = ["spec", "spec/template/spec"]
        .iter()
        .flat_map(|pod| ["containers", "initContainers"].map(|list| (pod, list)))
        .map(|(pod, list)| made("", &format!("{pod}/{list}[]/image")))
        .collect();
    config.replicas = [
        "Deployment",
        "ReplicationController",
        "ReplicaSet",
        "StatefulSet",
    ]
    .iter()
    .map(|kind| made(kind, "spec/replicas"))
    .collect();
    config.name_reference = references();
    config
}

/// A field path for objects written as `Kind.group` or `Kind.group/version`.
fn spec(object: &str, path: &str) -> Arc<FieldSpec> {
    FieldSpec::new(pattern(object), path, false)
}

/// As [`spec`], where what is missing is made.
fn made(object: &str, path: &str) -> Arc<FieldSpec> {
    FieldSpec::new(pattern(object), path, true)
}

fn pattern(object: &str) -> GvkPattern {
    let (object, version) = object.split_once('/').unwrap_or((object, ""));
    let (kind, group) = object.split_once('.').unwrap_or((object, ""));
    GvkPattern::new(group, version, kind)
}

fn label_fields() -> Specs {
    vec![
        made("", "metadata/labels"),
        made("ReplicationController/v1", "spec/template/metadata/labels"),
        made("Deployment", "spec/template/metadata/labels"),
        made("ReplicaSet", "spec/template/metadata/labels"),
        made("DaemonSet", "spec/template/metadata/labels"),
        made("StatefulSet.apps", "spec/template/metadata/labels"),
        made(
            "StatefulSet.apps",
            "spec/volumeClaimTemplates[]/metadata/labels",
        ),
        made("Job.batch", "spec/template/metadata/labels"),
        made("CronJob.batch", "spec/jobTemplate/metadata/labels"),
        made(
            "CronJob.batch",
            "spec/jobTemplate/spec/template/metadata/labels",
        ),
    ]
}

fn selector_fields() -> Specs {
    let mut fields = vec![
        made("Service/v1", "spec/selector"),
        made("ReplicationController/v1", "spec/selector"),
        made("Deployment", "spec/selector/matchLabels"),
        made("ReplicaSet", "spec/selector/matchLabels"),
        made("DaemonSet", "spec/selector/matchLabels"),
        made("StatefulSet.apps", "spec/selector/matchLabels"),
        spec("Job.batch", "spec/selector/matchLabels"),
        spec(
            "CronJob.batch",
            "spec/jobTemplate/spec/selector/matchLabels",
        ),
        spec("PodDisruptionBudget.policy", "spec/selector/matchLabels"),
    ];
    let policy = "NetworkPolicy.networking.k8s.io";
    for way in ["spec", "spec/ingress/from", "spec/egress/to"] {
        fields.push(spec(policy, &format!("{way}/podSelector/matchLabels")));
    }
    for kind in ["Deployment.apps", "StatefulSet.apps"] {
        for affinity in ["podAffinity", "podAntiAffinity"] {
            let way = format!("spec/template/spec/affinity/{affinity}");
            let preferred = "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm";
            let required = "requiredDuringSchedulingIgnoredDuringExecution";
            for term in [preferred, required] {
                let path = format!("{way}/{term}/labelSelector/matchLabels");
                fields.push(spec(kind, &path));
            }
        }
        let spread = "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels";
        fields.push(spec(kind, spread));
    }
    fields
}

fn annotation_fields() -> Specs {
    vec![
        made("", "metadata/annotations"),
        made(
            "ReplicationController/v1",
            "spec/template/metadata/annotations",
        ),
        made("Deployment", "spec/template/metadata/annotations"),
        made("ReplicaSet", "spec/template/metadata/annotations"),
        made("DaemonSet", "spec/template/metadata/annotations"),
        made("StatefulSet", "spec/template/metadata/annotations"),
        made("Job.batch", "spec/template/metadata/annotations"),
        made("CronJob.batch", "spec/jobTemplate/metadata/annotations"),
        made(
            "CronJob.batch",
            "spec/jobTemplate/spec/template/metadata/annotations",
        ),
    ]
}

fn var_fields() -> Specs {
    let mut fields = Vec::new();
    let pods = WORKLOADS.iter().copied().chain([("Pod", "spec")]);
    for (kind, pod) in pods {
        for list in ["containers", "initContainers"] {
            for field in ["args", "command", "env/value", "volumeMounts/mountPath"] {
                fields.push(spec(kind, &format!("{pod}/{list}/{field}")));
            }
        }
        match kind {
            "StatefulSet" => fields.push(spec(kind, "spec/volumeClaimTemplates/spec/nfs/server")),
            // The way that kustomize takes here leads nowhere in a valid CronJob.
            "CronJob" => fields.push(spec(
                kind,
                "spec/jobTemplate/spec/template/volumes/nfs/server",
            )),
            _ => fields.push(spec(kind, &format!("{pod}/volumes/nfs/server"))),
        }
    }
    let others = [
        ("Deployment", "spec/template/metadata/annotations"),
        ("Ingress", "spec/rules/host"),
        ("Ingress", "spec/tls/hosts"),
        ("Ingress", "spec/tls/secretName"),
        ("Service", "spec/ports/port"),
        ("Service", "spec/ports/targetPort"),
        ("PersistentVolume", "spec/nfs/server"),
        ("", "metadata/labels"),
        ("", "metadata/annotations"),
    ];
    fields.extend(others.map(|(kind, path)| spec(kind, path)));
    fields
}

fn references() -> Vec<BackReference> {
    let mut all = Vec::new();
    let mut refer = |referent: &str, fields: Specs| {
        all.push(BackReference {
            referent: pattern(referent),
            fields,
        });
    };
    for kind in [
        "Deployment",
        "ReplicationController",
        "ReplicaSet",
        "StatefulSet",
    ] {
        refer(
            kind,
            vec![spec("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")],
        );
    }
    refer("ConfigMap/v1", config_map_references());
    refer("Secret/v1", secret_references());
    refer("Service/v1", service_references());
    let binding = format!("RoleBinding.{RBAC}");
    let cluster_binding = format!("ClusterRoleBinding.{RBAC}");
    refer(
        &format!("Role.{RBAC}"),
        vec![spec(&binding, "roleRef/name")],
    );
    refer(
        &format!("ClusterRole.{RBAC}"),
        vec![
            spec(&binding, "roleRef/name"),
            spec(&cluster_binding, "roleRef/name"),
        ],
    );
    let mut accounts = vec![
        spec(&binding, "subjects"),
        spec(&cluster_binding, "subjects"),
    ];
    accounts.extend(of_runners("serviceAccountName"));
    refer("ServiceAccount/v1", accounts);
    refer(
        "PersistentVolumeClaim/v1",
        of_runners("volumes/persistentVolumeClaim/claimName"),
    );
    refer(
        "PersistentVolume/v1",
        vec![
            spec("PersistentVolumeClaim", "spec/volumeName"),
            spec("ClusterRole", "rules/resourceNames"),
        ],
    );
    refer(
        "StorageClass.storage.k8s.io/v1",
        vec![
            spec("PersistentVolume", "spec/storageClassName"),
            spec("PersistentVolumeClaim", "spec/storageClassName"),
            spec(
                "StatefulSet",
                "spec/volumeClaimTemplates/spec/storageClassName",
            ),
        ],
    );
    refer(
        "PriorityClass.scheduling.k8s.io/v1",
        of_runners("priorityClassName"),
    );
    refer(
        &format!("ValidatingAdmissionPolicy.{ADMISSION}"),
        vec![spec(
            &format!("ValidatingAdmissionPolicyBinding.{ADMISSION}"),
            "spec/policyName",
        )],
    );
    all
}

fn of_runners(field: &str) -> Specs {
    RUNNERS
        .iter()
        .map(|(kind, pod)| spec(kind, &format!("{pod}/{field}")))
        .collect()
}

/// A field of every kind of pod.
fn of_pods(fields: &[&str]) -> Specs {
    let pods = [("Pod/v1", "spec"), ("PodTemplate", "template/spec")];
    pods.iter()
        .chain(WORKLOADS)
        .flat_map(|(kind, pod)| {
            fields
                .iter()
                .map(move |field| spec(kind, &format!("{pod}/{field}")))
        })
        .collect()
}

fn config_map_references() -> Specs {
    let mut fields = of_pods(&[
        "volumes/configMap/name",
        "containers/env/valueFrom/configMapKeyRef/name",
        "initContainers/env/valueFrom/configMapKeyRef/name",
        "containers/envFrom/configMapRef/name",
        "initContainers/envFrom/configMapRef/name",
        "volumes/projected/sources/configMap/name",
    ]);
    let others = [
        ("Node", "spec/configSource/configMap"),
        ("Role", "rules/resourceNames"),
        ("ClusterRole", "rules/resourceNames"),
        (
            "Ingress",
            "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap",
        ),
    ];
    fields.extend(others.map(|(kind, path)| spec(kind, path)));
    fields
}

fn secret_references() -> Specs {
    let mut fields = of_pods(&[
        "volumes/secret/secretName",
        "containers/env/valueFrom/secretKeyRef/name",
        "initContainers/env/valueFrom/secretKeyRef/name",
        "containers/envFrom/secretRef/name",
        "initContainers/envFrom/secretRef/name",
        "imagePullSecrets/name",
        "volumes/projected/sources/secret/name",
    ]);
    let others = [
        ("Ingress", "spec/tls/secretName"),
        (
            "Ingress",
            "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
        ),
        (
            "Ingress",
            "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
        ),
        (
            "Ingress",
            "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
        ),
        ("ServiceAccount", "imagePullSecrets/name"),
        ("StorageClass", "parameters/secretName"),
        ("StorageClass", "parameters/adminSecretName"),
        ("StorageClass", "parameters/userSecretName"),
        ("StorageClass", "parameters/secretRef"),
        ("Role", "rules/resourceNames"),
        ("ClusterRole", "rules/resourceNames"),
        (
            "Service.serving.knative.dev/v1",
            "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
        ),
        ("PersistentVolume", "spec/azureFile/secretName"),
    ];
    fields.extend(others.map(|(kind, path)| spec(kind, path)));
    fields
}

fn service_references() -> Specs {
    vec![
        spec("StatefulSet.apps", "spec/serviceName"),
        spec("Ingress", "spec/rules/http/paths/backend/serviceName"),
        spec("Ingress", "spec/backend/serviceName"),
        spec("Ingress", "spec/rules/http/paths/backend/service/name"),
        spec("Ingress", "spec/defaultBackend/service/name"),
        spec("APIService.apiregistration.k8s.io", "spec/service/name"),
        spec(
            &format!("ValidatingWebhookConfiguration.{ADMISSION}"),
            "webhooks/clientConfig/service",
        ),
        spec(
            &format!("MutatingWebhookConfiguration.{ADMISSION}"),
            "webhooks/clientConfig/service",
        ),
    ]
}
