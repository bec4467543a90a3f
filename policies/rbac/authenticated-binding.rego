# METADATA
# title: Binding to all users
# description: >
#   `system:authenticated` contains every user and every service account of the cluster.
# remediation: >
#   Bind the role to those who need it.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRoleBinding, RoleBinding]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: ci
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: edit
#   subjects:
#     - kind: Group
#       apiGroup: rbac.authorization.k8s.io
#       name: system:authenticated
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: ci
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: edit
#   subjects:
#     - kind: ServiceAccount
#       name: ci
#       namespace: ci
package gitopslint.rbac.authenticated_binding

public := {"system:public-info-viewer", "system:discovery", "system:basic-user"}

deny contains {"message": message, "path": ["subjects", index, "name"]} if {
	some index, subject in input.object.subjects
	subject.kind == "Group"
	subject.name == "system:authenticated"
	not input.object.roleRef.name in public
	message := sprintf("every user and service account has the role `%v`", [input.object.roleRef.name])
}
