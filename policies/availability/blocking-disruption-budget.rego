# METADATA
# title: Disruption budget that allows no disruption
# description: >
#   No pod may be evicted, so no node can be drained: cluster upgrades wait forever, or kill the
#   pods.
# remediation: >
#   Allow one pod to be unavailable.
# severity: {production: warning, stage: info, dev: off}
# kinds: PodDisruptionBudget
# covers: [availability/pdb-max-unavailable-zero / min-available-all]
# bad: |
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     maxUnavailable: 0
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
#     selector:
#       matchLabels:
#         app: api
package gitopslint.availability.blocking_disruption_budget

deny contains {"message": "no pod may be evicted, so its node cannot be drained", "path": ["spec", "maxUnavailable"]} if {
	input.object.spec.maxUnavailable in {0, "0", "0%"}
}

deny contains {"message": "no pod may be evicted, so its node cannot be drained", "path": ["spec", "minAvailable"]} if {
	input.object.spec.minAvailable == "100%"
}
