# METADATA
# title: Role that can create tokens
# description: >
#   `serviceaccounts/token` gives the permissions of every service account in its scope.
# remediation: >
#   List the service accounts in `resourceNames`.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.13]
# covers: [rbac/token-create]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [serviceaccounts/token]
#       verbs: [create]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: Role
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [serviceaccounts/token]
#       verbs: [create]
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
package gitopslint.rbac.token_permission

import data.gitopslint.lib.roles

deny contains {"message": message, "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"serviceaccounts/token"}, {"create"})
	message := sprintf("the role can create tokens for every service account%s", [roles.scope])
}
