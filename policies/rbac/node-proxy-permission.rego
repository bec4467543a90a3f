# METADATA
# title: Role that can reach the kubelet API
# description: >
#   `nodes/proxy` reaches the kubelet without the API server's checks and audit: it can run
#   commands in every container of the node.
# remediation: >
#   Use `nodes/metrics` and `nodes/stats`, which is all that monitoring needs.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole]
# references: [CIS 5.1.10]
# covers: [rbac/node-proxy]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [nodes/proxy]
#       verbs: [get]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.node_proxy_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can run commands on every node through its kubelet", "path": roles.place_of(input.object, index, {"nodes/proxy"})} if {
	some index in roles.granting({""}, {"nodes/proxy"}, {"get", "create"})
}
