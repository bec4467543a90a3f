# METADATA
# title: Pod Security label that the API server rejects
# description: >
#   Pod Security admission knows the levels `privileged`, `baseline` and `restricted`, and as versions
#   `latest` or a minor version. The API server rejects a Namespace with anything else in these labels,
#   those that only warn or audit included.
# remediation: >
#   Use `privileged`, `baseline` or `restricted`, and as a version `latest` or one such as `v1.33`.
# severity: error
# kinds: Namespace
# bad: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: shop
#     labels:
#       pod-security.kubernetes.io/enforce: strict
#       pod-security.kubernetes.io/warn: restricted2
#       pod-security.kubernetes.io/enforce-version: "1.33"
# findings: 3
# good: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: shop
#     labels:
#       pod-security.kubernetes.io/audit: "${LEVEL}"
#       pod-security.kubernetes.io/enforce: baseline
#       pod-security.kubernetes.io/enforce-version: v1.33
#       pod-security.kubernetes.io/warn: restricted
#       pod-security.kubernetes.io/warn-version: latest
package gitopslint.namespaces.invalid_pod_security_label

levels := ["privileged", "baseline", "restricted"]

# What a template or Flux fills in.
is_open(value) if regex.match(`[{$<]`, value)

meant(value) := sprintf("did you mean `%s`?", [near[0]]) if {
	near := [level | some level in levels; startswith(lower(value), substring(level, 0, 4))]
	count(near) > 0
} else := "Use `privileged`, `baseline` or `restricted`."

deny contains {"message": message, "help": help, "path": ["metadata", "labels", key]} if {
	some key in ["pod-security.kubernetes.io/audit", "pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/warn"]
	value := input.object.metadata.labels[key]
	is_string(value)
	not value in levels
	not is_open(value)
	message := sprintf("`%s` is not a level of Pod Security, so the API server rejects the Namespace", [value])
	help := meant(value)
}

deny contains {"message": message, "help": help, "path": ["metadata", "labels", key]} if {
	some key in ["pod-security.kubernetes.io/audit-version", "pod-security.kubernetes.io/enforce-version", "pod-security.kubernetes.io/warn-version"]
	value := input.object.metadata.labels[key]
	is_string(value)
	not regex.match(`^(?:latest|v1\.(?:0|[1-9][0-9]*))$`, value)
	not is_open(value)
	message := sprintf("`%s` is not a version of Pod Security, so the API server rejects the Namespace", [value])
	help := "Use `latest`, or a minor version such as `v1.33`."
}
