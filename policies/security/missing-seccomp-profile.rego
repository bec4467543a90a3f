# METADATA
# title: Container without a seccomp profile
# description: >
#   Without a profile the container may call everything that the kernel offers. The profile
#   `RuntimeDefault` leaves out what containers do not need and exploits do.
# remediation: >
#   Set `securityContext.seccompProfile.type: RuntimeDefault` in the pod's spec.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.7.2]
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
#       seccompProfile:
#         type: RuntimeDefault
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.missing_seccomp_profile

import data.gitopslint.lib.pod
import data.gitopslint.lib.pods

confined(container) if {
	pods.effective(pod.spec, container, "seccompProfile").type in {"RuntimeDefault", "Localhost"}
}

unconfined := [found |
	some found in pod.linux_containers
	not confined(found.container)
]

# Where no container has a profile, the pod is the place to mend it.
deny contains {"message": "the pod's containers have no seccomp profile", "path": path} if {
	count(unconfined) > 0
	count(unconfined) == count(pod.linux_containers)
	path := array.concat(pod.path, ["securityContext", "seccompProfile"])
}

deny contains {"message": message, "path": path} if {
	count(unconfined) < count(pod.linux_containers)
	some found in unconfined
	path := array.concat(found.path, ["securityContext", "seccompProfile"])
	message := sprintf("container `%s` has no seccomp profile", [found.name])
}
