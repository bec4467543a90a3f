# METADATA
# title: Role that can read Secrets in all namespaces
# description: >
#   Anyone with the role can read every password, key and token in the cluster, including those of
#   system accounts.
# remediation: >
#   Grant it with a Role in the namespaces that need it, or list the Secrets in `resourceNames`.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole, ClusterRoleBinding, RoleBinding]
# scope: environment
# references: [CIS 5.1.2]
# covers: [rbac/secrets-read]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [secrets]
#       verbs: [get]
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
#     name: reader
#   rules:
#     - apiGroups: [""]
#       resources: [secrets]
#       verbs: [get]
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
#     name: reader
#   rules:
#     - apiGroups: [""]
#       resources: [secrets]
#       verbs: [get]
#   ---
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: RoleBinding
#   metadata:
#     name: reader
#     namespace: shop
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: reader
#   subjects:
#     - kind: ServiceAccount
#       name: reader
#       namespace: shop
package gitopslint.rbac.reads_all_secrets

import data.gitopslint.lib.cluster_roles
import data.gitopslint.lib.roles

deny contains {"message": message, "object": index, "path": roles.place_of(found.role, at, {"secrets"})} if {
	some index, found in cluster_roles.reaching
	some at in roles.granting_of(found.role, {""}, {"secrets"}, {"get", "list", "watch"})
	message := sprintf("the role can read Secrets %s", [found.where])
}
