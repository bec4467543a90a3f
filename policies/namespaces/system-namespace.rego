# METADATA
# title: Workload in a system namespace
# description: >
#   Anyone who can change something in `kube-system` can take over the cluster.
# remediation: >
#   Give it a namespace of its own, unless it is part of the cluster itself.
# severity: off
# optional: true
# kinds: workloads
# covers: [namespace/not-kube-system]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: kube-system
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.namespaces.system_namespace

deny contains {"message": message, "path": ["metadata", "namespace"]} if {
	input.object.metadata.namespace in {"kube-system", "kube-public", "kube-node-lease"}
	message := sprintf("the workload is in system namespace `%s`", [input.object.metadata.namespace])
}
