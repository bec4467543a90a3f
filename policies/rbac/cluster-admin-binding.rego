# METADATA
# title: Binding to cluster-admin
# description: >
#   `cluster-admin` can do anything, to anything, and can grant that to others. Anyone who takes
#   over one of the subjects has the cluster; with a RoleBinding, the namespace.
# remediation: >
#   Bind to a role that grants only what the subjects need.
# severity: {production: error, stage: warning, dev: warning}
# kinds: [ClusterRoleBinding, RoleBinding]
# references: [CIS 5.1.1]
# covers: [rbac/no-cluster-admin-binding]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRoleBinding
#   metadata:
#     name: ci
#   roleRef:
#     apiGroup: rbac.authorization.k8s.io
#     kind: ClusterRole
#     name: cluster-admin
#   subjects:
#     - kind: ServiceAccount
#       name: ci
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
package gitopslint.rbac.cluster_admin_binding

# A RoleBinding grants what the role grants in its own namespace.
reach := " in the namespace" if {
	input.object.kind == "RoleBinding"
} else := ""

# Somebody has to administer the cluster, and a group that is called so is for that.
is_of_administrators(subject) if {
	subject.kind == "Group"
	contains(lower(subject.name), "admin")
}

# Those whom an installer has made administrators can do anything already.
is_of_administrators(subject) if {
	subject.kind in {"Group", "User"}
	subject.name in {"kube:admin", "kubernetes-admin", "system:admin", "system:masters"}
}

# A binding without subjects grants nothing.
deny contains {"message": message, "path": ["roleRef", "name"]} if {
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name == "cluster-admin"
	subjects := [sprintf("%v `%v`", [subject.kind, subject.name]) |
		some subject in input.object.subjects
		not is_of_administrators(subject)
	]
	count(subjects) > 0
	message := sprintf("%s bound to `cluster-admin`%s", [who(subjects), reach])
}

who(subjects) := sprintf("%s is", [subjects[0]]) if count(subjects) == 1

who(subjects) := sprintf("%s and %s are", [concat(", ", array.slice(subjects, 0, last)), subjects[last]]) if {
	count(subjects) > 1
	last := count(subjects) - 1
}
