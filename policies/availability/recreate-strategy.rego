# METADATA
# title: Workload that goes down during every update
# description: >
#   With `Recreate`, all pods are stopped before the first new one starts.
# remediation: >
#   Use `RollingUpdate`, unless two versions must not run side by side.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: [Deployment]
# covers: [availability/rolling-update]
# bad: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     replicas: 2
#     strategy:
#       type: Recreate
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
#     strategy:
#       type: RollingUpdate
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
package gitopslint.availability.recreate_strategy

deny contains {"message": "all replicas are stopped before the first new one starts", "path": ["spec", "strategy", "type"]} if {
	input.object.spec.strategy.type == "Recreate"
	input.object.spec.replicas > 1
}
