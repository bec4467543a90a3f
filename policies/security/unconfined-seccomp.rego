# METADATA
# title: Container without any seccomp filter
# description: >
#   The profile `Unconfined` turns off the system call filter that the node or the namespace would
#   apply.
# remediation: >
#   Set `seccompProfile.type` to `RuntimeDefault`, or to `Localhost` with a profile of your own.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline]
# covers: [security-context/seccomp-not-unconfined]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       seccompProfile:
#         type: Unconfined
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           seccompProfile:
#             type: RuntimeDefault
#       - name: log
#         image: ghcr.io/acme/log:2.0.1
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       seccompProfile:
#         type: Unconfined
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           seccompProfile:
#             type: RuntimeDefault
package gitopslint.security.unconfined_seccomp

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.is_left_to_pod
import data.gitopslint.lib.pod.pods

field := ["securityContext", "seccompProfile", "type"]

deny contains {"message": "the pod's containers run without a seccomp filter", "path": path} if {
	some pod in pods
	object.get(pod.spec, field, "") == "Unconfined"
	is_left_to_pod(pod, field)
	path := array.concat(pod.path, field)
}

deny contains {"message": message, "path": path} if {
	some found in containers
	object.get(found.container, field, "") == "Unconfined"
	path := array.concat(found.path, field)
	message := sprintf("container `%v` runs without a seccomp filter", [found.name])
}
