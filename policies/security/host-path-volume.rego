# METADATA
# title: Host path volume
# description: >
#   A `hostPath` volume is a folder of the node that the pod happens to run on. Its content differs
#   from node to node, and other pods on the node can read and change it.
# remediation: >
#   Use an `emptyDir` for data that may be lost with the pod, and a PersistentVolumeClaim for data
#   that has to stay.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.12]
# covers: [host/no-host-path, host/writable-host-path]
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
#       - name: data
#         hostPath:
#           path: /srv/api
#       - name: cache
#         hostPath:
#           path: /srv/cache
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
#         persistentVolumeClaim:
#           claimName: api
package gitopslint.security.host_path_volume

import data.gitopslint.lib.host_paths

# Sensitive paths have a rule of their own.
deny contains {"message": message, "path": volume.place} if {
	some volume in host_paths.volumes
	not host_paths.is_sensitive(volume.path)
	not collects_logs(volume.path)
	message := sprintf("the pod mounts the node's `%s`", [volume.path])
}

# What collects the logs of a node has no other way to them.
deny contains {"message": message, "path": volume.place, "at_most": "info"} if {
	some volume in host_paths.volumes
	not host_paths.is_sensitive(volume.path)
	collects_logs(volume.path)
	message := sprintf("the pod mounts the node's `%s`", [volume.path])
}

collects_logs(path) if {
	input.object.kind == "DaemonSet"
	strings.any_prefix_match(concat("", [path, "/"]), ["/var/log/", "/var/lib/docker/containers/"])
}
