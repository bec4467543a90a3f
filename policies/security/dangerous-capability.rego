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
#             add: [SYS_ADMIN, SYS_PTRACE]
#       - name: agent
#         image: ghcr.io/acme/agent:1.4.2
#         securityContext:
#           capabilities:
#             drop: [ALL]
#             add: [NET_ADMIN, SYS_ADMIN]
# findings: 2
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

# A finding tells of all of its container's, at the first of them.
deny contains {"message": message, "path": place} if {
	some first in dangerous
	own := [found | some found in dangerous; found.of == first.of]
	place := own[0].path
	message := sprintf("container `%v` adds %s, which %s it control of its node", [first.container, named(own), verb(own)])
}

dangerous := [found |
	some found in capabilities.added
	found.name in capabilities.dangerous
]

named(own) := concat(", ", [sprintf("`%s`", [found.name]) | some found in own])

verb(own) := "gives" if count(own) == 1 else := "give"
