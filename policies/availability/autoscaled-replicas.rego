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

# What scales each workload: by its namespace, kind and name, then by the scaler's own place.
scalers := object.union_n([{[objects.namespace(entry), object.get(target, "kind", "Deployment"), target.name]: {at: {"kind": entry.object.kind, "most": most(entry.object)}}} |
	some at, entry in objects.besides_workloads
	entry.object.kind in {"HorizontalPodAutoscaler", "ScaledObject"}
	target := entry.object.spec.scaleTargetRef
])

most(scaler) := object.get(scaler.spec, "maxReplicaCount", 100) if scaler.kind == "ScaledObject"

most(scaler) := object.get(scaler.spec, "maxReplicas", -1) if scaler.kind != "ScaledObject"

help("ScaledObject") := "Remove `replicas` and set the ScaledObject's `minReplicaCount` instead."

help("HorizontalPodAutoscaler") := "Remove `replicas` and set the autoscaler's `minReplicas` instead."

# Argo CD and Flux can be told to leave the field alone.
is_ignored(entry) if entry.object.metadata.annotations["argocd.argoproj.io/compare-options"]

# Of several scalers of one workload, the first whose pods a sync can kill.
scaler(entry) := ordered[0] if {
	found := scalers[[objects.namespace(entry), entry.object.kind, entry.object.metadata.name]]
	killing := [one | some one in found; one.most != entry.object.spec.replicas]
	ordered := array.concat(killing, [one | some one in found])
}

told := [{"object": index, "scaler": scaler(entry), "replicas": entry.object.spec.replicas, "message": message} |
	some index, entry in input.objects
	is_number(entry.object.spec.replicas)
	entry.object.spec.replicas > 0
	not is_ignored(entry)
	message := sprintf("the replicas of `%s` are also set by an autoscaler", [entry.object.metadata.name])
]

deny contains {"object": one.object, "message": one.message, "help": help(one.scaler.kind), "path": ["spec", "replicas"]} if {
	some one in told
	one.replicas != one.scaler.most
}

# At the maximum, a sync kills no pod: there never are more.
deny contains {"object": one.object, "message": message, "help": help(one.scaler.kind), "path": ["spec", "replicas"], "at_most": "info"} if {
	some one in told
	one.replicas == one.scaler.most
	message := sprintf("%s, at its maximum of %v", [one.message, one.replicas])
}
