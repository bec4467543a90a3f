# METADATA
# title: Container with bidirectional mount propagation
# description: >
#   With `mountPropagation: Bidirectional`, whatever the container mounts is also mounted on the
#   node and in other pods.
# remediation: >
#   Use `HostToContainer`, or none, unless the container is a storage driver.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# references: [NSA Kubernetes Hardening Guide]
# covers: [host/mount-propagation]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         volumeMounts:
#           - name: data
#             mountPath: /data
#             mountPropagation: Bidirectional
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         volumeMounts:
#           - name: data
#             mountPath: /data
package gitopslint.security.bidirectional_mount

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": path} if {
	some found in containers
	some index, mount in found.container.volumeMounts
	mount.mountPropagation == "Bidirectional"

	# It is how storage drivers give pods their volumes.
	not contains(mount.mountPath, "/kubelet")
	path := array.concat(found.path, ["volumeMounts", index, "mountPropagation"])
	message := sprintf("what container `%v` mounts at `%v` is also mounted on its node", [found.name, mount.mountPath])
}
