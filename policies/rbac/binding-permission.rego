# METADATA
# title: Role that can create bindings
# description: >
#   Anyone who can create bindings can grant every permission they have, and with `bind` any other.
# remediation: >
#   Grant it only to those who manage access.
# severity: off
# optional: true
# kinds: [ClusterRole, Role]
# covers: [rbac/rolebinding-create-privesc]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: ["rbac.authorization.k8s.io"]
#       resources: [rolebindings]
#       verbs: [create]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.binding_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can create bindings", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"rbac.authorization.k8s.io"}, {"rolebindings", "clusterrolebindings"}, {"create", "update", "patch"})
}
