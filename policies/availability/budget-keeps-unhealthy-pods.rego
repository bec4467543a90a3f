# METADATA
# title: Disruption budget that protects broken pods
# description: >
#   Pods that do not become ready count against the budget by default, so that a broken workload
#   keeps its node from being drained.
# remediation: >
#   Set `unhealthyPodEvictionPolicy: AlwaysAllow`.
# severity: off
# optional: true
# kinds: PodDisruptionBudget
# covers: [availability/pdb-unhealthy-eviction]
# bad: |
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     maxUnavailable: 1
#     selector:
#       matchLabels:
#         app: api
# good: |
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     maxUnavailable: 1
#     unhealthyPodEvictionPolicy: AlwaysAllow
#     selector:
#       matchLabels:
#         app: api
package gitopslint.availability.budget_keeps_unhealthy_pods

deny contains {"message": "pods that are broken keep their node from being drained", "path": ["spec", "unhealthyPodEvictionPolicy"]} if {
	not input.object.spec.unhealthyPodEvictionPolicy == "AlwaysAllow"
}
