# METADATA
# title: Namespace without a Pod Security level
# description: >
#   Without the label `pod-security.kubernetes.io/enforce`, the cluster's default applies, which is
#   to admit every pod, privileged ones included.
# remediation: >
#   Set the label to `restricted`, or to `baseline` if the workloads need it.
# severity: {production: warning, stage: info, dev: off}
# kinds: Namespace
# references: [CIS 5.2.1]
# covers: [namespace/psa-labels, misc/policy-control-mechanism-present]
# bad: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: api
# good: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: api
#     labels:
#       pod-security.kubernetes.io/enforce: restricted
package gitopslint.namespaces.missing_pod_security_labels

label := "pod-security.kubernetes.io/enforce"

deny contains {"message": message, "path": ["metadata", "labels", label]} if {
	not input.object.metadata.labels[label]
	message := sprintf("namespace `%s` enforces no Pod Security level", [input.object.metadata.name])
}
