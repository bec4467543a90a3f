# METADATA
# title: Container that keeps capabilities
# description: >
#   Container runtimes give every container some of root's privileges, such as opening raw sockets
#   and changing file owners. Few programs need any of them.
# remediation: >
#   Drop all of them with `securityContext.capabilities.drop: [ALL]` and add back the ones that the
#   program needs.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.2.8, CIS 5.2.10]
# covers:
#   - security-context/drop-all-capabilities
#   - security-context/drop-net-raw
#   - security-context/linux-hardening-any
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
#             drop: [NET_RAW]
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
package gitopslint.security.capabilities_not_dropped

import data.gitopslint.lib.pod.whole_linux_containers

drops_all(container) if {
	some capability in container.securityContext.capabilities.drop
	upper(capability) == "ALL"
}

deny contains {"message": message, "path": path} if {
	some found in whole_linux_containers
	not found.container.securityContext.privileged == true
	not drops_all(found.container)
	path := array.concat(found.path, ["securityContext", "capabilities", "drop"])
	message := sprintf("container `%v` does not drop all capabilities", [found.name])
}
