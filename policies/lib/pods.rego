# The pods that an object starts, whatever kind it is.
package gitopslint.lib.pods

# Where the pod's spec stands in an object. Kinds that start no pods have none.
spec_path(object) := ["spec", "template", "spec"] if object.spec.template.spec
else := ["spec"] if object.kind == "Pod"
else := ["spec", "jobTemplate", "spec", "template", "spec"] if object.kind == "CronJob"
else := ["spec", "jobTargetRef", "template", "spec"] if object.kind == "ScaledJob"

# The containers of a pod spec that stands at `path`. Each knows the list that it stands in,
# and its own path.
containers(spec, path) := [found |
	some list in ["containers", "initContainers", "ephemeralContainers"]
	some index, container in spec[list]
	found := {
		"name": object.get(container, "name", format_int(index, 10)),
		"list": list,
		"path": array.concat(path, [list, index]),
		"container": container,
	}
]

# Windows has neither these users nor these kernel features.
is_windows(spec) if spec.os.name == "windows"

is_windows(spec) if spec.nodeSelector["kubernetes.io/os"] == "windows"

# A field of the security context as it takes effect: the container's, else the pod's.
effective(spec, container, field) := container.securityContext[field] if {
	container.securityContext[field] != null
} else := spec.securityContext[field] if {
	spec.securityContext[field] != null
}

# Where that field stands; if it is not set, where the container would set it.
effective_path(spec, spec_path, found, field) := array.concat(spec_path, ["securityContext", field]) if {
	object.get(found.container, ["securityContext", field], null) == null
	object.get(spec, ["securityContext", field], null) != null
} else := array.concat(found.path, ["securityContext", field])
