# API groups by who serves them.
package gitopslint.lib.api_groups

# Kubernetes' own groups have no dot or end in `.k8s.io`, as do some of its projects'.
is_custom(group) if {
	contains(group, ".")
	not endswith(group, ".k8s.io")
}
