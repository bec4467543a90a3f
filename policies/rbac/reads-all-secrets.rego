# METADATA
# title: Role that can read Secrets in all namespaces
# description: >
#   Anyone with the role can read every password, key and token in the cluster, including those of
#   system accounts.
# remediation: >
#   Grant it with a Role in the namespaces that need it, or list the Secrets in `resourceNames`.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole]
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
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.reads_all_secrets

import data.gitopslint.lib.roles

deny contains {"message": "the role can read Secrets in all namespaces", "path": ["rules", index, "resources"]} if {
	roles.is_of_cluster
	some index in roles.granting({""}, {"secrets"}, {"get", "list", "watch"})
}
