# METADATA
# title: Container that may run as root
# description: >
#   Nothing keeps the container from running as root: that depends on the image alone, and
#   images run as root unless they say otherwise.
# remediation: >
#   Set `runAsNonRoot: true` in the pod's `securityContext`; the kubelet then refuses to start an
#   image that would run as root. If the image names its user instead of numbering it, set
#   `runAsUser` as well.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.2.7, NSA Kubernetes Hardening Guide]
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

import data.gitopslint.lib.pod.linux_containers
import data.gitopslint.lib.pod.path

rootable := [found |
	some found in linux_containers
	not found.context.runAsNonRoot == true
	not found.context.runAsUser
]

# Where no container is kept from it, the pod is the place to mend it.
deny contains {"message": "the pod's containers may run as root", "path": place} if {
	count(rootable) > 0
	count(rootable) == count(linux_containers)
	place := array.concat(path, ["securityContext", "runAsNonRoot"])
}

deny contains {"message": message, "path": place} if {
	count(rootable) < count(linux_containers)
	some found in rootable
	place := array.concat(found.path, ["securityContext", "runAsNonRoot"])
	message := sprintf("container `%v` may run as root", [found.name])
}
