# METADATA
# title: Disruption budget that requires all replicas
# description: >
#   As many pods must be available as there are, so none may be evicted and no node can be drained.
# remediation: >
#   Lower `minAvailable`, or run one more replica.
# severity: {production: warning, stage: info, dev: off}
# kinds:
#   - PodDisruptionBudget
#   - Deployment
#   - StatefulSet
#   - HorizontalPodAutoscaler
#   - ScaledObject.keda.sh
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

# What scales workloads, with the field that holds the least number and its default.
scalers := {
	"HorizontalPodAutoscaler": {"field": "minReplicas", "default": 1},
	"ScaledObject": {"field": "minReplicaCount", "default": 0},
}

key(entry, name) := concat("/", [objects.namespace(entry), name])

scaled := [{"key": key(entry, entry.object.spec.scaleTargetRef.name), "least": least} |
	some entry in input.objects
	scaler := scalers[entry.object.kind]
	least := object.get(entry.object.spec, scaler.field, scaler["default"])
]

replicas(entry) := min(found) if {
	own := key(entry, entry.object.metadata.name)
	found := [scaler.least | some scaler in scaled; scaler.key == own]
	count(found) > 0
} else := object.get(entry.object.spec, "replicas", 1)

# What has to be available of so many, as the disruption controller rounds it. All of them is
# another rule's.
needed(least, _) := least if is_number(least)

needed(least, running) := ceil((to_number(trim_suffix(least, "%")) * running) / 100) if {
	regex.match(`^[0-9]{1,2}%$`, least)
}

is_selected(entry, budget, labels) if {
	entry.object.kind in {"Deployment", "StatefulSet"}
	objects.namespace(entry) == objects.namespace(budget)
	every key, value in labels {
		entry.object.spec.template.metadata.labels[key] == value
	}
}

deny contains {"object": index, "message": message, "path": ["spec", "minAvailable"]} if {
	some index, budget in input.objects
	budget.object.kind == "PodDisruptionBudget"
	selector := budget.object.spec.selector
	count(selector.matchLabels) > 0
	count(object.get(selector, "matchExpressions", [])) == 0
	selected := [entry | some entry in input.objects; is_selected(entry, budget, selector.matchLabels)]
	counts := [replicas(entry) | some entry in selected]
	every number in counts {
		is_number(number)
	}
	running := sum(counts)
	running > 0
	least := needed(budget.object.spec.minAvailable, running)
	least >= running
	names := concat("`, `", [entry.object.metadata.name | some entry in selected])
	message := sprintf("%v of %v pods of `%s` must be available: none may be evicted", [least, running, names])
}
