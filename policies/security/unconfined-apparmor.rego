# METADATA
# title: Container without AppArmor
# description: >
#   The profile `Unconfined` lifts whatever AppArmor would keep the container from, on nodes that
#   have it.
# remediation: >
#   Set the profile to `RuntimeDefault`, or to `Localhost` with a profile of your own, or leave it
#   out.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline]
# covers: [security-context/apparmor-profile]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       appArmorProfile:
#         type: Unconfined
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           appArmorProfile:
#             type: RuntimeDefault
#       - name: log
#         image: ghcr.io/acme/log:2.0.1
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: agent
#     annotations:
#       container.apparmor.security.beta.kubernetes.io/agent: unconfined
#   spec:
#     containers:
#       - name: agent
#         image: ghcr.io/acme/agent:1.4.2
# findings: 2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       appArmorProfile:
#         type: Unconfined
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           appArmorProfile:
#             type: RuntimeDefault
package gitopslint.security.unconfined_apparmor

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.pods

field := ["securityContext", "appArmorProfile", "type"]

# What a container without the field can have in its place, in the pod's annotations.
annotations(pod) := array.concat(array.slice(pod.path, 0, count(pod.path) - 1), ["metadata", "annotations"])

annotation(found) := sprintf("container.apparmor.security.beta.kubernetes.io/%v", [found.name])

annotated(pod, found) := object.get(input.object, array.concat(annotations(pod), [annotation(found)]), "")

deny contains {"message": "the pod's containers run without AppArmor", "path": path} if {
	some pod in pods
	object.get(pod.spec, field, "") == "Unconfined"
	some found in pod.containers
	object.get(found.container, field, null) == null
	annotated(pod, found) == ""
	path := array.concat(pod.path, field)
}

deny contains {"message": message, "path": path} if {
	some found in containers
	object.get(found.container, field, "") == "Unconfined"
	path := array.concat(found.path, field)
	message := sprintf("container `%v` runs without AppArmor", [found.name])
}

deny contains {"message": message, "path": path} if {
	some pod in pods
	some found in pod.containers
	object.get(found.container, field, null) == null
	annotated(pod, found) == "unconfined"
	path := array.concat(annotations(pod), [annotation(found)])
	message := sprintf("container `%v` runs without AppArmor", [found.name])
}
