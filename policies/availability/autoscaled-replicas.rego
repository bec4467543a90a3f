# METADATA
# title: Replicas that are also set by an autoscaler
# description: >
#   Every time the manifest is applied, the replica count is reset to the value here until the
#   autoscaler changes it back: under load, that kills pods.
# remediation: >
#   Remove `replicas` and set the autoscaler's `minReplicas` instead.
# severity: {production: warning, stage: info, dev: off}
# kinds:
#   - HorizontalPodAutoscaler
#   - ScaledObject.keda.sh
#   - Deployment
#   - StatefulSet
#   - Rollout.argoproj.io
# scope: target
# uses: [namespace, path]
# covers: [availability/hpa-replicas-conflict]
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
#   apiVersion: autoscaling/v2
#   kind: HorizontalPodAutoscaler
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     scaleTargetRef:
#       apiVersion: apps/v1
#       kind: Deployment
#       name: api
#     minReplicas: 2
#     maxReplicas: 4
# good: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: autoscaling/v2
#   kind: HorizontalPodAutoscaler
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     scaleTargetRef:
#       apiVersion: apps/v1
#       kind: Deployment
#       name: api
#     minReplicas: 2
#     maxReplicas: 4
package gitopslint.availability.autoscaled_replicas

import data.gitopslint.lib.objects

# What scales each workload, and between which counts.
scalers := [{"of": [objects.namespace(entry), object.get(target, "kind", "Deployment"), target.name], "kind": entry.object.kind, "least": least(entry.object), "most": most(entry.object)} |
	some entry in input.objects
	entry.object.kind in {"HorizontalPodAutoscaler", "ScaledObject"}
	target := entry.object.spec.scaleTargetRef
]

least(scaler) := object.get(scaler.spec, "minReplicaCount", 0) if scaler.kind == "ScaledObject"

least(scaler) := object.get(scaler.spec, "minReplicas", 1) if scaler.kind != "ScaledObject"

most(scaler) := object.get(scaler.spec, "maxReplicaCount", 100) if scaler.kind == "ScaledObject"

most(scaler) := object.get(scaler.spec, "maxReplicas", -1) if scaler.kind != "ScaledObject"

# Whether a count from which no pod is killed: more there never are.
is_most(scaler, replicas) if replicas == scaler.most

is_most(scaler, _) if scaler.least == scaler.most

help("ScaledObject") := "Remove `replicas` and set the ScaledObject's `minReplicaCount` instead."

help("HorizontalPodAutoscaler") := "Remove `replicas` and set the autoscaler's `minReplicas` instead."

# Argo CD and Flux can be told to leave the field alone.
is_ignored(entry) if entry.object.metadata.annotations["argocd.argoproj.io/compare-options"]

told := [{"object": index, "scaler": scaler, "replicas": entry.object.spec.replicas, "message": message} |
	some index, entry in input.objects
	is_number(entry.object.spec.replicas)
	entry.object.spec.replicas > 0
	some scaler in scalers
	scaler.of == [objects.namespace(entry), entry.object.kind, entry.object.metadata.name]
	not is_ignored(entry)
	message := sprintf("the replicas of `%s` are also set by an autoscaler", [entry.object.metadata.name])
]

deny contains {"object": one.object, "message": one.message, "help": help(one.scaler.kind), "path": ["spec", "replicas"]} if {
	some one in told
	not is_most(one.scaler, one.replicas)
}

deny contains {"object": one.object, "message": message, "help": help(one.scaler.kind), "path": ["spec", "replicas"], "at_most": "info"} if {
	some one in told
	is_most(one.scaler, one.replicas)
	message := sprintf("%s, which never asks for more", [one.message])
}
