# METADATA
# title: Volume claim without a size
# description: >
#   The API server rejects a claim that does not say how much storage it needs.
# remediation: >
#   Set `resources.requests.storage`.
# severity: error
# kinds: [StatefulSet, PersistentVolumeClaim]
# covers: [volumes/statefulset-vct-storage]
# bad: |
#   apiVersion: apps/v1
#   kind: StatefulSet
#   metadata:
#     name: db
#   spec:
#     volumeClaimTemplates:
#       - metadata:
#           name: data
#         spec:
#           accessModes: [ReadWriteOnce]
# good: |
#   apiVersion: apps/v1
#   kind: StatefulSet
#   metadata:
#     name: db
#   spec:
#     volumeClaimTemplates:
#       - metadata:
#           name: data
#         spec:
#           accessModes: [ReadWriteOnce]
#           resources:
#             requests:
#               storage: 1Gi
package gitopslint.resources.claim_without_size

deny contains {"message": message, "path": ["spec", "volumeClaimTemplates", index, "spec"]} if {
	some index, claim in input.object.spec.volumeClaimTemplates
	not claim.spec.resources.requests.storage
	message := sprintf("claim `%v` does not request any storage", [object.get(claim, ["metadata", "name"], index)])
}

deny contains {"message": "the claim does not request any storage", "path": ["spec"]} if {
	input.object.kind == "PersistentVolumeClaim"
	not input.object.spec.resources.requests.storage
}
