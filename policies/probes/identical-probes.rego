# METADATA
# title: Container with identical probes
# description: >
#   When the program is busy, the readiness probe takes it out of service, but an identical
#   liveness probe restarts it as well, and its load shifts to the others.
# remediation: >
#   Make the liveness probe fail later, or only when nothing but a restart helps.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: long-running
# covers: [probes/probes-not-identical]
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
#         livenessProbe:
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
#         livenessProbe:
#           tcpSocket:
#             port: 8080
#           failureThreshold: 10
package gitopslint.probes.identical_probes

import data.gitopslint.lib.pod.serving_containers

deny contains {"message": message, "path": array.concat(found.path, ["livenessProbe"])} if {
	some found in serving_containers
	found.container.livenessProbe == found.container.readinessProbe
	message := sprintf("container `%v` has identical liveness and readiness probes", [found.name])
}
