# METADATA
# title: CPU limit above the request
# description: >
#   CPU beyond the request is available only when nobody else needs it, so the container is fast on
#   one node and slow on another.
# remediation: >
#   Set `requests.cpu` to the value of `limits.cpu`.
# severity: off
# optional: true
# kinds: workloads
# covers: [resources/cpu-request-equals-limit]
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
#             cpu: 100m
#           limits:
#             cpu: 200m
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
#             cpu: 200m
#           limits:
#             cpu: 200m
package gitopslint.resources.cpu_request_below_limit

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["resources", "requests", "cpu"])} if {
	some found in containers
	found.whole
	found.list != "ephemeralContainers"
	found.container.resources.requests.cpu != found.container.resources.limits.cpu
	message := sprintf("container `%v` requests less CPU than it may use", [found.name])
}
