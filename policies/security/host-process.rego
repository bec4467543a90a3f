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
#         hostProcess: true
#         runAsUserName: ContainerUser
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           windowsOptions:
#             hostProcess: false
package gitopslint.security.host_process

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.host_process
import data.gitopslint.lib.pod.is_left_to_pod
import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod's containers run as HostProcess on their Windows node", "path": path} if {
	some pod in pods
	object.get(pod.spec, host_process, false) == true
	is_left_to_pod(pod, host_process)
	path := array.concat(pod.path, host_process)
}

deny contains {"message": message, "path": path} if {
	some found in containers
	object.get(found.container, host_process, false) == true
	path := array.concat(found.path, host_process)
	message := sprintf("container `%v` runs as HostProcess on its Windows node", [found.name])
}
