# METADATA
# title: Role that can change ConfigMaps in all namespaces
# description: >
#   ConfigMaps configure DNS, proxies and, on some platforms, who is an administrator (`aws-auth`).
# remediation: >
#   Grant it with a Role in the namespaces that need it.
# severity: off
# optional: true
# kinds: [ClusterRole, ClusterRoleBinding, RoleBinding]
# scope: environment
# covers: [rbac/configmap-manage / aws-auth, rbac/coredns-poisoning]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [create]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: api
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: api
#   subjects:
#     - kind: ServiceAccount
#       name: api
#       namespace: shop
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: writer
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
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
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: writer
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [create]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: RoleBinding
#   metadata:
#     name: writer
#     namespace: shop
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: writer
#   subjects:
#     - kind: ServiceAccount
#       name: writer
#       namespace: shop
package gitopslint.rbac.config_write_permission

import data.gitopslint.lib.cluster_roles
import data.gitopslint.lib.roles

deny contains {"message": message, "object": index, "path": ["rules", at, "resources"]} if {
	some index, found in cluster_roles.reaching
	some at in roles.granting_of(found.role, {""}, {"configmaps"}, {"create", "update", "patch", "delete"})
	message := sprintf("the role can change ConfigMaps %s", [found.where])
}
