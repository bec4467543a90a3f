# METADATA
# title: Network policy that selects no pod
# description: >
#   No pod of the target has the labels, so that the policy keeps nothing apart.
# remediation: >
#   Fix the selector.
# severity: off
# optional: true
# kinds: [NetworkPolicy, workloads]
# scope: target
# uses: [namespace, path]
# covers: [network/netpol-selects-pod]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector:
#       matchLabels:
#         app: apo
#     ingress: []
#   ---
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector:
#       matchLabels:
#         app: api
#     ingress: []
#   ---
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
package gitopslint.network.network_policy_without_pods

import data.gitopslint.lib.objects

labels := [{"namespace": objects.namespace(entry), "labels": found} |
	some entry in input.objects
	some pod in entry.pods
	parent := array.slice(pod.path, 0, count(pod.path) - 1)
	found := object.get(entry.object, array.concat(parent, ["metadata", "labels"]), {})
]

is_matched(selector, namespace) if {
	some pod in labels
	pod.namespace == namespace
	every key, value in selector.matchLabels {
		pod.labels[key] == value
	}
}

deny contains {"object": index, "message": "no pod has the labels that the policy selects", "path": ["spec", "podSelector"]} if {
	some index, entry in input.objects
	entry.object.kind == "NetworkPolicy"
	objects.is_core(entry.object)
	selector := entry.object.spec.podSelector
	count(selector.matchLabels) > 0
	not selector.matchExpressions
	not is_matched(selector, objects.namespace(entry))
}
