# The pod that `input.object` starts.
#
# Import single rules from here, not the package: a reference through the package's name has all
# of its rules evaluated each time.
package gitopslint.lib.pod

import data.gitopslint.lib.pods

path := pods.spec_path(input.object)

spec := object.get(input.object, path, {})

containers := pods.containers({"path": path, "spec": spec})

# The containers with their security context as it takes effect: what the container sets, and
# else what the pod sets. There are none if the pod is for Windows, which has neither these users
# nor these features of the kernel.
linux_containers := [object.union(found, {"context": object.union(shared, own)}) |
	not spec.os.name == "windows"
	not spec.nodeSelector["kubernetes.io/os"] == "windows"
	shared := object.get(spec, "securityContext", {})
	some found in containers
	own := object.get(found.container, "securityContext", {})
]
