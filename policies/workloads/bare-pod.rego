# METADATA
# title: Pod without a controller
# description: >
#   A Pod without a controller is gone when its node is: nothing starts it elsewhere.
# remediation: >
#   Use a Deployment, a StatefulSet or a Job.
# severity: {production: warning, stage: info, dev: off}
# kinds: Pod
# covers: [workload/no-naked-pod]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     restartPolicy: Never
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api-7c9f4
#     ownerReferences:
#       - apiVersion: apps/v1
#         kind: ReplicaSet
#         name: api
#         uid: 11111111-2222-3333-4444-555555555555
#         controller: true
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: proxy-node-1
#     annotations:
#       kubernetes.io/config.source: file
#   spec:
#     containers:
#       - name: proxy
#         image: ghcr.io/acme/proxy:1.4.2
package gitopslint.workloads.bare_pod

import data.gitopslint.lib.pod.is_hook

deny contains {"message": "nothing replaces the Pod when its node is gone", "path": ["kind"]} if {
	not is_hook
	object.get(input.object.spec, "restartPolicy", "Always") == "Always"
	not has_controller
}

has_controller if {
	some _ in input.object.metadata.ownerReferences
}

# The kubelet of a node starts these from a file that it watches.
has_controller if {
	some name, _ in input.object.metadata.annotations
	name in {"kubernetes.io/config.hash", "kubernetes.io/config.mirror", "kubernetes.io/config.source"}
}
