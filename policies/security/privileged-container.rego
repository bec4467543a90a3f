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
	help := "Keep it if the node or other pods need the mounts that the container makes. Otherwise remove `mountPropagation` and `privileged`."
}

shares_mounts(container) if {
	some mount in container.volumeMounts
	mount.mountPropagation == "Bidirectional"
}
