# METADATA
# title: Replicas without a disruption budget
# description: >
#   Nothing keeps a drain of several nodes from evicting all replicas at once.
# remediation: >
#   Add a PodDisruptionBudget with `maxUnavailable: 1`.
# severity: off
# optional: true
# kinds: [Deployment, StatefulSet, Rollout.argoproj.io, PodDisruptionBudget]
# scope: target
# uses: [namespace, path]
# covers: [availability/pdb-exists]
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
package gitopslint.availability.missing_disruption_budget

import data.gitopslint.lib.budgets
import data.gitopslint.lib.objects

covered := {index |
	some workloads in budgets.selected
	some index, _ in workloads
}

# Where a budget selects all pods, or some by expressions: what these select is not worked out.
open := {objects.namespace(entry) |
	some index, entry in input.objects
	entry.object.kind == "PodDisruptionBudget"
	entry.object.spec.selector
	not budgets.plain[index]
}

deny contains {"object": index, "message": "no disruption budget covers the replicas", "path": ["spec", "replicas"]} if {
	some index, entry in input.objects
	entry.object.kind in {"Deployment", "StatefulSet", "Rollout"}
	entry.object.spec.replicas > 1
	not index in covered
	not objects.namespace(entry) in open
}
