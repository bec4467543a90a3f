# METADATA
# title: Workload with a single replica
# description: >
#   Requests fail while the only pod moves to another node, or is replaced by a version that cannot
#   run beside it.
# remediation: >
#   Set `replicas` to 2 or more, or let a HorizontalPodAutoscaler keep at least 2.
# severity: {production: info, stage: off, dev: off}
# kinds:
#   - Deployment
#   - DeploymentConfig.apps.openshift.io
#   - Rollout.argoproj.io
#   - StatefulSet
#   - HorizontalPodAutoscaler
#   - ScaledObject.keda.sh
# scope: target
# uses: [namespace]
# covers: [availability/min-replicas]
# bad: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#   spec:
#     replicas: 1
# good: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#   spec:
#     replicas: 1
#   ---
#   apiVersion: autoscaling/v2
#   kind: HorizontalPodAutoscaler
#   metadata:
#     name: api
#   spec:
#     scaleTargetRef:
#       apiVersion: apps/v1
#       kind: Deployment
#       name: api
#     minReplicas: 2
#     maxReplicas: 4
package gitopslint.availability.single_replica

import data.gitopslint.lib.objects

# What scales workloads, with the field that holds the least number and its default.
scalers := {
	"HorizontalPodAutoscaler": {"field": "minReplicas", "default": 1},
	"ScaledObject": {"field": "minReplicaCount", "default": 0},
}

key(entry, kind, name) := concat("/", [objects.namespace(entry), kind, name])

scaled := [{"key": key(entry, target.kind, target.name), "name": target.name, "object": index, "field": scaler.field, "least": least} |
	some index, entry in input.objects
	scaler := scalers[entry.object.kind]
	target := object.union({"kind": "Deployment"}, entry.object.spec.scaleTargetRef)
	least := number(entry.object.spec, scaler.field, scaler["default"])
]

scaled_keys := {scaler.key | some scaler in scaled}

keys := {key(entry, entry.object.kind, entry.object.metadata.name) | some entry in input.objects}

number(spec, field, fallback) := spec[field] if {
	is_number(spec[field])
} else := fallback

deny contains {"object": index, "message": "there is only one replica", "path": ["spec", "replicas"]} if {
	some index, entry in input.objects
	entry.object.kind in {"Deployment", "DeploymentConfig", "Rollout", "StatefulSet"}
	number(entry.object.spec, "replicas", 1) == 1
	name := object.get(entry.object, ["metadata", "name"], "")
	own := key(entry, entry.object.kind, name)
	not own in scaled_keys
}

deny contains {"object": scaler.object, "message": message, "path": ["spec", scaler.field]} if {
	some scaler in scaled
	scaler.least == 1
	scaler.key in keys
	message := sprintf("`%s` may be scaled down to one replica", [scaler.name])
}
