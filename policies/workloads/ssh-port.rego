# METADATA
# title: Container that exposes SSH
# description: >
#   A shell in a container bypasses the API server: nobody sees who was there or what they did.
# remediation: >
#   Use `kubectl exec`, which is checked and logged.
# severity: {production: info, stage: off, dev: off}
# kinds: workloads
# covers: [workload/ssh-port]
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
#           - containerPort: 22
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
package gitopslint.workloads.ssh_port

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["ports", index, "containerPort"])} if {
	some found in containers
	some index, port in found.container.ports
	port.containerPort == 22
	message := sprintf("container `%v` exposes SSH", [found.name])
}
