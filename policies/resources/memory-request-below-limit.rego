# METADATA
# title: Memory limit above the request
# description: >
#   Memory beyond the request is available only when nobody else needs it: under pressure, such
#   pods are killed first.
# remediation: >
#   Set `requests.memory` to the value of `limits.memory`.
# severity: off
# optional: true
# kinds: workloads
# covers: [resources/memory-request-equals-limit, resources/qos-class]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           requests:
#             memory: 64Mi
#           limits:
#             memory: 128Mi
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           requests:
#             memory: 128Mi
#           limits:
#             memory: 128Mi
package gitopslint.resources.memory_request_below_limit

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["resources", "requests", "memory"])} if {
	some found in containers
	found.whole
	found.list != "ephemeralContainers"
	found.container.resources.requests.memory != found.container.resources.limits.memory
	message := sprintf("container `%v` requests less memory than it may use", [found.name])
}
