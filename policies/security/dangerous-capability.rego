# METADATA
# title: Container with a dangerous capability
# description: >
#   The capability is as good as root on the node: it lets a process mount file systems, load code
#   into the kernel, or read and change other processes.
# remediation: >
#   Remove it from `capabilities.add`. If the program needs it, keep the pod in a namespace of its
#   own that few can deploy to.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.9, NSA Kubernetes Hardening Guide]
# covers: [security-context/no-sys-admin / no-sys-module]
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
#           capabilities:
#             drop: [ALL]
#             add: [SYS_ADMIN]
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
#           capabilities:
#             drop: [ALL]
#             add: [NET_BIND_SERVICE]
package gitopslint.security.dangerous_capability

import data.gitopslint.lib.capabilities

deny contains {"message": message, "path": found.path} if {
	some found in capabilities.added
	found.name in capabilities.dangerous
	message := sprintf("container `%v` adds `%s`, which gives it control of its node", [found.container, found.name])
}
