# METADATA
# title: Role that can change the network
# description: >
#   Anyone who can change Services, Ingresses and network policies can redirect traffic or let it
#   in.
# remediation: >
#   Grant it only to delivery tools.
# severity: off
# optional: true
# kinds: [ClusterRole, Role]
# covers: [rbac/network-manage]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [networkpolicies]
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
package gitopslint.rbac.network_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can change Services, Ingresses or network policies", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"", "networking.k8s.io"}, {"networkpolicies", "ingresses", "services"}, {"create", "update", "patch", "delete"})
}
