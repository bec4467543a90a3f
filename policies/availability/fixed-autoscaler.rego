# METADATA
# title: Autoscaler that cannot scale
# description: >
#   The minimum and the maximum number of replicas are the same.
# remediation: >
#   Raise `maxReplicas`, or remove the autoscaler and set `replicas`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: HorizontalPodAutoscaler
# covers: [availability/hpa-min-replicas / hpa-max]
# bad: |
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
#     maxReplicas: 2
# good: |
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
package gitopslint.availability.fixed_autoscaler

deny contains {"message": message, "path": ["spec", "maxReplicas"]} if {
	object.get(input.object.spec, "minReplicas", 1) == input.object.spec.maxReplicas
	message := sprintf("the autoscaler always keeps %v replicas", [input.object.spec.maxReplicas])
}
