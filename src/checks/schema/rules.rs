//! The rules behind what schemas refuse.

use crate::rule::{SCHEMA, rules};

rules! {
    [group SCHEMA]

    UNKNOWN_FIELD {
        id: "unknown-field",
        severity: Error,
        title: "Unknown field",
        description: "The API server drops fields that it does not know, or rejects the object. Either way, the field does not do what it was meant to.",
        remediation: "Fix the name or the place of the field, or remove it.",
        bad: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  port:\n    - port: 80\n",
        good: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - port: 80\n",
    }

    WRONG_TYPE {
        id: "wrong-type",
        severity: Error,
        title: "Value of the wrong type",
        description: "The API server rejects the object, so the deployment stops there.",
        remediation: "Write the value in the field's type: numbers and booleans without quotes, text that looks like them in quotes.",
        bad: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - port: \"80\"\n",
        good: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - port: 80\n",
    }

    MISSING_FIELD {
        id: "missing-field",
        severity: Error,
        title: "Missing required field",
        description: "The API server rejects the object, so the deployment stops there.",
        remediation: "Add the field.",
        bad: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - name: http\n",
        good: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - name: http\n      port: 80\n",
    }

    INVALID_VALUE {
        id: "invalid-value",
        severity: Error,
        title: "Value that the field does not allow",
        description: "The API server rejects the object, so the deployment stops there.",
        remediation: "Change the value or key to one that the field allows.",
        bad: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  type: Loadbalancer\n  ports:\n    - port: 80\n",
        good: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  type: LoadBalancer\n  ports:\n    - port: 80\n",
    }

    DUPLICATE_LIST_KEY {
        id: "duplicate-list-key",
        severity: Error,
        title: "Duplicate list key",
        description: "Items of this list are told apart by their key: the API server rejects the object, \
                      so the deployment stops there.",
        remediation: "Remove one of the items, or give it a key of its own.",
        bad: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - {name: a, port: 80}\n    - {name: b, port: 80}\n",
        good: "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  ports:\n    - {name: a, port: 80}\n    - {name: b, port: 81}\n",
    }

    UNKNOWN_API_VERSION {
        id: "unknown-api-version",
        severity: Error,
        title: "Unknown apiVersion or kind",
        description: "The API server does not know the kind under this apiVersion and rejects the object.",
        remediation: "Fix apiVersion or kind: they have to match.",
        bad: "apiVersion: v1\nkind: Deployment\nmetadata:\n  name: api\n",
        good: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  selector: {matchLabels: {app: api}}\n  template: {metadata: {labels: {app: api}}, spec: {containers: [{name: api, image: \"api:1\"}]}}\n",
    }

    REMOVED_API_VERSION {
        id: "removed-api-version",
        severity: Error,
        title: "Removed apiVersion",
        description: "The Kubernetes version that the object is deployed to no longer has this apiVersion and rejects the object.",
        remediation: "Move to the replacement, of which some fields may be different. Where there is none, delete the object.",
        bad: "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: api\nspec:\n  minAvailable: 1\n",
        good: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: api\nspec:\n  minAvailable: 1\n",
    }

    UNLISTED_FIELD {
        id: "unlisted-field",
        severity: Off,
        title: "Field unknown to every published version of the custom kind",
        description: "The kind's definition is not in the repository, and no published version known here has the field, or has it in this form. A cluster with one of those versions drops the field or rejects the object. Newer versions may well have it, so the rule is off, and such objects are counted as not checked.",
        remediation: "Fix the name or the place of the field. If the cluster has another version of the definition, add that to the repository: it takes precedence.",
        bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: api\nspec:\n  project: default\n  destination: {namespace: api}\n  syncPolicy: {automated: {everything: true}}\n",
        good: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: api\nspec:\n  project: default\n  destination: {namespace: api}\n  syncPolicy: {automated: {prune: true}}\n",
    }

    MISPLACED_FIELD {
        id: "misplaced-field",
        severity: Warning,
        title: "Field of a custom kind in the wrong mapping",
        description: "No published version of the kind has the field here, but a mapping around it or beside it has a field of that name: it is indented too far or not far enough. The cluster drops it.",
        remediation: "Indent the field so that it is in the mapping it belongs to.",
        bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: api\nspec:\n  project: default\n  destination: {namespace: api}\n  syncPolicy:\n    automated: {prune: true}\n  retry: {limit: 3}\n",
        good: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: api\nspec:\n  project: default\n  destination: {namespace: api}\n  syncPolicy:\n    automated: {prune: true}\n    retry: {limit: 3}\n",
    }

    DUPLICATE_APPLY_KEY {
        id: "duplicate-apply-key",
        severity: Warning,
        title: "Duplicate list key that server-side apply rejects",
        description: "A create accepts both items, and one of them has no effect; server-side apply rejects the object, and so does the first change to either item.",
        remediation: "Remove one of the items, or give it a key of its own.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1\n      env:\n        - {name: MODE, value: a}\n        - {name: MODE, value: b}\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1\n      env:\n        - {name: MODE, value: b}\n",
    }

    DEPRECATED_API_VERSION {
        id: "deprecated-api-version",
        severity: Warning,
        title: "Deprecated apiVersion",
        description: "The cluster still serves it, but a future version of Kubernetes will not, and the upgrade would break the object.",
        remediation: "Move to the replacement before upgrading the cluster. Where there is none, delete the object.",
        bad: "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: api\n",
        good: "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: api\naddressType: IPv4\nendpoints: []\n",
    }
}
