# METADATA
# title: Role that grants everything
# description: >
#   A wildcard grants what exists today and whatever is added later: every verb includes `delete`
#   and `escalate`, every resource includes Secrets.
# remediation: >
#   List the verbs, resources and API groups that are needed.
# severity: {production: error, stage: warning, dev: warning}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.3]
# covers: [rbac/no-wildcard-verbs / resources / apigroups]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#     namespace: api
#   rules:
#     - apiGroups: [""]
#       resources: ["*"]
#       verbs: [get, list]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#     namespace: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.wildcard_permissions

import data.gitopslint.lib.api_groups

# The fields of a rule that hold a wildcard, with its place.
wildcards(rule) := {field: at |
	some field in ["apiGroups", "nonResourceURLs", "resources", "verbs"]
	some at, word in rule[field]
	word == "*"
}

# What may be done.
verbs(rule) := "every verb" if {
	"*" in rule.verbs
} else := listed([sprintf("`%v`", [verb]) | some verb in rule.verbs])

# What it may be done to.
subject(rule) := "every path of the API server" if {
	"*" in rule.nonResourceURLs
} else := sprintf("every resource of %s", [groups(rule)]) if {
	"*" in rule.resources
} else := sprintf("%s of %s", [resources, groups(rule)]) if {
	resources := listed([sprintf("`%v`", [resource]) | some resource in rule.resources])
}

groups(rule) := "every API group" if {
	"*" in rule.apiGroups
} else := sprintf("the API group %s", [quoted(rule.apiGroups[0])]) if {
	count(rule.apiGroups) == 1
} else := sprintf("the API groups %s", [listed([quoted(group) | some group in rule.apiGroups])])

# The first few of many.
listed(words) := concat(", ", words) if {
	count(words) <= 4
} else := sprintf("%s and %d more", [concat(", ", array.slice(words, 0, 3)), count(words) - 3])

quoted(group) := sprintf("`%s`", [group]) if group != ""

quoted("") := "core"

# Whether a rule grants more than its author can know of. Every resource of custom API groups is
# that of one program, and every API group is as far as the resources go that are named.
is_wide(rule, found) if {
	found.resources >= 0
	some group in rule.apiGroups
	not api_groups.is_custom(group)
}

is_wide(_, found) if {
	found.verbs >= 0
	some beyond in ["nonResourceURLs", "apiGroups"]
	found[beyond] >= 0
}

# Paths that are not only read.
is_wide(rule, found) if {
	found.nonResourceURLs >= 0
	some verb in rule.verbs
	not verb in {"get", "head", "list", "options", "watch"}
}

# What a rule grants by wildcards, at the first of them. Every verb on what is named is told by
# `wildcard-verbs`.
grants := [{"rule": rule, "path": ["rules", index, field, found[field]], "text": sprintf("%s on %s", [verbs(rule), subject(rule)])} |
	some index, rule in input.object.rules
	found := wildcards(rule)
	is_wide(rule, found)
	field := [f | some f in ["verbs", "resources", "nonResourceURLs", "apiGroups"]; found[f] >= 0][0]
]

more(1) := ""

more(2) := ", and more in another rule"

more(n) := sprintf(", and more in %d other rules", [n - 1]) if n > 2

# Whether a rule only reads, and no more than groups that it names. Secrets are in the core group.
is_reading(rule) if {
	count(rule.apiGroups) > 0
	not "*" in rule.apiGroups
	not "" in rule.apiGroups
	every verb in rule.verbs {
		verb in {"get", "list", "watch"}
	}
}

# What is granted beyond that.
further := [grant |
	some grant in grants
	not is_reading(grant.rule)
]

message(grant) := sprintf("%s `%s` grants %s%s", [input.object.kind, input.object.metadata.name, grant.text, more(count(grants))])

# One finding for a role, at what decides how severe it is. The chart that it may come from has
# others.
deny contains {"message": message(further[0]), "path": further[0].path} if {
	count(further) > 0
}

deny contains {"message": message(grants[0]), "path": grants[0].path, "at_most": "warning"} if {
	count(grants) > 0
	count(further) == 0
}
