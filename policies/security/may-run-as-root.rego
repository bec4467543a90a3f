# METADATA
# title: Container that may run as root
# description: >
#   Nothing keeps the container from running as root: it depends on the image alone, and images run
#   as root unless they say otherwise.
# remediation: >
#   Set `runAsNonRoot: true` in the pod's `securityContext`; the kubelet then refuses to start an
#   image that would run as root. If the image sets its user by name, not by number, set
#   `runAsUser` as well.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.2.7, NSA Kubernetes Hardening Guide]
# covers:
#   - security-context/run-as-non-root
#   - security-context/security-context-present
#   - security-context/init-container-gap
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsNonRoot: true
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.may_run_as_root

import data.gitopslint.lib.pod.linux_pods

rootable(pod) := [found |
	some found in pod.containers
	not found.context.runAsNonRoot == true
	not found.context.runAsUser
]

# Where no container is kept from it, the pod is the place to fix it.
deny contains {"message": "the pod's containers may run as root", "path": place} if {
	some pod in linux_pods
	count(rootable(pod)) == count(pod.containers)
	place := array.concat(pod.path, ["securityContext", "runAsNonRoot"])
}

deny contains {"message": message, "path": place} if {
	some pod in linux_pods
	found := rootable(pod)
	count(found) < count(pod.containers)
	some container in found
	place := array.concat(container.path, ["securityContext", "runAsNonRoot"])
	message := sprintf("container `%v` may run as root", [container.name])
}
