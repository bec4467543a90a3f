# The pods that `input.object` tells of, wherever they stand in it.
#
# Import single rules from here, not the package: a reference through the package's name has all
# of its rules evaluated each time.
package gitopslint.lib.pod

# Each with the `path` of its `spec`. One that is not `whole` may be completed by something else.
pods := input.pods

# The first of them, which for most kinds is the only one.
path := input.pods[0].path

spec := input.pods[0].spec

containers := [found |
	some pod in input.pods
	some found in pod.containers
]

# Those that are not for Windows, which has neither users with numbers nor the same kernel. Their
# containers have their security context as it takes effect: what the container sets, and else
# what the pod sets.
all_linux_pods := [object.union(pod, {"containers": containers_of(pod)}) |
	some pod in input.pods
	not is_for_windows(pod.spec)
]

# Those of them that lack whatever they do not have.
linux_pods := [pod |
	some pod in all_linux_pods
	pod.whole
	count(pod.containers) > 0
]

linux_containers := [found |
	some pod in all_linux_pods
	some found in pod.containers
]

whole_linux_containers := [found |
	some found in linux_containers
	found.whole
]

containers_of(pod) := [object.union(found, {"context": object.union(shared, own)}) |
	shared := object.get(pod.spec, "securityContext", {})
	some found in pod.containers
	own := object.get(found.container, "securityContext", {})
]

# Whether some container of a pod takes what the pod sets for all of them.
is_left_to_pod(pod, field) if {
	some found in pod.containers
	object.get(found.container, field, null) == null
}

is_for_windows(spec) if spec.os.name == "windows"

is_for_windows(spec) if spec.nodeSelector["kubernetes.io/os"] == "windows"

# Whether a pod's containers are processes of their Windows node. One that is none makes the pod
# invalid.
is_host_process(pod) if {
	count(pod.containers) > 0
	every found in pod.containers {
		runs_as_host_process(pod, found)
	}
}

host_process := ["securityContext", "windowsOptions", "hostProcess"]

runs_as_host_process(pod, found) if {
	object.get(found.container, host_process, object.get(pod.spec, host_process, false)) == true
}

# The containers that other pods may want to talk to for as long as they run. Pods that run to
# their end, and hooks, have none.
serving_containers := [found |
	not is_hook
	some pod in input.pods
	pod.whole
	object.get(pod.spec, "restartPolicy", "Always") == "Always"
	some found in pod.containers
	found.list == "containers"
]

is_hook if input.object.metadata.annotations["helm.sh/hook"]

is_hook if input.object.metadata.annotations["argocd.argoproj.io/hook"]
