# METADATA
# title: Container that sees all of /proc
# description: >
#   `procMount: Unmasked` shows the container what runtimes hide of the kernel, and makes files
#   writable that control the node. In a user namespace of its own the container is not root there.
# remediation: >
#   Remove `procMount`, or set `hostUsers: false` in the pod's spec.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# references: [Pod Security Standards Baseline]
# covers: [security-context/proc-mount-default]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           procMount: Unmasked
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           procMount: Default
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: builder
#   spec:
#     hostUsers: false
#     containers:
#       - name: builder
#         image: ghcr.io/acme/builder:1.4.2
#         securityContext:
#           procMount: Unmasked
package gitopslint.security.unmasked_proc

import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": path} if {
	some pod in pods
	not pod.spec.hostUsers == false
	some found in pod.containers
	procMount := object.get(found.container, ["securityContext", "procMount"], "Default")
	procMount != "Default"
	path := array.concat(found.path, ["securityContext", "procMount"])
	message := sprintf("container `%v` sees all of `/proc`, with nothing masked", [found.name])
}
