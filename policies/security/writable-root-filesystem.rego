# METADATA
# title: Container with a writable root file system
# description: >
#   Anyone who takes over a container with a writable root file system can install tools there and
#   change the program that runs.
# remediation: >
#   Set `securityContext.readOnlyRootFilesystem: true` on the container and mount an `emptyDir` in
#   the few places that it has to write to, such as `/tmp`.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [NSA Kubernetes Hardening Guide]
# covers: [security-context/read-only-root-fs]
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
#         securityContext:
#           readOnlyRootFilesystem: true
package gitopslint.security.writable_root_filesystem

import data.gitopslint.lib.pod.whole_linux_containers

deny contains {"message": message, "path": path} if {
	some found in whole_linux_containers
	not found.container.securityContext.readOnlyRootFilesystem == true
	path := array.concat(found.path, ["securityContext", "readOnlyRootFilesystem"])
	message := sprintf("container `%v` can write to its root file system", [found.name])
}
