# METADATA
# title: Disruption budget that requires all replicas
# description: >
#   As many pods have to be available as there are, so that none may be ended and no node can be
#   drained.
# remediation: >
#   Lower `minAvailable`, or run one replica more.
# severity: {production: warning, stage: info, dev: off}
# kinds: [PodDisruptionBudget, Deployment, StatefulSet, HorizontalPodAutoscaler]
# scope: target
# uses: [namespace, path]
# covers: [availability/pdb-vs-hpa-min]
# bad: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     replicas: 2
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     minAvailable: 2
#     selector:
#       matchLabels:
#         app: api
# good: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     replicas: 3
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     minAvailable: 2
#     selector:
#       matchLabels:
#         app: api
package gitopslint.availability.budget_of_all_replicas

import data.gitopslint.lib.objects

scaled := {concat("/", [objects.namespace(entry), entry.object.spec.scaleTargetRef.name]): object.get(entry.object.spec, "minReplicas", 1) |
	some entry in input.objects
	entry.object.kind == "HorizontalPodAutoscaler"
	is_number(object.get(entry.object.spec, "minReplicas", 1))
}

key(entry) := concat("/", [objects.namespace(entry), entry.object.metadata.name])

replicas(entry) := scaled[key(entry)] if {
	is_number(scaled[key(entry)])
} else := object.get(entry.object.spec, "replicas", 1)

deny contains {"object": index, "message": message, "path": ["spec", "minAvailable"]} if {
	some index, budget in input.objects
	budget.object.kind == "PodDisruptionBudget"
	least := budget.object.spec.minAvailable
	is_number(least)
	labels := budget.object.spec.selector.matchLabels
	count(labels) > 0
	some entry in input.objects
	entry.object.kind in {"Deployment", "StatefulSet"}
	objects.namespace(entry) == objects.namespace(budget)
	every key, value in labels {
		entry.object.spec.template.metadata.labels[key] == value
	}
	running := replicas(entry)
	is_number(running)
	running > 0
	least >= running
	message := sprintf("%v of %v pods of `%s` have to be available: none may be ended", [least, running, entry.object.metadata.name])
}
