# METADATA
# title: Container without a memory limit
# description: >
#   A container without a memory limit can use all the memory of its node. The kernel then kills
#   whatever it finds there, including other applications.
# remediation: >
#   Set `resources.limits.memory`, or let a LimitRange in the namespace set a default.
# severity: {production: warning, stage: info, dev: off}
# kinds: [workloads, LimitRange]
# scope: environment
# each: workload
# uses: [namespace, path]
# references: [NSA Kubernetes Hardening Guide]
# covers: [resources/memory-limit]
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
#           limits:
#             memory: 256Mi
package gitopslint.resources.missing_memory_limit

import data.gitopslint.lib.resources.supplied
import data.gitopslint.lib.workloads.containers

# Containers that are added to a running pod cannot have any resources.
deny contains {"object": found.workload.object, "message": message, "path": path} if {
	some found in containers
	found.whole
	not found.container.resources.limits.memory
	not found.workload.spec.resources.limits.memory
	not supplied[[found.workload.namespace, "limits", "memory"]]
	found.list != "ephemeralContainers"
	path := array.concat(found.path, ["resources", "limits", "memory"])
	message := sprintf("container `%v` has no memory limit", [found.name])
}
