# METADATA
# title: Container port without a name
# description: >
#   Services and probes that refer to a port by its number break when the number changes.
# remediation: >
#   Give the port a `name`.
# severity: off
# optional: true
# kinds: workloads
# covers: [workload/container-port-names]
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
#           - name: http
#             containerPort: 8080
package gitopslint.workloads.unnamed_port

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["ports", index])} if {
	some found in containers
	some index, port in found.container.ports
	not port.name
	message := sprintf("port %v of container `%v` has no name", [port.containerPort, found.name])
}
