# METADATA
# title: Volume with a sensitive host path
# description: >
#   The volume gives the pod a folder or socket with which it can take over the node: its root or
#   system folders, the kubelet's data, or a container runtime's socket. Mounting it read-only does
#   not help, because it holds keys and tokens.
# remediation: >
#   Mount only the file or folder below it that is needed, or use a volume made for the purpose,
#   such as `emptyDir`, a ConfigMap, a projected volume or a CSI driver's.
# severity: error
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.12, NSA Kubernetes Hardening Guide]
# covers: [host/sensitive-host-path, host/runtime-socket]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#     volumes:
#       - name: runtime
#         hostPath:
#           path: /var/run/docker.sock
#       - name: data
#         hostPath:
#           path: /var/lib/docker
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
#     volumes:
#       - name: data
#         hostPath:
#           path: /srv/api
package gitopslint.security.sensitive_host_path

import data.gitopslint.lib.host_paths

deny contains {"message": message, "path": volume.place} if {
	some volume in host_paths.volumes
	host_paths.is_sensitive(volume.path)
	not host_paths.is_socket(volume.path)
	message := sprintf("the pod mounts its node's `%s`", [volume.path])
}

deny contains {"message": message, "help": help, "path": volume.place} if {
	some volume in host_paths.volumes
	host_paths.is_socket(volume.path)
	message := sprintf("the pod mounts its node's `%s`", [volume.path])
	help := "Remove the volume: anyone who can write to the socket can start any container on the node. To build images, use a builder that needs no runtime, such as rootless BuildKit."
}
