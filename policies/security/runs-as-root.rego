# METADATA
# title: Container that runs as root
# description: >
#   `runAsUser: 0` makes the container's processes root. Root in a container is root on the node as
#   soon as it escapes, and can write to everything that is mounted.
# remediation: >
#   Set `runAsUser` to a number above 0 and give that user the files it needs, or build the image
#   for such a user and set `runAsNonRoot: true`.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.2.7, NSA Kubernetes Hardening Guide]
# covers: [security-context/no-root-uid]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsUser: 0
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#       - name: log
#         image: ghcr.io/acme/log:2.0.1
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsUser: 0
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           runAsUser: 10001
package gitopslint.security.runs_as_root

import data.gitopslint.lib.pod.is_for_windows
import data.gitopslint.lib.pod.linux_containers
import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": place} if {
	some found in linux_containers
	found.container.securityContext.runAsUser == 0

	# Root is the least of it.
	not found.container.securityContext.privileged == true
	place := array.concat(found.path, ["securityContext", "runAsUser"])
	message := sprintf("container `%v` runs as root", [found.name])
}

# One finding for all the containers that take the pod's user.
deny contains {"message": "the pod's containers run as root", "path": place} if {
	some pod in pods
	pod.spec.securityContext.runAsUser == 0
	not is_for_windows(pod.spec)
	some found in pod.containers
	not found.container.securityContext.runAsUser
	place := array.concat(pod.path, ["securityContext", "runAsUser"])
}
