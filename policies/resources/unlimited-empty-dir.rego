# METADATA
# title: emptyDir without a size limit
# description: >
#   An `emptyDir` without `sizeLimit` grows until the node evicts pods.
# remediation: >
#   Set `sizeLimit`.
# severity: off
# optional: true
# kinds: workloads
# covers: [volumes/emptydir-size-limit]
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
#       - name: tmp
#         emptyDir: {}
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
#       - name: tmp
#         emptyDir:
#           sizeLimit: 64Mi
package gitopslint.resources.unlimited_empty_dir

import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": array.concat(pod.path, ["volumes", index, "emptyDir"])} if {
	some pod in pods
	some index, volume in pod.spec.volumes
	is_object(volume.emptyDir)
	not volume.emptyDir.sizeLimit
	message := sprintf("volume `%v` can fill its node's disk", [volume.name])
}
