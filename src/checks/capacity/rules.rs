//! The rules on what pods ask for and what their namespace allows.

use crate::rule::{CAPACITY, rules};

rules! {
    [group CAPACITY]

    QUOTA_EXCEEDED {
        id: "quota-exceeded",
        severity: Error,
        title: "Namespace that needs more than its quota",
        description: "What is applied to the namespace needs more than its ResourceQuota allows. The API server accepts the workloads and rejects the pods that come last. If the sum is too high only while autoscalers are at their maximum or jobs run, it is a warning.",
        remediation: "Raise the quota, or lower the requests or the number of pods.",
        bad: "kind: ResourceQuota\nspec:\n  hard: {requests.cpu: \"4\"}\n---\nkind: Deployment\nspec:\n  replicas: 5\n  template:\n    spec:\n      containers:\n      - name: web\n        resources:\n          requests: {cpu: \"1\"}\n",
        good: "kind: ResourceQuota\nspec:\n  hard: {requests.cpu: \"6\"}\n",
    }

    MISSING_QUOTA_RESOURCE {
        id: "missing-quota-resource",
        severity: Error,
        title: "Container without a request or limit that the quota requires",
        description: "A ResourceQuota on `requests.cpu`, `requests.memory`, `limits.cpu` or `limits.memory` makes the API server reject pods with a container, init containers included, that does not set it. No LimitRange in the namespace sets a default, so the workload never gets a pod.",
        remediation: "Set it, or give the namespace a LimitRange with defaults.",
        bad: "# the quota has: limits.memory\ncontainers:\n- name: web\n  resources:\n    requests: {memory: 128Mi}\n",
        good: "containers:\n- name: web\n  resources:\n    requests: {memory: 128Mi}\n    limits: {memory: 256Mi}\n",
    }

    OUTSIDE_LIMIT_RANGE {
        id: "outside-limit-range",
        severity: Error,
        title: "Request or limit outside the LimitRange",
        description: "A LimitRange in the namespace makes the API server reject the pod or claim. A container that sets no limit and requests more than the default limit is rejected, too. The workload is accepted and never gets a pod.",
        remediation: "Change the request or limit, or the LimitRange.",
        bad: "# the LimitRange has: max: {memory: 1Gi}\nresources:\n  limits: {memory: 2Gi}\n",
        good: "resources:\n  limits: {memory: 1Gi}\n",
    }

    ROLLOUT_WITHOUT_ROOM {
        id: "rollout-without-room",
        severity: Warning,
        title: "Rollout that the quota leaves no room for",
        description: "With `maxUnavailable` at 0, which is also what 25% of fewer than four pods rounds down to, a rollout starts a new pod before it stops an old one. The quota has no room for it, so the first change to the pod template gets stuck.",
        remediation: "Raise the quota by one pod, or let the rollout stop a pod first with `maxUnavailable: 1`.",
    }

    AUTOSCALER_WITHOUT_REQUESTS {
        id: "autoscaler-without-requests",
        severity: Warning,
        title: "Utilization autoscaler for pods without requests",
        description: "Utilization is relative to what the containers request. If one of them requests nothing, the autoscaler cannot compute it and does not scale.",
        remediation: "Set the request in every container, or scale by another metric, such as `type: AverageValue`.",
        bad: "kind: HorizontalPodAutoscaler\nspec:\n  metrics:\n  - type: Resource\n    resource:\n      name: cpu\n      target: {type: Utilization, averageUtilization: 80}\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: acme/web:1.4.2\n",
        good: "containers:\n- name: web\n  image: acme/web:1.4.2\n  resources:\n    requests: {cpu: 100m}\n",
    }
}
