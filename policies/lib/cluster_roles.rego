# How far cluster roles reach.
package gitopslint.lib.cluster_roles

import data.gitopslint.lib.objects.besides_workloads

# The cluster roles, by their places, each with where it holds. One that is bound in namespaces only
# is left out: it grants no more than a Role. What binds one that nothing here binds is not known.
reaching := {index: {"role": entry.object, "where": where} |
	some index, entry in besides_workloads
	entry.object.kind == "ClusterRole"
	not is_part(entry.object)
	where := where_bound(entry.object.metadata.name)
}

where_bound(name) := "in all namespaces" if {
	name in bound_by.ClusterRoleBinding
} else := "in every namespace where it is bound" if {
	not name in bound_by.RoleBinding
}

# The names of the cluster roles that each kind of binding binds.
bound_by := {kind: names |
	some kind in ["ClusterRoleBinding", "RoleBinding"]
	names := {entry.object.roleRef.name |
		some entry in besides_workloads
		entry.object.kind == kind
		entry.object.roleRef.kind == "ClusterRole"
	}
}

# Whether others are put together from a role.
is_part(role) if {
	some label, value in role.metadata.labels
	startswith(label, "rbac.authorization.k8s.io/aggregate-to-")
	value == "true"
}
