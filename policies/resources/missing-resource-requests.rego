# METADATA
# title: Container without resource requests
# description: >
#   The scheduler assumes that a container without requests needs nothing. Nodes fill up until
#   their pods starve, and these are the first to be evicted.
# remediation: >
#   Set `resources.requests.cpu` and `resources.requests.memory` to what the container usually
#   needs, or let a LimitRange in the namespace set defaults.
# severity: {production: warning, stage: info, dev: off}
# kinds: [workloads, LimitRange]
# scope: environment
# each: workload
# uses: [namespace, path]
# covers: [resources/cpu-request, resources/memory-request]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           requests:
#             cpu: 50m
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           requests:
#             cpu: 50m
#             memory: 64Mi
package gitopslint.resources.missing_resource_requests

import data.gitopslint.lib.resources.supplied
import data.gitopslint.lib.workloads.containers

# One missing field is pointed at itself.
place(missing) := ["resources", "requests", missing[0]] if {
	count(missing) == 1
} else := ["resources", "requests"]

# A limit counts: what is not asked for is asked for up to the limit. Containers that are added to
# a running pod cannot have any resources.
deny contains {"object": found.workload.object, "message": message, "path": path} if {
	some found in containers
	found.whole
	missing := [resource |
		some resource in ["cpu", "memory"]
		not found.container.resources.requests[resource]
		not found.container.resources.limits[resource]
		not found.workload.spec.resources.requests[resource]
		not found.workload.spec.resources.limits[resource]
		not supplied[[found.workload.namespace, "requests", resource]]
	]
	missing != []
	found.list != "ephemeralContainers"
	path := array.concat(found.path, place(missing))
	message := sprintf("container `%v` requests no %s", [found.name, concat(" and no ", missing)])
}
