# METADATA
# title: Container with custom SELinux options
# description: >
#   A user, role or type that is not meant for containers frees the container from what SELinux
#   confines it to.
# remediation: >
#   Leave out `seLinuxOptions.user` and `role`, and use one of the types `container_t`,
#   `container_init_t`, `container_kvm_t` and `container_engine_t`.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline]
# covers: [security-context/selinux-options]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       seLinuxOptions:
#         type: spc_t
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
#       seLinuxOptions:
#         level: s0:c123,c456
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.selinux_options

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.pods

types := {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

is_refused("type", value) if not value in types

is_refused(field, value) if {
	field in {"user", "role"}
	value != ""
}

options := array.concat(
	[{"path": array.concat(pod.path, ["securityContext", "seLinuxOptions"]), "set": pod.spec.securityContext.seLinuxOptions} |
		some pod in pods
	],
	[{"path": array.concat(found.path, ["securityContext", "seLinuxOptions"]), "set": found.container.securityContext.seLinuxOptions} |
		some found in containers
	],
)

deny contains {"message": message, "path": array.concat(found.path, [field])} if {
	some found in options
	some field, value in found.set
	is_refused(field, value)
	message := sprintf("the SELinux %s `%v` is not meant for containers", [field, value])
}
