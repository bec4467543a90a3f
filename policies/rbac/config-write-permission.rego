# METADATA
# title: Role that can change ConfigMaps in all namespaces
# description: >
#   ConfigMaps configure DNS, proxies and, on some platforms, who is an administrator (`aws-auth`).
# remediation: >
#   Grant it with a Role in the namespaces that need it.
# severity: off
# optional: true
# kinds: [ClusterRole]
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
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.config_write_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can change ConfigMaps in all namespaces", "path": ["rules", index, "resources"]} if {
	roles.is_of_cluster
	some index in roles.granting({""}, {"configmaps"}, {"create", "update", "patch", "delete"})
}
