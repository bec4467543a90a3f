# METADATA
# title: Ingress without a class
# description: >
#   Without `ingressClassName`, the default controller serves it, or all do, or none.
# remediation: >
#   Set `ingressClassName`.
# severity: off
# optional: true
# kinds: Ingress
# covers: [ingress/ingress-class]
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
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     ingressClassName: internal
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
package gitopslint.network.ingress_without_class

deny contains {"message": "no class says which controller serves it", "path": ["spec", "ingressClassName"]} if {
	not input.object.spec.ingressClassName
	not input.object.metadata.annotations["kubernetes.io/ingress.class"]
}
