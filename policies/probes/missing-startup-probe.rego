# METADATA
# title: Container without a startup probe
# description: >
#   A program that starts slowly is restarted by its liveness probe before it is up.
# remediation: >
#   Add a `startupProbe` instead of a long `initialDelaySeconds`.
# severity: off
# optional: true
# kinds: long-running
# covers: [probes/startup-probe]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         livenessProbe:
#           httpGet:
#             path: /alive
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
#         startupProbe:
#           httpGet:
#             path: /alive
#             port: 8080
#         livenessProbe:
#           httpGet:
#             path: /alive
#             port: 8080
package gitopslint.probes.missing_startup_probe

import data.gitopslint.lib.pod.serving_containers

deny contains {"message": message, "path": array.concat(found.path, ["startupProbe"])} if {
	some found in serving_containers
	found.container.livenessProbe
	not found.container.startupProbe
	message := sprintf("container `%v` has no startup probe", [found.name])
}
