# METADATA
# title: Probe on a port that is not listed
# description: >
#   The container lists its ports, but the probe uses another one. If nothing listens there, the
#   container never becomes ready.
# remediation: >
#   Fix the port of the probe, or list it in `ports`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: workloads
# covers: [probes/probe-port-exists]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         ports:
#           - containerPort: 8080
#         readinessProbe:
#           tcpSocket:
#             port: 8088
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         ports:
#           - containerPort: 8080
#         readinessProbe:
#           tcpSocket:
#             port: 8080
package gitopslint.probes.probe_port_unknown

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, [probe, handler, "port"])} if {
	some found in containers
	count(found.container.ports) > 0
	some probe in ["readinessProbe", "livenessProbe", "startupProbe"]
	some handler in ["httpGet", "tcpSocket", "grpc"]
	port := found.container[probe][handler].port
	is_number(port)
	not port in {listed.containerPort | some listed in found.container.ports}
	message := sprintf("container `%v` does not list port %v, which its %s uses", [found.name, port, probe])
}
