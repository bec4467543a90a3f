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
#       resources: [users]
#       verbs: [impersonate]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.impersonation_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can impersonate any user, group or service account", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"users", "groups", "serviceaccounts"}, {"impersonate"})
}
