# METADATA
# title: Role that can impersonate others
# description: >
#   `impersonate` on users, groups or service accounts gives all of their permissions, and puts
#   their names in the audit log.
# remediation: >
#   List in `resourceNames` who may be impersonated.
# severity: {production: warning, stage: warning, dev: info}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.8]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [users, groups]
#       verbs: [impersonate]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [serviceaccounts]
#       verbs: [impersonate]
# findings: 2
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [users]
#       verbs: [impersonate]
package gitopslint.rbac.impersonation_permission

import data.gitopslint.lib.roles

# Users and groups are in no namespace, so that a Role grants nothing on them.
names := {"serviceaccounts": "service account"} if {
	input.object.kind == "Role"
} else := {"users": "user", "groups": "group", "serviceaccounts": "service account"}

deny contains {"message": message, "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, object.keys(names), {"impersonate"})
	granted := {resource | some resource in input.object.rules[index].resources}
	listed := [names[resource] | some resource in ["users", "groups", "serviceaccounts"]; resource in granted]
	message := sprintf("the role can impersonate any %s%s", [concat(" or ", listed), roles.scope])
}
