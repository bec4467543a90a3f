# METADATA
# title: Container that calls sudo
# description: >
#   `sudo` switches to another user, which needs what `allowPrivilegeEscalation: false` takes away.
# remediation: >
#   Run the container as the user that it needs.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# covers: [workload/sudo-in-entrypoint]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         command: [sudo, api]
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         command: [api]
package gitopslint.security.sudo_in_command

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": path} if {
	some found in containers
	some field in ["command", "args"]
	some index, word in found.container[field]
	is_string(word)
	regex.match(`(^|[;&|\s/])sudo(\s|$)`, word)
	not contains(word, "install")
	path := array.concat(found.path, [field, index])
	message := sprintf("container `%v` calls `sudo`", [found.name])
}
