# The pods of many objects.
package gitopslint.lib.workloads

import data.gitopslint.lib.objects

# Every pod that an object tells of, with the object's place, the namespace it goes to, and the
# pod's `path`, `spec` and `containers`.
all := [object.union(pod, {"object": index, "namespace": namespace}) |
	some index, entry in input.objects
	count(entry.pods) > 0
	namespace := objects.namespace(entry)
	some pod in entry.pods
]

# The labels of a pod.
labels(pod) := input.objects[pod.object].object.spec.template.metadata.labels if {
	true
} else := input.objects[pod.object].object.spec.jobTemplate.spec.template.metadata.labels if {
	true
} else := input.objects[pod.object].object.metadata.labels if {
	input.objects[pod.object].object.kind == "Pod"
}

# Every container of them.
containers := [object.union(found, {"workload": workload}) |
	some workload in all
	some found in workload.containers
]
