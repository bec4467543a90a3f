# METADATA
# title: Container with a host port
# description: >
#   The port is open on the node's address, bypassing network policies, and only one pod per node
#   can have it: others stay pending.
# remediation: >
#   Remove `hostPort` and use a Service or an Ingress.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.13]
# covers: [host/no-host-port]
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
#             hostPort: 8080
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
package gitopslint.security.host_port

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": path} if {
	some found in containers
	some index, port in found.container.ports
	port.hostPort > 0
	not is_in_network_of_host(found.path)
	path := array.concat(found.path, ["ports", index, "hostPort"])
	message := sprintf("container `%v` takes port %v of its node", [found.name, port.hostPort])
}

# There every port is one of the node, which another policy tells.
is_in_network_of_host(path) if {
	some pod in pods
	pod.spec.hostNetwork == true
	array.slice(path, 0, count(pod.path)) == pod.path
}
