# METADATA
# title: Ingress for every host
# description: >
#   A rule without a host, or for `*`, answers for every name that resolves to the controller.
# remediation: >
#   Name the host.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: Ingress
# covers: [ingress/ingress-no-wildcard-host / empty host]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     rules:
#       - http:
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
package gitopslint.network.ingress_for_every_host

deny contains {"message": "the rule applies to every host", "path": ["spec", "rules", index]} if {
	some index, rule in input.object.spec.rules
	object.get(rule, "host", "") in {"", "*"}
}
