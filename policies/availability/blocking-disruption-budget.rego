# METADATA
# title: Disruption budget that allows no disruption
# description: >
#   No pod may be evicted, so no node can be drained: cluster upgrades wait forever, or kill the
#   pods.
# remediation: >
#   Allow one pod to be unavailable.
# severity: {production: warning, stage: info, dev: off}
# kinds: [PodDisruptionBudget, Deployment, StatefulSet, Rollout.argoproj.io]
# scope: target
# uses: [namespace, path]
# covers: [availability/pdb-max-unavailable-zero / min-available-all]
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
#     maxUnavailable: 0
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
#     maxUnavailable: 1
#     selector:
#       matchLabels:
#         app: api
#   ---
#   apiVersion: policy/v1
#   kind: PodDisruptionBudget
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     maxUnavailable: 0
#     selector:
#       matchLabels:
#         app: web
package gitopslint.availability.blocking_disruption_budget

import data.gitopslint.lib.budgets

# A budget that selects no pod keeps none.
deny contains {"object": index, "message": "no pod may be evicted, so its node cannot be drained", "path": ["spec", "maxUnavailable"]} if {
	some index in budgets.selecting
	input.objects[index].object.spec.maxUnavailable in {0, "0", "0%"}
}

deny contains {"object": index, "message": "no pod may be evicted, so its node cannot be drained", "path": ["spec", "minAvailable"]} if {
	some index in budgets.selecting
	input.objects[index].object.spec.minAvailable == "100%"
}
