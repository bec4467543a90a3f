# METADATA
# title: Windows HostProcess container
# description: >
#   A HostProcess container runs as a process on its Windows node, with the node's network and
#   files. It is what a privileged container is on Linux: whoever takes it over has taken over the
#   node.
# remediation: >
#   Remove `windowsOptions.hostProcess`, unless the pod is there to manage its nodes.
# severity: error
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.11]
# covers: [security-context/no-windows-host-process]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     hostNetwork: true
#     securityContext:
#       windowsOptions:
#         hostProcess: true
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       windowsOptions:
#         runAsUserName: ContainerUser
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.host_process

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.pods

field := ["securityContext", "windowsOptions", "hostProcess"]

deny contains {"message": "the pod's containers run as HostProcess on their Windows node", "path": path} if {
	some pod in pods
	object.get(pod.spec, field, false) == true
	path := array.concat(pod.path, field)
}

deny contains {"message": message, "path": path} if {
	some found in containers
	object.get(found.container, field, false) == true
	path := array.concat(found.path, field)
	message := sprintf("container `%v` runs as HostProcess on its Windows node", [found.name])
}
