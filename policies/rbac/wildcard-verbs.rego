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

# The resources of a rule, of which the first few are named.
named(resources) := concat(", ", quoted) if {
	count(resources) <= 3
	quoted := [sprintf("`%s`", [resource]) | some resource in resources]
} else := sprintf("`%s`, `%s` and %d more resources", [resources[0], resources[1], count(resources) - 2])

deny contains {"message": message, "path": ["rules", index, "verbs", at]} if {
	some index, rule in input.object.rules
	some at, verb in rule.verbs
	verb == "*"
	resources := object.get(rule, "resources", [])
	count(resources) > 0
	not "*" in resources
	not "*" in object.get(rule, "apiGroups", [])
	message := sprintf("the role grants every verb on %s", [named(resources)])
}
