# METADATA
# title: Empty disruption budget
# description: >
#   Without `minAvailable` or `maxUnavailable`, the budget prevents no eviction.
# remediation: >
#   Set `maxUnavailable: 1`.
# severity: {production: warning, stage: info, dev: off}
# kinds: PodDisruptionBudget
# covers: [availability/pdb-has-policy]
# bad: |
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: api
#     namespace: shop
#   spec:
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
package gitopslint.availability.empty_disruption_budget

deny contains {"message": "the budget sets neither `minAvailable` nor `maxUnavailable`", "path": ["spec"]} if {
	count({"minAvailable", "maxUnavailable"} & object.keys(object.get(input.object, "spec", {}))) == 0
}
