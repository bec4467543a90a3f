# METADATA
# title: Pod that sets an unsafe kernel parameter
# description: >
#   The parameter is not limited to the pod: it can affect other pods on the node. The kubelet
#   rejects the pod unless its node allows the parameter.
# remediation: >
#   Remove it, or set it on nodes reserved for such pods.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline]
# covers: [security-context/unsafe-sysctls]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       sysctls:
#         - name: kernel.msgmax
#           value: "65536"
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
#       sysctls:
#         - name: net.ipv4.tcp_syncookies
#           value: "1"
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.unsafe_sysctl

import data.gitopslint.lib.pod.pods

safe := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
}

deny contains {"message": message, "path": path} if {
	some pod in pods
	some index, sysctl in pod.spec.securityContext.sysctls
	not sysctl.name in safe
	path := array.concat(pod.path, ["securityContext", "sysctls", index, "name"])
	message := sprintf("kernel parameter `%v` can affect other pods", [sysctl.name])
}
