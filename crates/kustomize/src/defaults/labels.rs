//! Where labels, selectors and annotations go.

use crate::field_spec::FieldSpec;

fields! {
    static COMMON_LABELS;
    made "Service/v1" "" { "spec/selector" }
    existing "Deployment.apps" "spec/template/spec/affinity/podAffinity/" {
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
        "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"
    }
    existing "Deployment.apps" "spec/template/spec/affinity/podAntiAffinity/" {
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
        "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"
    }
    existing "Deployment.apps" "spec/template/spec/" {
        "topologySpreadConstraints/labelSelector/matchLabels"
    }
    made "Deployment" "" {
        "spec/selector/matchLabels"
        "spec/template/metadata/labels"
    }
    made "StatefulSet.apps" "" { "spec/selector/matchLabels" }
    existing "StatefulSet.apps" "spec/template/spec/affinity/podAffinity/" {
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
        "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"
    }
    existing "StatefulSet.apps" "spec/template/spec/affinity/podAntiAffinity/" {
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
        "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"
    }
    existing "StatefulSet.apps" "spec/template/spec/" {
        "topologySpreadConstraints/labelSelector/matchLabels"
    }
    made "StatefulSet.apps" "" {
        "spec/template/metadata/labels"
        "spec/volumeClaimTemplates[]/metadata/labels"
    }
    existing "CronJob.batch" "" { "spec/jobTemplate/spec/selector/matchLabels" }
    made "CronJob.batch" "" {
        "spec/jobTemplate/metadata/labels"
        "spec/jobTemplate/spec/template/metadata/labels"
    }
    existing "PodDisruptionBudget.policy" "" { "spec/selector/matchLabels" }
    existing "Job.batch" "" { "spec/selector/matchLabels" }
    made "Job.batch" "" { "spec/template/metadata/labels" }
    existing "NetworkPolicy.networking.k8s.io" "" {
        "spec/podSelector/matchLabels"
        "spec/ingress/from/podSelector/matchLabels"
        "spec/egress/to/podSelector/matchLabels"
    }
    made "ReplicationController/v1" "" {
        "spec/selector"
        "spec/template/metadata/labels"
    }
    made "DaemonSet" "" {
        "spec/selector/matchLabels"
        "spec/template/metadata/labels"
    }
    made "ReplicaSet" "" {
        "spec/selector/matchLabels"
        "spec/template/metadata/labels"
    }
    made "" "" { "metadata/labels" }
}

fields! {
    static TEMPLATE_LABELS;
    made "Deployment" "" { "spec/template/metadata/labels" }
    made "StatefulSet.apps" "" {
        "spec/template/metadata/labels"
        "spec/volumeClaimTemplates[]/metadata/labels"
    }
    made "CronJob.batch" "" {
        "spec/jobTemplate/metadata/labels"
        "spec/jobTemplate/spec/template/metadata/labels"
    }
    made "Job.batch" "" { "spec/template/metadata/labels" }
    made "ReplicationController/v1" "" { "spec/template/metadata/labels" }
    made "DaemonSet" "" { "spec/template/metadata/labels" }
    made "ReplicaSet" "" { "spec/template/metadata/labels" }
    made "" "" { "metadata/labels" }
}

fields! {
    static COMMON_ANNOTATIONS;
    made "Deployment" "" { "spec/template/metadata/annotations" }
    made "StatefulSet" "" { "spec/template/metadata/annotations" }
    made "CronJob.batch" "" {
        "spec/jobTemplate/metadata/annotations"
        "spec/jobTemplate/spec/template/metadata/annotations"
    }
    made "Job.batch" "" { "spec/template/metadata/annotations" }
    made "ReplicationController/v1" "" { "spec/template/metadata/annotations" }
    made "DaemonSet" "" { "spec/template/metadata/annotations" }
    made "ReplicaSet" "" { "spec/template/metadata/annotations" }
    made "" "" { "metadata/annotations" }
}
