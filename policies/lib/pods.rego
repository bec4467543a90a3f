# The pods that an object starts, whatever kind it is.
package gitopslint.lib.pods

# Where the pod's spec stands in an object. Kinds that start no pods have none.
spec_path(object) := ["spec", "template", "spec"] if object.spec.template.spec
else := ["spec"] if object.kind == "Pod"
else := ["spec", "jobTemplate", "spec", "template", "spec"] if object.kind == "CronJob"
else := ["spec", "jobTargetRef", "template", "spec"] if object.kind == "ScaledJob"

# The containers of a workload, whose pods' `spec` stands at `path`. Each knows the list that it
# stands in, its own path and the workload; one without a name is called by its place.
containers(workload) := [found |
	some list in ["containers", "initContainers", "ephemeralContainers"]
	some index, container in workload.spec[list]
	found := {
		"name": object.get(container, "name", index),
		"list": list,
		"path": array.concat(workload.path, [list, index]),
		"container": container,
		"workload": workload,
	}
]
