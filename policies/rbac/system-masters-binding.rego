# METADATA
# title: Binding to the group system:masters
# description: >
#   Members of `system:masters` bypass every check: no role and no webhook stops them, and their
#   access cannot be revoked.
# remediation: >
#   Bind a role to a group of your own.
# severity: {production: error, stage: warning, dev: warning}
# kinds: [ClusterRoleBinding, RoleBinding]
# references: [CIS 5.1.7]
# covers: [rbac/no-system-masters]
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
#     - kind: Group
#       apiGroup: rbac.authorization.k8s.io
#       name: system:masters
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
package gitopslint.rbac.system_masters_binding

deny contains {"message": "the group `system:masters` is granted permissions", "path": ["subjects", index, "name"]} if {
	some index, subject in input.object.subjects
	subject.kind == "Group"
	subject.name == "system:masters"
	input.object.roleRef.name != "cluster-admin"
}
