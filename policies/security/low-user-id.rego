# METADATA
# title: Container with a low user ID
# description: >
#   User IDs below 10000 may belong to users on the node, whose files the container can then read
#   if it gets at them.
# remediation: >
#   Set `runAsUser` to 10000 or above.
# severity: off
# optional: true
# kinds: workloads
# parameters:
#   least_user_id:
#     description: The lowest user ID that is allowed.
#     default: 10000
# covers: [security-context/high-uid]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsUser: 1000
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
#       runAsUser: 10001
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.low_user_id

import data.gitopslint.lib.pod.linux_containers

deny contains {"message": message, "path": path} if {
	some found in linux_containers
	is_low(found.context.runAsUser)
	path := array.concat(found.path, ["securityContext", "runAsUser"])
	message := sprintf("container `%v` runs as user %v", [found.name, found.context.runAsUser])
}

is_low(user) if {
	user > 0
	user < input.parameters.least_user_id
}
