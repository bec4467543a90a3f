# METADATA
# title: Container with a CPU limit
# description: >
#   A CPU limit throttles the container even when its node is idle.
# remediation: >
#   Remove `resources.limits.cpu` and set what the container needs in `requests`.
# severity: off
# optional: true
# kinds: workloads
# covers: [resources/cpu-limit-forbidden]
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
#           limits:
#             cpu: "1"
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
#             cpu: "1"
package gitopslint.resources.cpu_limit

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["resources", "limits", "cpu"])} if {
	some found in containers
	found.whole
	found.list != "ephemeralContainers"
	found.container.resources.limits.cpu
	message := sprintf("container `%v` is throttled by a CPU limit", [found.name])
}
