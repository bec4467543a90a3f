# METADATA
# title: Container without a preStop hook
# description: >
#   A pod that is shutting down still gets requests for a moment. One that stops at once drops
#   them.
# remediation: >
#   Add a `preStop` hook that waits a few seconds, or make the program wait.
# severity: off
# optional: true
# kinds: long-running
# covers: [probes/pre-stop-hook]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         readinessProbe:
#           tcpSocket:
#             port: 8080
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         readinessProbe:
#           tcpSocket:
#             port: 8080
#         lifecycle:
#           preStop:
#             sleep:
#               seconds: 5
package gitopslint.probes.missing_pre_stop

import data.gitopslint.lib.pod.serving_containers

deny contains {"message": message, "path": array.concat(found.path, ["lifecycle", "preStop"])} if {
	some found in serving_containers
	found.container.readinessProbe
	not found.container.lifecycle.preStop
	message := sprintf("container `%v` does not wait before it stops", [found.name])
}
