# METADATA
# title: Namespace that is not declared
# description: >
#   The objects go to a namespace that nothing in the environment declares. Unless something else
#   creates it, they cannot be applied.
# remediation: >
#   Declare it, or have the Application create it (`CreateNamespace=true`).
# severity: off
# optional: true
# kinds: [workloads, Namespace]
# scope: environment
# parameters:
#   external_namespaces:
#     description: Namespaces that others answer for; without it, those that the configuration calls `external`.
#     default: []
# covers: [namespace/namespace-exists]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: web
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
#   ---
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: shop
package gitopslint.namespaces.undeclared_namespace

declared := {entry.object.metadata.name | some entry in input.objects; entry.object.kind == "Namespace"}

always := {"default", "kube-system", "kube-public", "kube-node-lease"}

used := [{"namespace": entry.object.metadata.namespace, "object": index} |
	some index, entry in input.objects
	is_string(entry.object.metadata.namespace)
]

first := object.union_n(array.reverse([{found.namespace: found.object} | some found in used]))

deny contains {"object": index, "message": message, "path": ["metadata", "namespace"]} if {
	some namespace, index in first
	not namespace in declared
	not namespace in always
	not namespace in input.parameters.external_namespaces
	message := sprintf("nothing declares namespace `%s`", [namespace])
}
