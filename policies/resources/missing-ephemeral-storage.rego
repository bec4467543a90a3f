# METADATA
# title: Container without an ephemeral-storage limit
# description: >
#   What a container writes to its own file system and to its log can fill the node's disk.
# remediation: >
#   Set `ephemeral-storage` in `resources.requests` and `limits`.
# severity: off
# optional: true
# kinds: workloads
# covers: [resources/ephemeral-storage]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           limits:
#             memory: 64Mi
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         resources:
#           limits:
#             ephemeral-storage: 1Gi
package gitopslint.resources.missing_ephemeral_storage

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["resources", "limits", "ephemeral-storage"])} if {
	some found in containers
	found.whole
	found.list != "ephemeralContainers"
	not found.container.resources.limits["ephemeral-storage"]
	message := sprintf("container `%v` has no ephemeral-storage limit", [found.name])
}
