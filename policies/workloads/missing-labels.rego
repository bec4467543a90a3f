# METADATA
# title: Object without a required label
# description: >
#   Without the label, nobody can tell who owns the object or what it is part of.
# remediation: >
#   Add the label, for instance with `labels` in the kustomization.
# severity: off
# optional: true
# kinds: [Deployment, StatefulSet, DaemonSet, CronJob, Job, Service, Ingress, Rollout.argoproj.io]
# parameters:
#   labels:
#     description: The labels that every object must have.
#     default: [app.kubernetes.io/name]
# covers: [metadata/required labels / owner / annotations, metadata/recommended k8s labels]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
# good: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     labels:
#       app.kubernetes.io/name: api
package gitopslint.workloads.missing_labels

deny contains {"message": message, "path": ["metadata", "labels", label]} if {
	some label in input.parameters.labels
	not input.object.metadata.labels[label]
	message := sprintf("label `%s` is missing", [label])
}
