# METADATA
# title: Container without a readiness probe
# description: >
#   Without a readiness probe, a pod gets traffic as soon as its process runs, even while it is
#   still starting, and keeps getting it when it can no longer answer. A rollout moves on to the
#   next pod just as early.
# remediation: >
#   Add a `readinessProbe` that succeeds when the container can answer requests.
# severity: {production: warning, stage: info, dev: off}
# kinds: long-running
# covers: [probes/readiness-probe]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
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
#           httpGet:
#             path: /ready
#             port: 8080
package gitopslint.probes.missing_readiness_probe

import data.gitopslint.lib.pod.serving_containers

deny contains {"message": message, "path": array.concat(found.path, ["readinessProbe"])} if {
	some found in serving_containers
	object.get(found.container, "readinessProbe", null) == null
	message := sprintf("container `%v` has no readiness probe", [found.name])
}
