# METADATA
# title: Container that listens on a low port
# description: >
#   Ports below 1024 need root or `NET_BIND_SERVICE` on many runtimes.
# remediation: >
#   Listen on a port above 1023 and map it with the Service.
# severity: off
# optional: true
# kinds: workloads
# covers: [workload/privileged-ports]
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
#           - containerPort: 80
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
package gitopslint.workloads.privileged_port

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["ports", index, "containerPort"])} if {
	some found in containers
	some index, port in found.container.ports
	port.containerPort < 1024
	message := sprintf("container `%v` listens on the low port %v", [found.name, port.containerPort])
}
