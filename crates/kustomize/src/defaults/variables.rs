//! Where variables stand.

use crate::field_spec::FieldSpec;

fields! {
    static VAR_REFERENCE;
    existing "Service" "spec/" {
        "ports/port"
        "ports/targetPort"
    }
    existing "PersistentVolume" "" { "spec/nfs/server" }
    existing "Deployment" "spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
        "volumes/nfs/server"
    }
    existing "Deployment" "" { "spec/template/metadata/annotations" }
    existing "StatefulSet" "spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
    }
    existing "StatefulSet" "" { "spec/volumeClaimTemplates/spec/nfs/server" }
    existing "CronJob" "spec/jobTemplate/spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
    }
    // The way that kustomize takes here leads nowhere in a valid CronJob.
    existing "CronJob" "" { "spec/jobTemplate/spec/template/volumes/nfs/server" }
    existing "DaemonSet" "spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
        "volumes/nfs/server"
    }
    existing "Ingress" "spec/" {
        "rules/host"
        "tls/hosts"
        "tls/secretName"
    }
    existing "Job" "spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
        "volumes/nfs/server"
    }
    existing "Pod" "spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
        "volumes/nfs/server"
    }
    existing "ReplicaSet" "spec/template/spec/" {
        "containers/args"
        "containers/command"
        "containers/env/value"
        "containers/volumeMounts/mountPath"
        "initContainers/args"
        "initContainers/command"
        "initContainers/env/value"
        "initContainers/volumeMounts/mountPath"
        "volumes/nfs/server"
    }
    existing "" "" {
        "metadata/labels"
        "metadata/annotations"
    }
}
