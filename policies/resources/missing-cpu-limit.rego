# METADATA
# title: Container without a CPU limit
# description: >
#   A container without a CPU limit takes whatever is free on its node, and others may have to
#   wait.
# remediation: >
#   Set `resources.limits.cpu`. Where latency matters more, leave this rule off: limits throttle.
# severity: off
# optional: true
# kinds: workloads
# covers: [resources/cpu-limit]
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
#             memory: 64Mi
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
#           limits:
#             cpu: "1"
package gitopslint.resources.missing_cpu_limit

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["resources", "limits", "cpu"])} if {
	some found in containers
	found.whole
	found.list != "ephemeralContainers"
	not found.container.resources.limits.cpu
	message := sprintf("container `%v` has no CPU limit", [found.name])
}
