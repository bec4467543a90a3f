# METADATA
# title: Binding to everyone
# description: >
#   The group `system:unauthenticated` and its user `system:anonymous` are everyone who can reach
#   the API server.
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
#       name: system:anonymous
#     - kind: Group
#       apiGroup: rbac.authorization.k8s.io
#       name: system:unauthenticated
#     - kind: User
#       apiGroup: rbac.authorization.k8s.io
#       name: system:anonymous
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
#     - kind: Group
#       apiGroup: rbac.authorization.k8s.io
#       name: system:anonymous
package gitopslint.rbac.anonymous_binding

everyone := {
	{"kind": "User", "name": "system:anonymous"},
	{"kind": "Group", "name": "system:unauthenticated"},
}

# What everyone may see by default.
public := {"system:public-info-viewer", "system:discovery", "system:basic-user"}

# The places of the subjects that everyone is. Anonymous users are in the group, so one of them says
# it all.
places := [index |
	some index, subject in input.object.subjects
	{"kind": subject.kind, "name": subject.name} in everyone
]

deny contains {"message": message, "path": ["subjects", places[0], "name"]} if {
	count(places) > 0
	not input.object.roleRef.name in public
	message := sprintf("everyone who can reach the API server has the role `%v`", [input.object.roleRef.name])
}
