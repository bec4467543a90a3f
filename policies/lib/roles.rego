# What the rules of a role grant.
package gitopslint.lib.roles

# The rules of `input.object` that grant something.
granting(groups, resources, verbs) := granting_of(input.object, groups, resources, verbs)

# The rules of a role that grant one of some verbs on one of some resources, by name. What is
# limited to objects with certain names is left out, and so is what is granted with a wildcard:
# that has a rule of its own.
granting_of(role, groups, resources, verbs) := [index |
	some index, rule in role.rules
	count(object.get(rule, "resourceNames", [])) == 0
	has_any(rule.apiGroups, groups)
	has_any(rule.resources, resources)
	has_any(rule.verbs, verbs)
]

# The first of a rule's resources that is one of some, by its place.
place_of(role, index, resources) := ["rules", index, "resources", first] if {
	first := min([at |
		some at, resource in role.rules[index].resources
		resource in resources
	])
}

has_any(words, wanted) if {
	some word in words
	word in wanted
}

# Where a role holds, as far as it tells itself: a ClusterRole holds where it is bound.
scope := " in its namespace" if {
	input.object.kind == "Role"
} else := ""
