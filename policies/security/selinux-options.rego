# METADATA
# title: Container with custom SELinux options
# description: >
#   Some types, such as `spc_t`, free the container from what SELinux confines it to. Pod Security
#   `baseline` therefore allows only the types that confine, and neither a user nor a role.
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
#         securityContext:
#           seLinuxOptions:
#             user: system_u
#       - name: log
#         image: ghcr.io/acme/log:2.0.1
# findings: 2
# good: |
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
#         securityContext:
#           seLinuxOptions:
#             level: s0:c123,c456
package gitopslint.security.selinux_options

import data.gitopslint.lib.pod.containers
import data.gitopslint.lib.pod.is_left_to_pod
import data.gitopslint.lib.pod.pods

types := {"", null, "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

is_rejected("type", value) if not value in types

is_rejected(field, value) if {
	field in {"user", "role"}
	not value in {"", null}
}

place := ["securityContext", "seLinuxOptions"]

# A container that has options has none of its pod's.
options := array.concat(
	[{"path": array.concat(pod.path, place), "set": pod.spec.securityContext.seLinuxOptions} |
		some pod in pods
		is_left_to_pod(pod, place)
	],
	[{"path": array.concat(found.path, place), "set": found.container.securityContext.seLinuxOptions} |
		some found in containers
	],
)

deny contains {"message": message, "path": array.concat(found.path, [field])} if {
	some found in options
	some field, value in found.set
	is_rejected(field, value)
	message := sprintf("the SELinux %s `%v` is not allowed by Pod Security `baseline`", [field, value])
}
