# METADATA
# title: Container that allows privilege escalation
# description: >
#   Without `allowPrivilegeEscalation: false`, a process can gain more privileges than its parent,
#   for instance through a setuid program. One such program in the image turns an unprivileged user
#   into root.
# remediation: >
#   Set `securityContext.allowPrivilegeEscalation: false` on the container. Programs that do not
#   change their user are unaffected.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Restricted, CIS 5.2.6, NSA Kubernetes Hardening Guide]
# covers: [security-context/no-privilege-escalation]
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
#           allowPrivilegeEscalation: false
package gitopslint.security.privilege_escalation

import data.gitopslint.lib.pod.whole_linux_containers

deny contains {"message": message, "path": path} if {
	some found in whole_linux_containers
	not found.container.securityContext.privileged == true
	not found.container.securityContext.allowPrivilegeEscalation == false
	path := array.concat(found.path, ["securityContext", "allowPrivilegeEscalation"])
	message := sprintf("processes of container `%v` may gain privileges", [found.name])
}
