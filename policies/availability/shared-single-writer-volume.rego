# METADATA
# title: Replicas that share a ReadWriteOnce volume
# description: >
#   A `ReadWriteOnce` volume can be mounted only by pods on one node: replicas on other nodes never
#   start.
# remediation: >
#   Use a StatefulSet with `volumeClaimTemplates`, a `ReadWriteMany` volume, or one replica.
# severity: {production: warning, stage: info, dev: off}
# kinds: [Deployment, PersistentVolumeClaim]
# scope: target
# uses: [namespace, path]
# covers: [volumes/pvc-access-mode]
# bad: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     replicas: 2
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
#         volumes:
#           - name: data
#             persistentVolumeClaim:
#               claimName: data
#   ---
#   apiVersion: v1
#   kind: PersistentVolumeClaim
#   metadata:
#     name: data
#     namespace: shop
#   spec:
#     accessModes: [ReadWriteOnce]
# good: |
#   apiVersion: apps/v1
#   kind: Deployment
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     replicas: 2
#     template:
#       metadata:
#         labels:
#           app: api
#       spec:
#         containers:
#           - name: api
#             image: ghcr.io/acme/api:1.4.2
#         volumes:
#           - name: data
#             persistentVolumeClaim:
#               claimName: data
#   ---
#   apiVersion: v1
#   kind: PersistentVolumeClaim
#   metadata:
#     name: data
#     namespace: shop
#   spec:
#     accessModes: [ReadWriteMany]
package gitopslint.availability.shared_single_writer_volume

import data.gitopslint.lib.objects

single := {concat("/", [objects.namespace(entry), entry.object.metadata.name]) |
	some entry in input.objects
	entry.object.kind == "PersistentVolumeClaim"
	modes := {mode | some mode in entry.object.spec.accessModes}
	count(modes & {"ReadWriteMany", "ReadOnlyMany"}) == 0
	count(modes) > 0
}

deny contains {"object": index, "message": message, "path": array.concat(pod.path, ["volumes", at, "persistentVolumeClaim", "claimName"])} if {
	some index, entry in input.objects
	entry.object.kind == "Deployment"
	entry.object.spec.replicas > 1
	some pod in entry.pods
	some at, volume in pod.spec.volumes
	name := volume.persistentVolumeClaim.claimName
	single[concat("/", [objects.namespace(entry), name])]
	message := sprintf("%v replicas share `%s`, which only one node can mount", [entry.object.spec.replicas, name])
}
