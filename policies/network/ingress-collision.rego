# METADATA
# title: Ingresses for the same host and path
# description: >
#   Two Ingresses claim the same host and path. Which of them answers is up to the controller, and
#   may change.
# remediation: >
#   Give one of them another path, or remove it.
# severity: {production: warning, stage: info, dev: off}
# kinds: Ingress
# scope: target
# covers: [ingress/ingress-unique-host-path]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
#   ---
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web2
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
#   ---
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web2
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /api
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
package gitopslint.network.ingress_collision

claims := [{"object": index, "key": key, "path": ["spec", "rules", at, "http", "paths", number, "path"], "name": entry.object.metadata.name} |
	some index, entry in input.objects
	entry.object.kind == "Ingress"
	not is_canary(entry.object)
	class := object.get(entry.object.spec, "ingressClassName", object.get(entry.object, ["metadata", "annotations", "kubernetes.io/ingress.class"], ""))
	some at, rule in entry.object.spec.rules
	is_string(rule.host)
	some number, path in rule.http.paths
	key := [class, rule.host, object.get(path, "path", "/"), object.get(path, "pathType", "")]
]

is_canary(ingress) if {
	some name, _ in ingress.metadata.annotations
	contains(name, "canary")
}

# The first that claims each key.
first := object.union_n(array.reverse([{claim.key: claim} | some claim in claims]))

deny contains {"object": claim.object, "message": message, "path": claim.path} if {
	some claim in claims
	other := first[claim.key]
	other.object != claim.object
	message := sprintf("Ingress `%s` has `%s%s`, too", [other.name, claim.key[1], claim.key[2]])
}
