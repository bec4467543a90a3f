# METADATA
# title: Binding to everyone
# description: >
#   The group contains everyone who can reach the API server, authenticated or not.
# remediation: >
#   Bind the role to those who need it.
# severity: {production: error, stage: warning, dev: warning}
# kinds: [ClusterRoleBinding, RoleBinding]
# references: [CIS 5.1.1]
# covers: [rbac/no-anonymous / unauthenticated / authenticated binding]
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
#       name: system:unauthenticated
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
package gitopslint.rbac.anonymous_binding

everyone := {"system:anonymous", "system:unauthenticated"}

# What everyone may see by default.
public := {"system:public-info-viewer", "system:discovery", "system:basic-user"}

deny contains {"message": message, "path": ["subjects", index, "name"]} if {
	some index, subject in input.object.subjects
	subject.name in everyone
	not input.object.roleRef.name in public
	message := sprintf("everyone who can reach the API server has the role `%v`", [input.object.roleRef.name])
}
