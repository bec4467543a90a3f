# METADATA
# title: Role that can escalate its own permissions
# description: >
#   `escalate` and `bind` on roles allow granting permissions that one does not have.
# remediation: >
#   Remove the verb: granting permissions that one has needs neither.
# severity: {production: warning, stage: warning, dev: info}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.8]
# covers: [rbac/escalate-bind-impersonate]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: ["rbac.authorization.k8s.io"]
#       resources: [clusterroles]
#       verbs: [escalate]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.escalation_permission

import data.gitopslint.lib.roles

granted := {"clusterroles", "roles", "clusterrolebindings", "rolebindings"}

deny contains {"message": message, "path": roles.place_of(input.object, index, granted)} if {
	some index in roles.granting({"rbac.authorization.k8s.io"}, granted, {"escalate", "bind"})
	message := sprintf("the role can grant itself any permission%s", [roles.scope])
}
