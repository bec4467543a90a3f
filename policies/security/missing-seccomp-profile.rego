# METADATA
# title: Container without a seccomp profile
# description: >
#   Without a profile, the container can make every system call that the kernel offers. The profile
#   `RuntimeDefault` blocks those that exploits use and containers do not need.
# remediation: >
#   Set `securityContext.seccompProfile.type: RuntimeDefault` in the pod's spec.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.7.2]
# covers: [security-context/seccomp-profile-set]
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
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: tracer
#   spec:
#     securityContext:
#       seccompProfile:
#         type: Unconfined
#     containers:
#       - name: tracer
#         image: ghcr.io/acme/tracer:1.4.2
package gitopslint.security.missing_seccomp_profile

import data.gitopslint.lib.pod.linux_pods

# No profile applies to a privileged container. One that turns the filter off has a rule of its
# own.
without_profile(pod) := [found |
	some found in pod.containers
	not found.context.privileged == true
	profile := object.get(found.context, ["seccompProfile", "type"], "none")
	not profile in {"RuntimeDefault", "Localhost", "Unconfined"}
]

# Where no container has a profile, the pod is the place to fix it.
deny contains {"message": "the pod's containers have no seccomp profile", "path": place} if {
	some pod in linux_pods
	count(without_profile(pod)) == count(pod.containers)
	place := array.concat(pod.path, ["securityContext", "seccompProfile"])
}

deny contains {"message": message, "path": place} if {
	some pod in linux_pods
	found := without_profile(pod)
	count(found) < count(pod.containers)
	some container in found
	place := array.concat(container.path, ["securityContext", "seccompProfile"])
	message := sprintf("container `%v` has no seccomp profile", [container.name])
}
