//! The rules on selectors, ports and routes, and on what two objects cannot both have.

use crate::rule::{REFERENCES, rules};

rules! {
    [group REFERENCES]

    NETWORK_POLICY_WITHOUT_PODS {
        id: "network-policy-without-pods",
        severity: Warning,
        title: "Network policy that selects no pod",
        description: "No pod that is applied to the namespace has these labels, although pods with the same label keys are applied with the policy. It isolates nothing, so what it was meant to protect stays open.",
        remediation: "Use the labels of the pod template.",
        bad: "# the pods have app: api\nkind: NetworkPolicy\nspec:\n  podSelector: {matchLabels: {app: apo}}\n",
        good: "kind: NetworkPolicy\nspec:\n  podSelector: {matchLabels: {app: api}}\n",
    }

    UNMATCHED_PEER {
        id: "unmatched-peer",
        severity: Warning,
        title: "Network policy peer that matches nothing",
        description: "The peer selects pods by labels that are almost those of pods in the namespace, or a namespace by a label that its declaration does not have. The traffic that the rule should allow is denied.",
        remediation: "Use the labels that the pods have. To select a namespace by its name, use `kubernetes.io/metadata.name`, which every namespace has.",
        bad: "# the namespace is declared without labels\ningress:\n- from:\n  - namespaceSelector: {matchLabels: {name: monitoring}}\n",
        good: "ingress:\n- from:\n  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}\n",
    }

    SERVICE_PORT_IN_NETWORK_POLICY {
        id: "service-port-in-network-policy",
        severity: Warning,
        title: "Network policy that names a Service's port, not its pods' port",
        description: "Network policies see traffic after the Service's port is translated to the pod's, so the traffic that the rule should allow is denied.",
        remediation: "Use the port that the container listens on.",
        bad: "# Service: port 80, targetPort 8080\ningress:\n- ports: [{port: 80}]\n",
        good: "ingress:\n- ports: [{port: 8080}]\n",
    }

    EGRESS_WITHOUT_DNS {
        id: "egress-without-dns",
        severity: Warning,
        title: "Egress policy without DNS",
        description: "The policy denies what it does not list, and neither it nor another policy in the namespace lets the pods reach a name server, so they cannot resolve any host name.",
        remediation: "Allow port 53 over UDP and TCP to the name servers, such as those in `kube-system`.",
        bad: "policyTypes: [Egress]\negress:\n- to: [{podSelector: {matchLabels: {app: db}}}]\n  ports: [{port: 5432}]\n",
        good: "policyTypes: [Egress]\negress:\n- to: [{podSelector: {matchLabels: {app: db}}}]\n  ports: [{port: 5432}]\n- to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]\n  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]\n",
    }

    UNMATCHED_MONITOR {
        id: "unmatched-monitor",
        severity: Warning,
        title: "ServiceMonitor that matches no Service",
        description: "A ServiceMonitor selects Services by their own labels, not by those of their pods. No Service has these, so Prometheus scrapes nothing and no alert ever fires.",
        remediation: "Give the Service the labels in `metadata`, or select it by the labels that it has.",
        bad: "# the Service has app: web in spec.selector only\nkind: ServiceMonitor\nspec:\n  selector: {matchLabels: {app: web}}\n",
    }

    OVERBROAD_SERVICE {
        id: "overbroad-service",
        severity: Warning,
        title: "Service that selects pods that do not serve its port",
        description: "The selector also matches the pods of another workload or of a Job. Some of the requests go to them and fail.",
        remediation: "Add a label to the selector that only the intended pods have, such as `app.kubernetes.io/component`.",
    }

    UNDECLARED_TARGET_PORT {
        id: "undeclared-target-port",
        severity: Info / Off / Off,
        title: "Service whose target port no container lists",
        description: "All containers of the selected pods list their ports, and this one is not among them. If nothing listens on it, every request fails.",
        remediation: "Fix `targetPort`, or list the port in the container.",
    }

    OVERLAPPING_SELECTORS {
        id: "overlapping-selectors",
        severity: Warning,
        title: "Workloads that select each other's pods",
        description: "Each of the two takes the other's pods for its own: autoscalers count both, and a controller may adopt or delete pods that are not its own.",
        remediation: "Give each workload a label in its selector and template that the other does not have.",
    }

    SPREAD_WITHOUT_OWN_PODS {
        id: "spread-without-own-pods",
        severity: Warning,
        title: "Topology spread constraint that does not select its own pods",
        description: "The constraint counts the pods that its selector matches. If those are not the workload's own pods, these are not spread, and all of them may run on one node.",
        remediation: "Use the labels of the pod template as `labelSelector`.",
        bad: "template:\n  metadata: {labels: {app: web}}\n  spec:\n    topologySpreadConstraints:\n    - labelSelector: {matchLabels: {app: api}}\n",
        good: "template:\n  metadata: {labels: {app: web}}\n  spec:\n    topologySpreadConstraints:\n    - labelSelector: {matchLabels: {app: web}}\n",
    }

    UNKNOWN_BACKEND {
        id: "unknown-backend",
        severity: Warning,
        title: "Route, Ingress or webhook to a Service that does not exist",
        description: "Nothing of this name is applied to the namespace, but a Service of nearly this name, or of this name in another namespace, is applied with it. Requests fail. If no Service comes close, this is only info, because the Service may be deployed from elsewhere.",
        remediation: "Fix the name or the namespace, or add the Service.",
        bad: "# the Service is called web\nkind: Ingress\nspec:\n  defaultBackend: {service: {name: wed, port: {number: 80}}}\n",
        good: "kind: Ingress\nspec:\n  defaultBackend: {service: {name: web, port: {number: 80}}}\n",
    }

    UNKNOWN_BACKEND_PORT {
        id: "unknown-backend-port",
        severity: Error,
        title: "Route, Ingress or webhook to a port that the Service does not have",
        description: "The Service is applied with it and has no such port, so requests fail. What counts is the Service's `port`, not its `targetPort`.",
        remediation: "Use a port of the Service.",
        bad: "# the Service has port 80, targetPort 8080\nkind: Ingress\nspec:\n  defaultBackend: {service: {name: web, port: {number: 8080}}}\n",
        good: "kind: Ingress\nspec:\n  defaultBackend: {service: {name: web, port: {number: 80}}}\n",
    }

    DUPLICATE_OBJECT {
        id: "duplicate-object",
        severity: Error,
        title: "Two manifests of the same object",
        description: "Both have the same kind, namespace and name; a different API version does not set them apart. The cluster stores only one of them: the one applied last overwrites the other.",
        remediation: "Remove one of them, or rename it.",
        bad: "# both are the Ingress `api` of the same namespace\nresources:\n- ingress-v1.yaml\n- ingress-v1beta1.yaml\n",
        good: "resources:\n- ingress-v1.yaml\n",
    }

    NODE_PORT_TAKEN {
        id: "node-port-taken",
        severity: Error,
        title: "Node port used by two Services",
        description: "A cluster gives a node port to only one Service: the API server rejects the other.",
        remediation: "Choose another port, or leave `nodePort` out so that a free one is taken.",
        bad: "kind: Service\nspec:\n  type: NodePort\n  ports: [{port: 80, nodePort: 30080}]\n---\nkind: Service\nspec:\n  type: NodePort\n  ports: [{port: 80, nodePort: 30080}]\n",
    }

    HOST_PORT_TAKEN {
        id: "host-port-taken",
        severity: Warning,
        title: "Host port used by two DaemonSets",
        description: "Both want the port on every node, so each node runs the pod of only one of them, and the other's stays pending.",
        remediation: "Choose another port, or keep the two on different nodes.",
    }

    INGRESS_COLLISION {
        id: "ingress-collision",
        severity: Warning / Info / Off,
        title: "Ingresses for the same host and path",
        description: "Two Ingresses claim the same host and path. Which of them answers is up to the controller, and may change.",
        remediation: "Give one of them another path, or remove it.",
        bad: "# both in one Ingress class\nrules:\n- host: shop.example.com\n  http: {paths: [{path: /, …}]}\n---\nrules:\n- host: shop.example.com\n  http: {paths: [{path: /, …}]}\n",
        good: "rules:\n- host: shop.example.com\n  http: {paths: [{path: /, …}]}\n---\nrules:\n- host: shop.example.com\n  http: {paths: [{path: /api, …}]}\n",
    }
}
