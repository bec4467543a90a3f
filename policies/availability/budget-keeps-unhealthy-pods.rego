# METADATA
# title: Disruption budget that protects broken pods
# description: >
#   Pods that never become ready count against the budget by default, so a broken workload keeps
#   its node from being drained.
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

deny contains {"message": "broken pods keep their node from being drained", "path": ["spec", "unhealthyPodEvictionPolicy"]} if {
	not input.object.spec.unhealthyPodEvictionPolicy == "AlwaysAllow"
}
