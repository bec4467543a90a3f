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

import data.gitopslint.lib.budgets
import data.gitopslint.lib.objects

# What scales workloads, with the field that holds the least number and its default.
scalers := {
	"HorizontalPodAutoscaler": {"field": "minReplicas", "default": 1},
	"ScaledObject": {"field": "minReplicaCount", "default": 0},
}

key(entry, name) := concat("/", [objects.namespace(entry), name])

# The least numbers of the workloads that are scaled, by what scales them.
scaled := object.union_n([{key(entry, entry.object.spec.scaleTargetRef.name): {index: least}} |
	some index, entry in input.objects
	scaler := scalers[entry.object.kind]
	least := object.get(entry.object.spec, scaler.field, scaler["default"])
])

# How many pods there are at least.
replicas(entry) := min(found) if {
	found := [least | some least in scaled[key(entry, entry.object.metadata.name)]]
	count(found) > 0
} else := object.get(entry.object.spec, "replicas", 1)

# What has to be available of so many, as the disruption controller rounds it. All of them is
# another rule's.
needed(least, _) := least if is_number(least)

needed(least, running) := ceil((to_number(trim_suffix(least, "%")) * running) / 100) if {
	regex.match(`^[0-9]{1,2}%$`, least)
}

deny contains {"object": index, "message": message, "path": ["spec", "minAvailable"]} if {
	some index, workloads in budgets.selected
	selected := [entry | some entry in workloads; entry.object.kind in {"Deployment", "StatefulSet"}]
	counts := [replicas(entry) | some entry in selected]
	every number in counts {
		is_number(number)
	}
	running := sum(counts)
	running > 0
	least := needed(input.objects[index].object.spec.minAvailable, running)
	least >= running
	names := concat("`, `", [entry.object.metadata.name | some entry in selected])
	message := sprintf("%v of %v pods of `%s` must be available: none may be evicted", [least, running, names])
}
