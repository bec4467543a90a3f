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
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       appArmorProfile:
#         type: RuntimeDefault
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.unconfined_apparmor

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.pods

field := ["securityContext", "appArmorProfile", "type"]

deny contains {"message": "the pod's containers run without AppArmor", "path": path} if {
	some pod in pods
	object.get(pod.spec, field, "") == "Unconfined"
	path := array.concat(pod.path, field)
}

deny contains {"message": message, "path": path} if {
	some found in containers
	object.get(found.container, field, "") == "Unconfined"
	path := array.concat(found.path, field)
	message := sprintf("container `%v` runs without AppArmor", [found.name])
}
