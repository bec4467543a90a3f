# METADATA
# title: Role that can run commands in containers
# description: >
#   `pods/exec` and `pods/attach` give a shell in every container, with its files, its tokens and
#   its network.
# remediation: >
#   Grant it to people for emergencies, and to no service account.
# severity: {production: info, stage: off, dev: off}
# kinds: [ClusterRole, Role]
# references: [NSA Kubernetes Hardening Guide]
# covers: [rbac/pods-exec-attach]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [pods/exec]
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
package gitopslint.rbac.pod_exec_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can run commands in containers", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"pods/exec", "pods/attach"}, {"create", "get"})
}
