# METADATA
# title: Volume of a type that is not allowed
# description: >
#   The Pod Security level `restricted` rejects volumes that expose the node or use legacy storage
#   protocols.
# remediation: >
#   Use a PersistentVolumeClaim, a ConfigMap, a Secret, or one of the other types in the parameter
#   `volume_types`.
# severity: off
# kinds: workloads
# parameters:
#   volume_types:
#     description: The volume types that are allowed.
#     default: [configMap, csi, downwardAPI, emptyDir, ephemeral, persistentVolumeClaim, projected, secret]
# references: [Pod Security Standards Restricted]
# covers: [volumes/restricted-volume-types, volumes/disallowed-volumes]
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
#         nfs:
#           server: nfs.example.com
#           path: /data
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
#         emptyDir: {}
package gitopslint.security.restricted_volume_type

import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": path} if {
	some pod in pods
	some index, volume in pod.spec.volumes
	some type, _ in volume
	type != "name"
	not type in input.parameters.volume_types
	path := array.concat(pod.path, ["volumes", index, type])
	message := sprintf("volume `%v` has type `%s`, which is not allowed", [volume.name, type])
}
