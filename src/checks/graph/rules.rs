//! The rules on how objects fit together.

use crate::rule::{REFERENCES, rules};

rules! {
    [group REFERENCES]

    UNMATCHED_SELECTOR {
        id: "unmatched-selector",
        severity: Warning,
        title: "Selector that matches no pod",
        description: "No pod that is applied to the namespace has these labels, although there are pods with the same label keys. A Service without pods answers no request, and a PodDisruptionBudget without pods protects none.",
        remediation: "Use the labels of the pod template.",
        bad: "# the pods have app: web\nkind: Service\nspec:\n  selector: {app: wbe}\n",
        good: "kind: Service\nspec:\n  selector: {app: web}\n",
    }

    MISSING_KEY {
        id: "missing-key",
        severity: Error,
        title: "Key that the ConfigMap or Secret does not have",
        description: "The object is applied together with the pod but lacks the key, so the pod does not start.",
        remediation: "Add the key, or fix its name. If the pod can do without it, set `optional: true`.",
        bad: "# the ConfigMap has: url\nenv:\n- name: URL\n  valueFrom: {configMapKeyRef: {name: settings, key: uri}}\n",
        good: "env:\n- name: URL\n  valueFrom: {configMapKeyRef: {name: settings, key: url}}\n",
    }

    MISPLACED_REFERENCE {
        id: "misplaced-reference",
        severity: Warning,
        title: "Reference to the wrong name or namespace",
        description: "Pods read ConfigMaps and Secrets of their own namespace only, by their full name. The object applied with the pod has another namespace, prefix or hash, so the pod does not start unless an object of that name comes from elsewhere. Flux looks for a source in the namespace of the object that names it, unless `namespace` stands beside the name.",
        remediation: "Set the namespace of all of them in one kustomization, and generate the object in the kustomization that holds the reference. Beside the name of a Flux source, set `namespace`.",
    }

    UNKNOWN_PORT_NAME {
        id: "unknown-port-name",
        severity: Error,
        title: "Port name that the container does not have",
        description: "No port of the container has this name, so the probe always fails, or the Service has no endpoints.",
        remediation: "Use a name listed under `ports`, or the number.",
        bad: "ports: [{name: http, containerPort: 8080}]\nreadinessProbe: {httpGet: {port: htp}}\n",
        good: "ports: [{name: http, containerPort: 8080}]\nreadinessProbe: {httpGet: {port: http}}\n",
    }

    UNKNOWN_SCALE_TARGET {
        id: "unknown-scale-target",
        severity: Warning,
        title: "Autoscaler whose target has a slightly different name",
        description: "No workload of this name is applied with the autoscaler, but one with nearly the same name is. The autoscaler scales nothing.",
        remediation: "Use the workload's name. kustomize's prefixes do not reach references in custom resources: add a `nameReference` configuration, or write the full name.",
    }

    SCALE_TARGET_ELSEWHERE {
        id: "scale-target-elsewhere",
        severity: Info,
        title: "Autoscaler whose target is deployed elsewhere",
        description: "Nothing of this name is applied to the namespace from this repository. If it comes from nowhere else, the autoscaler scales nothing.",
        remediation: "Fix the name, or leave it if the workload is deployed from elsewhere.",
    }
}
