# METADATA
# title: Replicas that may all run on one node
# description: >
#   Without a rule that keeps them apart, the scheduler may put all replicas on one node, and
#   losing that node takes all of them down.
# remediation: >
#   Set `topologySpreadConstraints` or a `podAntiAffinity`.
# severity: off
# optional: true
# kinds: [Deployment, StatefulSet, Rollout.argoproj.io]
# covers: [availability/pod-anti-affinity, availability/topology-spread]
# bad: |
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
#         topologySpreadConstraints:
#           - maxSkew: 1
#             topologyKey: kubernetes.io/hostname
#             whenUnsatisfiable: ScheduleAnyway
#             labelSelector:
#               matchLabels:
#                 app: api
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
package gitopslint.availability.missing_spread

import data.gitopslint.lib.pod.pods

deny contains {"message": "nothing spreads the replicas across nodes", "path": array.concat(pod.path, ["topologySpreadConstraints"])} if {
	input.object.spec.replicas > 1
	some pod in pods
	not pod.spec.topologySpreadConstraints
	not pod.spec.affinity.podAntiAffinity
}
