# Objects of a target or environment.
package gitopslint.lib.objects

# The namespace that an object goes to. Where that is not known, the objects of a target are
# taken to go to the same one.
namespace(entry) := entry.object.metadata.namespace if {
	is_string(entry.object.metadata.namespace)
} else := entry.target.namespace if {
	is_string(entry.target.namespace)
} else := concat("", ["?", object.get(entry.target, "path", "")])

# The objects of other kinds than the workloads of Kubernetes, by their places. Where there are
# many, most are workloads: what looks for another kind looks here.
besides_workloads := {index: entry |
	some index, entry in input.objects
	not entry.object.kind in workload_kinds
}

workload_kinds := {"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"}

# A namespace as messages name it.
named(namespace) := "the namespace it is applied to" if {
	startswith(namespace, "?")
} else := sprintf("namespace `%s`", [namespace])

# Whether the object is of a kind of Kubernetes itself, not of one that happens to have its name.
is_core(object) if {
	is_string(object.apiVersion)
	not contains(object.apiVersion, ".")
}

is_core(object) if contains(object.apiVersion, ".k8s.io/")
