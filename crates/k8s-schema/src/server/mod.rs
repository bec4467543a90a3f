//! What the API server refuses beyond its schemas: one small file for each family of kinds, and
//! one for each thing that many kinds have in common.
//!
//! All of it reads an object that was held against its schema already. A cause that was told
//! there is not told again.

mod admission;
mod admission_policy;
pub(crate) mod at;
mod autoscaling;
mod cluster;
mod config;
mod cron;
mod definition;
mod device;
mod endpoints;
mod expressions;
mod flow;
mod ip;
mod job;
mod json;
pub(crate) mod meta;
mod network;
mod pod;
pub(crate) mod quantity;
mod quota;
mod rbac;
mod report;
mod seen;
mod selector;
mod service;
mod storage;
mod text;
mod time_zone;
mod workload;

#[cfg(test)]
mod tests;

use manifest::View;

use crate::check::{Check, Place};
use at::At;
pub(crate) use text::is_open;

/// What is asked of the metadata of custom resources.
const CUSTOM: meta::Rules = meta::Rules {
    name: text::subdomain,
    own_finalizers: false,
};

/// Holds an object of a built-in kind that is served against what the server asks for.
pub(crate) fn validate(
    check: &mut Check,
    api_version: &str,
    kind: &str,
    object: View<'_>,
    place: &Place<'_>,
    stands_in_namespace: &dyn Fn() -> bool,
) {
    // Beyond the limits nothing is looked at.
    if check.unchecked.values > 0 || !object.is_map() {
        return;
    }
    let at = At::new(object, *place);
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let validator = validator(group, version, kind);
    let rules = rules(check, group, kind, validator.is_some());
    meta::object(check, &at.get("metadata"), rules, stands_in_namespace);
    if let Some(validate) = validator {
        validate(check, &at);
    }
    match (group, kind) {
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
        ) => expressions::webhooks(check, &at),
        (
            "admissionregistration.k8s.io",
            "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy",
        ) => expressions::policy(check, &at),
        ("resource.k8s.io", "DeviceClass") => expressions::device_class(check, &at),
        ("resource.k8s.io", "ResourceClaim") => expressions::device_claim(check, &at),
        ("resource.k8s.io", "ResourceClaimTemplate") => {
            expressions::device_claim(check, &at.get("spec"));
        }
        _ => {}
    }
}

/// Holds the metadata of an object of a custom kind against what the server asks for.
pub(crate) fn validate_metadata(
    check: &mut Check,
    object: View<'_>,
    place: &Place<'_>,
    stands_in_namespace: &dyn Fn() -> bool,
) {
    if check.unchecked.values == 0 && object.is_map() {
        let at = At::new(object, *place);
        meta::object(check, &at.get("metadata"), CUSTOM, stands_in_namespace);
    }
}

/// Holds the type and metadata of a resource inside of another against what the server asks for.
pub(crate) fn validate_embedded(check: &mut Check, resource: View<'_>, place: &Place<'_>) {
    let at = At::new(resource, *place);
    let kind = at.get("kind");
    if let Some(reason) = text::label_1035(&kind.text().to_ascii_lowercase())
        && !kind.is_empty()
    {
        check.invalid(&kind, format_args!("in lower case {reason}"));
    }
    let api_version = at.get("apiVersion");
    if api_version.text().matches('/').count() > 1 {
        check.invalid(
            &api_version,
            "must be a group and a version with `/` between them",
        );
    }
    let rules = meta::Rules {
        name: text::path_segment,
        own_finalizers: false,
    };
    meta::object(check, &at.get("metadata"), rules, &|| true);
}

type Validator = fn(&mut Check, &At<'_, '_>);

fn validator(group: &str, version: &str, kind: &str) -> Option<Validator> {
    Some(match (group, kind) {
        ("", "Pod") => pod::whole,
        ("", "PodTemplate") => cluster::pod_template,
        ("", "ReplicationController") => workload::replication_controller,
        ("", "Service") => service::service,
        ("", "Endpoints") => endpoints::endpoints,
        ("", "ConfigMap") => config::config_map,
        ("", "Secret") => config::secret,
        ("", "Namespace") => cluster::namespace,
        ("", "PersistentVolume") => storage::volume,
        ("", "PersistentVolumeClaim") => storage::claim,
        ("", "ResourceQuota") => quota::quota,
        ("", "LimitRange") => quota::limit_range,
        ("apps", "Deployment") => workload::deployment,
        ("apps", "StatefulSet") => workload::stateful_set,
        ("apps", "DaemonSet") => workload::daemon_set,
        ("apps", "ReplicaSet") => workload::replica_set,
        ("apps", "ControllerRevision") => cluster::controller_revision,
        ("batch", "Job") => job::job,
        ("batch", "CronJob") => job::cron_job,
        ("autoscaling", "HorizontalPodAutoscaler") if version == "v1" => autoscaling::v1,
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaling::v2,
        ("policy", "PodDisruptionBudget") => autoscaling::budget,
        ("networking.k8s.io", "Ingress") => network::ingress,
        ("networking.k8s.io", "IngressClass") => network::ingress_class,
        ("networking.k8s.io", "NetworkPolicy") => network::policy,
        ("networking.k8s.io", "ServiceCIDR") => network::service_cidr,
        ("discovery.k8s.io", "EndpointSlice") => endpoints::slice,
        ("rbac.authorization.k8s.io", "Role") => rbac::role,
        ("rbac.authorization.k8s.io", "ClusterRole") => rbac::cluster_role,
        ("rbac.authorization.k8s.io", "RoleBinding") => rbac::role_binding,
        ("rbac.authorization.k8s.io", "ClusterRoleBinding") => rbac::cluster_role_binding,
        ("storage.k8s.io", "StorageClass") => storage::class,
        ("storage.k8s.io", "VolumeAttributesClass") => storage::attributes_class,
        ("storage.k8s.io", "CSIDriver") => storage::driver,
        ("storage.k8s.io", "CSINode") => storage::node,
        ("storage.k8s.io", "CSIStorageCapacity") => storage::capacity,
        ("scheduling.k8s.io", "PriorityClass") => cluster::priority_class,
        ("node.k8s.io", "RuntimeClass") => cluster::runtime_class,
        ("coordination.k8s.io", "Lease") => cluster::lease,
        ("apiregistration.k8s.io", "APIService") => cluster::api_service,
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") => flow::schema,
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => flow::level,
        ("resource.k8s.io", "ResourceClaim") => device::claim,
        ("resource.k8s.io", "ResourceClaimTemplate") => device::claim_template,
        ("resource.k8s.io", "DeviceClass") => device::class,
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
        ) => admission::webhooks,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition::definition,
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy") => {
            admission_policy::validating_policy
        }
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding") => {
            admission_policy::validating_binding
        }
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy") => {
            admission_policy::mutating_policy
        }
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding") => {
            admission_policy::binding
        }
        _ => return None,
    })
}

/// What is asked of the metadata of a kind.
fn rules(check: &Check, group: &str, kind: &str, is_covered: bool) -> meta::Rules {
    let name = match (group, kind) {
        ("", "Namespace") | ("apps", "StatefulSet") => text::label,
        ("", "Service") => network::service_name(check),
        ("rbac.authorization.k8s.io" | "apiregistration.k8s.io", _) => text::path_segment,
        (
            "certificates.k8s.io" | "events.k8s.io" | "networking.k8s.io",
            "ClusterTrustBundle" | "Event" | "IPAddress",
        ) => text::path_segment,
        ("policy", _) => text::path_segment,
        ("", "Event") => text::path_segment,
        _ if is_covered || group.is_empty() => text::subdomain,
        // What is not known is asked for least.
        _ => text::path_segment,
    };
    let is_lenient = matches!(
        group,
        "admissionregistration.k8s.io"
            | "apiregistration.k8s.io"
            | "apiextensions.k8s.io"
            | "coordination.k8s.io"
            | "node.k8s.io"
            | "policy"
    );
    meta::Rules {
        name,
        own_finalizers: !is_lenient,
    }
}
