# METADATA
# title: Container with an added capability
# description: >
#   The Pod Security level `baseline` rejects the capability. Such capabilities let the container
#   change the node's network, clock or kernel, which other pods share, or, as `NET_RAW` does, forge
#   traffic.
# remediation: >
#   Remove it from `capabilities.add` if the program works without it.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.9]
# covers: [security-context/capabilities-allow-list]
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
#             add: [NET_ADMIN]
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
package gitopslint.security.added_capability

import data.gitopslint.lib.capabilities

deny contains {"message": message, "path": found.path} if {
	some found in capabilities.added
	not found.name in capabilities.dangerous
	not found.name in capabilities.usual
	message := sprintf("container `%v` adds the capability `%s`", [found.container, found.name])
}
