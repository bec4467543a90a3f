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

# Beside containers that list their ports, one that lists none answers nobody.
answers(found) if lists_ports(found)

answers(found) if {
	every other in serving_containers {
		not is_beside(other, found)
	}
}

is_beside(other, found) if {
	lists_ports(other)
	pod_of(other) == pod_of(found)
}

lists_ports(found) if count(object.get(found.container, "ports", [])) > 0

pod_of(found) := array.slice(found.path, 0, count(found.path) - 2)

deny contains {"message": message, "path": array.concat(found.path, ["readinessProbe"])} if {
	some found in serving_containers
	answers(found)
	object.get(found.container, "readinessProbe", null) == null
	message := sprintf("container `%v` has no readiness probe", [found.name])
}
