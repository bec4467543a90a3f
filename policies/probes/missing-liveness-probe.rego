# METADATA
# title: Container without a liveness probe
# description: >
#   Without a liveness probe, a container that hangs is never restarted. Programs that exit when
#   they can no longer work need none, and a probe that fails under load does harm.
# remediation: >
#   Add a `livenessProbe` that fails only when nothing but a restart helps.
# severity: off
# kinds: long-running
# covers: [probes/liveness-probe]
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
#         livenessProbe:
#           httpGet:
#             path: /alive
#             port: 8080
package gitopslint.probes.missing_liveness_probe

import data.gitopslint.lib.pod.serving_containers

deny contains {"message": message, "path": array.concat(found.path, ["livenessProbe"])} if {
	some found in serving_containers
	object.get(found.container, "livenessProbe", null) == null
	message := sprintf("container `%v` has no liveness probe", [found.name])
}
