# METADATA
# title: StatefulSet without a Service
# description: >
#   Without `serviceName`, the pods have no DNS names by which to find each other.
# remediation: >
#   Name the headless Service of the StatefulSet in `serviceName`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: StatefulSet
# covers: [refs/statefulset headless service]
# bad: |
#   apiVersion: apps/v1
#   kind: StatefulSet
#   metadata:
#     name: db
#   spec:
#     replicas: 3
# good: |
#   apiVersion: apps/v1
#   kind: StatefulSet
#   metadata:
#     name: db
#   spec:
#     replicas: 3
#     serviceName: db
package gitopslint.workloads.stateful_set_without_service

deny contains {"message": "the pods have no DNS names of their own", "path": ["spec", "serviceName"]} if {
	object.get(input.object.spec, "serviceName", "") == ""
}
