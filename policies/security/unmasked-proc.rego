# METADATA
# title: Container that sees all of /proc
# description: >
#   `procMount: Unmasked` shows the container what runtimes hide of the kernel, and makes files
#   writable that control the node.
# remediation: >
#   Remove `procMount`.
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
package gitopslint.security.unmasked_proc

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": path} if {
	some found in containers
	procMount := object.get(found.container, ["securityContext", "procMount"], "Default")
	procMount != "Default"
	path := array.concat(found.path, ["securityContext", "procMount"])
	message := sprintf("container `%v` sees all of its node's /proc", [found.name])
}
