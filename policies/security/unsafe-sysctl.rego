# METADATA
# title: Pod that sets an unsafe kernel parameter
# description: >
#   The kubelet lets pods set only the few parameters that are known to be safe. It rejects a pod
#   that sets another one, unless its node is configured to allow that.
# remediation: >
#   Remove it, or reserve nodes for such pods and list it there in the kubelet's
#   `allowedUnsafeSysctls`.
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
#         - name: net.core.somaxconn
#           value: "4096"
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
#         - name: net/ipv4/tcp_fin_timeout
#           value: "30"
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

	# Slashes may stand for the dots.
	not replace(sysctl.name, "/", ".") in safe
	path := array.concat(pod.path, ["securityContext", "sysctls", index, "name"])
	message := sprintf("kernel parameter `%v` is rejected on nodes that do not allow it explicitly", [sysctl.name])
}
