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

scaled := {[objects.namespace(entry), object.get(target, "kind", "Deployment"), target.name] |
	some entry in input.objects
	entry.object.kind in {"HorizontalPodAutoscaler", "ScaledObject"}
	target := entry.object.spec.scaleTargetRef
}

# Argo CD and Flux can be told to leave the field alone.
is_ignored(entry) if entry.object.metadata.annotations["argocd.argoproj.io/compare-options"]

deny contains {"object": index, "message": message, "path": ["spec", "replicas"]} if {
	some index, entry in input.objects
	is_number(entry.object.spec.replicas)
	entry.object.spec.replicas > 0
	scaled[[objects.namespace(entry), entry.object.kind, entry.object.metadata.name]]
	not is_ignored(entry)
	message := sprintf("the replicas of `%s` are also set by an autoscaler", [entry.object.metadata.name])
}
