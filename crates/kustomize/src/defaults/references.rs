//! Where objects are referred to by name.

use std::borrow::Cow;

use crate::config::BackReference;
use crate::field_spec::{FieldSpec, GvkPattern};

/// Fields of every kind of pod, then others as [`fields`] takes them.
macro_rules! of_pods {
    (static $name:ident; [$($field:literal)*] $($others:tt)*) => {
        fields! {
            static $name;
            existing "Pod/v1" "spec/" { $($field)* }
            existing "PodTemplate" "template/spec/" { $($field)* }
            existing "Deployment" "spec/template/spec/" { $($field)* }
            existing "ReplicaSet" "spec/template/spec/" { $($field)* }
            existing "DaemonSet" "spec/template/spec/" { $($field)* }
            existing "StatefulSet" "spec/template/spec/" { $($field)* }
            existing "Job" "spec/template/spec/" { $($field)* }
            existing "CronJob" "spec/jobTemplate/spec/template/spec/" { $($field)* }
            $($others)*
        }
    };
}

/// A field of the kinds whose pods' accounts, claims and priority classes are renamed, behind
/// others as [`fields`] takes them.
macro_rules! of_runners {
    (static $name:ident; $field:literal $($others:tt)*) => {
        fields! {
            static $name;
            $($others)*
            existing "Pod" "spec/" { $field }
            existing "StatefulSet" "spec/template/spec/" { $field }
            existing "Deployment" "spec/template/spec/" { $field }
            existing "ReplicationController" "spec/template/spec/" { $field }
            existing "CronJob" "spec/jobTemplate/spec/template/spec/" { $field }
            existing "Job" "spec/template/spec/" { $field }
            existing "DaemonSet" "spec/template/spec/" { $field }
        }
    };
}

pub(super) static NAME_REFERENCE: [BackReference; 15] = [
    refer("StorageClass.storage.k8s.io/v1", &STORAGE_CLASS),
    refer("ServiceAccount/v1", &SERVICE_ACCOUNT),
    refer("Role.rbac.authorization.k8s.io", &ROLE),
    refer("ClusterRole.rbac.authorization.k8s.io", &CLUSTER_ROLE),
    refer("ConfigMap/v1", &CONFIG_MAP),
    refer("Secret/v1", &SECRET),
    refer("Service/v1", &SERVICE),
    refer("PriorityClass.scheduling.k8s.io/v1", &PRIORITY_CLASS),
    refer("PersistentVolume/v1", &PERSISTENT_VOLUME),
    refer("PersistentVolumeClaim/v1", &PERSISTENT_VOLUME_CLAIM),
    refer("Deployment", &SCALED),
    refer("StatefulSet", &SCALED),
    refer(
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        &ADMISSION_POLICY,
    ),
    refer("ReplicaSet", &SCALED),
    refer("ReplicationController", &SCALED),
];

const fn refer(referent: &'static str, fields: &'static [FieldSpec]) -> BackReference {
    BackReference {
        referent: GvkPattern::of(referent),
        fields: Cow::Borrowed(fields),
    }
}

fields! {
    static STORAGE_CLASS;
    existing "PersistentVolume" "" { "spec/storageClassName" }
    existing "PersistentVolumeClaim" "" { "spec/storageClassName" }
    existing "StatefulSet" "" { "spec/volumeClaimTemplates/spec/storageClassName" }
}

of_runners! {
    static SERVICE_ACCOUNT;
    "serviceAccountName"
    existing "RoleBinding.rbac.authorization.k8s.io" "" { "subjects" }
    existing "ClusterRoleBinding.rbac.authorization.k8s.io" "" { "subjects" }
}

fields! {
    static ROLE;
    existing "RoleBinding.rbac.authorization.k8s.io" "" { "roleRef/name" }
}

fields! {
    static CLUSTER_ROLE;
    existing "RoleBinding.rbac.authorization.k8s.io" "" { "roleRef/name" }
    existing "ClusterRoleBinding.rbac.authorization.k8s.io" "" { "roleRef/name" }
}

of_pods! {
    static CONFIG_MAP;
    [
        "volumes/configMap/name"
        "containers/env/valueFrom/configMapKeyRef/name"
        "initContainers/env/valueFrom/configMapKeyRef/name"
        "containers/envFrom/configMapRef/name"
        "initContainers/envFrom/configMapRef/name"
        "volumes/projected/sources/configMap/name"
    ]
    existing "Node" "" { "spec/configSource/configMap" }
    existing "Role" "" { "rules/resourceNames" }
    existing "ClusterRole" "" { "rules/resourceNames" }
    existing "Ingress" "metadata/annotations/" {
        "nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"
    }
}

of_pods! {
    static SECRET;
    [
        "volumes/secret/secretName"
        "containers/env/valueFrom/secretKeyRef/name"
        "initContainers/env/valueFrom/secretKeyRef/name"
        "containers/envFrom/secretRef/name"
        "initContainers/envFrom/secretRef/name"
        "imagePullSecrets/name"
        "volumes/projected/sources/secret/name"
    ]
    existing "Ingress" "" { "spec/tls/secretName" }
    existing "Ingress" "metadata/annotations/" {
        "ingress.kubernetes.io\\/auth-secret"
        "nginx.ingress.kubernetes.io\\/auth-secret"
        "nginx.ingress.kubernetes.io\\/auth-tls-secret"
    }
    existing "ServiceAccount" "" { "imagePullSecrets/name" }
    existing "StorageClass" "parameters/" {
        "secretName"
        "adminSecretName"
        "userSecretName"
        "secretRef"
    }
    existing "Role" "" { "rules/resourceNames" }
    existing "ClusterRole" "" { "rules/resourceNames" }
    existing "Service.serving.knative.dev/v1" "spec/template/spec/" {
        "containers/env/valueFrom/secretKeyRef/name"
    }
    existing "PersistentVolume" "" { "spec/azureFile/secretName" }
}

fields! {
    static SERVICE;
    existing "StatefulSet.apps" "" { "spec/serviceName" }
    existing "Ingress" "spec/" {
        "rules/http/paths/backend/serviceName"
        "backend/serviceName"
        "rules/http/paths/backend/service/name"
        "defaultBackend/service/name"
    }
    existing "APIService.apiregistration.k8s.io" "" { "spec/service/name" }
    existing "ValidatingWebhookConfiguration.admissionregistration.k8s.io" "" {
        "webhooks/clientConfig/service"
    }
    existing "MutatingWebhookConfiguration.admissionregistration.k8s.io" "" {
        "webhooks/clientConfig/service"
    }
}

of_runners! {
    static PRIORITY_CLASS;
    "priorityClassName"
}

fields! {
    static PERSISTENT_VOLUME;
    existing "PersistentVolumeClaim" "" { "spec/volumeName" }
    existing "ClusterRole" "" { "rules/resourceNames" }
}

of_runners! {
    static PERSISTENT_VOLUME_CLAIM;
    "volumes/persistentVolumeClaim/claimName"
}

fields! {
    /// What a HorizontalPodAutoscaler scales.
    static SCALED;
    existing "HorizontalPodAutoscaler" "" { "spec/scaleTargetRef/name" }
}

fields! {
    static ADMISSION_POLICY;
    existing "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io" "" {
        "spec/policyName"
    }
}
