# METADATA
# title: Binding to the default service account
# description: >
#   Every pod in the namespace that names no service account runs as `default` and gets these
#   permissions.
# remediation: >
#   Bind the role to a ServiceAccount of its own.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRoleBinding, RoleBinding]
# references: [CIS 5.1.5]
# covers: [service-account/no-default-sa-binding]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: ci
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: view
#   subjects:
#     - kind: ServiceAccount
#       name: default
#       namespace: ci
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: ci
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: view
#   subjects:
#     - kind: ServiceAccount
#       name: ci
#       namespace: ci
package gitopslint.rbac.default_account_binding

deny contains {"message": "every pod without a service account of its own gets these permissions", "path": ["subjects", index, "name"]} if {
	some index, subject in input.object.subjects
	subject.kind == "ServiceAccount"
	subject.name == "default"
}
