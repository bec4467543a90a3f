# What the rules of a role grant.
package gitopslint.lib.roles

# The rules of `input.object` that grant one of some verbs on one of some resources, by name. What
# is limited to objects with certain names is left out, and so is what is granted with a wildcard:
# that has a rule of its own.
granting(groups, resources, verbs) := [index |
	some index, rule in input.object.rules
	count(object.get(rule, "resourceNames", [])) == 0
	has_any(rule.apiGroups, groups)
	has_any(rule.resources, resources)
	has_any(rule.verbs, verbs)
]

has_any(words, wanted) if {
	some word in words
	word in wanted
}

# Whether the role holds in the whole cluster, and is not one that others are put together from.
is_of_cluster if {
	input.object.kind == "ClusterRole"
	not is_part
}

is_part if {
	some label, value in input.object.metadata.labels
	startswith(label, "rbac.authorization.k8s.io/aggregate-to-")
	value == "true"
}
