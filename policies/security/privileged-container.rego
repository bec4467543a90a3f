# METADATA
# title: Privileged container
# description: >
#   A privileged container has every capability and all devices of its node. Whoever takes it over
#   has taken over the node.
# remediation: >
#   Remove `privileged: true`. If the container needs one privilege that only privileged containers
#   have, add the capability for it instead.
# severity: error
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.2, NSA Kubernetes Hardening Guide]
# covers: [security-context/no-privileged]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           privileged: true
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: search
#   spec:
#     initContainers:
#       - name: parameters
#         image: ghcr.io/acme/tools:1.4.2
#         command: [sh, -c, sysctl -w vm.max_map_count=262144]
#         securityContext:
#           privileged: true
#       - name: backlog
#         image: ghcr.io/acme/tools:1.4.2
#         command: [sysctl, -w, net.core.somaxconn=1024]
#         securityContext:
#           privileged: true
#       - name: buffers
#         image: ghcr.io/acme/tools:1.4.2
#         command: [sysctl, -w, net.core.rmem_max=2500000]
#         securityContext:
#           privileged: true
#       - name: more
#         image: ghcr.io/acme/tools:1.4.2
#         command: [sh, -c, sysctl -w net.core.somaxconn=1024; mount /dev/sdb /mnt]
#         securityContext:
#           privileged: true
#     containers:
#       - name: search
#         image: ghcr.io/acme/search:1.4.2
# findings: 5
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           capabilities:
#             add: [NET_BIND_SERVICE]
package gitopslint.security.privileged_container

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": path} if {
	some found in containers
	found.container.securityContext.privileged == true
	not shares_mounts(found.container)
	not sets_parameters(found)
	path := array.concat(found.path, ["securityContext", "privileged"])
	message := sprintf("container `%v` runs privileged", [found.name])
}

# Kubernetes lets only privileged containers share the mounts they make.
deny contains {"message": message, "help": help, "path": path} if {
	some found in containers
	found.container.securityContext.privileged == true
	shares_mounts(found.container)
	path := array.concat(found.path, ["securityContext", "privileged"])
	message := sprintf("container `%v` runs privileged, as `mountPropagation: Bidirectional` requires", [found.name])
	help := "Remove `mountPropagation` and `privileged`, unless the node or other pods need the mounts that the container makes: then accept it with an ignore that says so."
}

shares_mounts(container) if {
	some mount in container.volumeMounts
	mount.mountPropagation == "Bidirectional"
}

# A program that sets parameters of the kernel, before those that need them start.
deny contains {"message": message, "help": parameters_help(found), "path": path} if {
	some found in containers
	found.container.securityContext.privileged == true
	not shares_mounts(found.container)
	sets_parameters(found)
	path := array.concat(found.path, ["securityContext", "privileged"])
	message := sprintf("container `%v` runs privileged to set parameters of the kernel", [found.name])
}

sets_parameters(found) if {
	found.list == "initContainers"
	regex.match(`^(?:\S*sh +-\S*c +)?(?:set +-\S+\s*(?:;|&&|\s)\s*)?(?:\S*sysctl +[^;&|\n]*(?:;|&&|\n|$)\s*)+$`, command_of(found))
}

command_of(found) := concat(" ", [sprintf("%v", [word]) |
	some word in array.concat(object.get(found.container, "command", []), object.get(found.container, "args", []))
])

# Those of a namespace can be set for the pod alone. Of `net.core`, that is `somaxconn`: buffers and
# queues such as `rmem_max` and `netdev_max_backlog` belong to the node.
parameters_help(found) := "Remove the container and set them with `securityContext.sysctls` of the pod: they hold for the pod alone and need no privileges. The kubelet must allow those that Kubernetes calls unsafe, with `allowedUnsafeSysctls`." if {
	not regex.match(`\s(?:vm\.|fs\.[^m]|kernel\.[^ms]|kernel\.s[^he]|net\.[^ci]|net\.core\.(?:[^s]|s[^o]))`, command_of(found))
	regex.match(`\s(?:net\.ipv[46]\.|net\.core\.somaxconn|fs\.mqueue|kernel\.(?:shm|msg|sem))`, command_of(found))
} else := "Remove the container and set them on the node, in its image or through a node agent: they hold for the whole node."
