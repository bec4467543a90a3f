# The workloads among many objects.
package gitopslint.lib.workloads

import data.gitopslint.lib.objects
import data.gitopslint.lib.pods

# Everything that starts pods, with its place, the namespace it goes to, and the pods' spec.
all := [workload |
	some index, entry in input.objects
	path := pods.spec_path(entry.object)
	workload := {
		"object": index,
		"namespace": objects.namespace(entry),
		"path": path,
		"spec": object.get(entry.object, path, {}),
	}
]

# Every container of them.
containers := [found |
	some workload in all
	some found in pods.containers(workload)
]
