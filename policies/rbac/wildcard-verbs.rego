# METADATA
# title: Role with every verb
# description: >
#   A wildcard grants the verbs that are there today and whatever will be added. Among them is
#   `deletecollection`, which removes all objects of a namespace in one request, and on some
#   resources `impersonate`, `bind` and `escalate`.
# remediation: >
#   List the verbs that are needed.
# severity: {production: warning, stage: info, dev: info}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.3]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#     namespace: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: ["*"]
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
package gitopslint.rbac.wildcard_verbs

import data.gitopslint.lib.api_groups

# The resources of a rule, of which the first few are named.
named(rule) := sprintf("every resource of %s", [concat(", ", groups)]) if {
	"*" in rule.resources
	groups := [sprintf("`%s`", [group]) | some group in rule.apiGroups]
} else := concat(", ", quoted) if {
	count(rule.resources) <= 3
	quoted := [sprintf("`%s`", [resource]) | some resource in rule.resources]
} else := sprintf("`%s`, `%s` and %d more resources", [rule.resources[0], rule.resources[1], count(rule.resources) - 2])

# What else has a wildcard is told by `wildcard-permissions`.
is_bounded(rule) if not "*" in rule.resources

is_bounded(rule) if {
	every group in rule.apiGroups {
		api_groups.is_custom(group)
	}
}

deny contains {"message": message, "path": ["rules", index, "verbs", at]} if {
	some index, rule in input.object.rules
	some at, verb in rule.verbs
	verb == "*"
	count(object.get(rule, "resources", [])) > 0
	not "*" in object.get(rule, "apiGroups", [])
	is_bounded(rule)
	message := sprintf("the role grants every verb on %s", [named(rule)])
}
