# METADATA
# title: Probe that starts a heavy program
# description: >
#   A probe runs every few seconds. A client such as `kubectl` or a Java tool starts a process of
#   many megabytes each time, within the container's limits.
# remediation: >
#   Use `httpGet`, `grpc` or `tcpSocket`, or probe less often.
# severity: off
# optional: true
# kinds: workloads
# covers: [probes/exec-probe-command]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         livenessProbe:
#           exec:
#             command: [kubectl, get, pods]
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         livenessProbe:
#           exec:
#             command: [cat, /tmp/alive]
package gitopslint.probes.exec_probe_client

import data.gitopslint.lib.pod.containers

heavy := {"ansible", "curl", "helm", "java", "jcmd", "jps", "kubectl", "node", "npm", "php", "python", "python3"}

deny contains {"message": message, "path": array.concat(found.path, [probe, "exec", "command"])} if {
	some found in containers
	some probe in ["readinessProbe", "livenessProbe", "startupProbe"]
	program := found.container[probe].exec.command[0]
	program in heavy
	message := sprintf("the %s of container `%v` starts `%s` each time", [probe, found.name, program])
}
