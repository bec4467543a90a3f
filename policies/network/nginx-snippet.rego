# METADATA
# title: Ingress with an NGINX configuration snippet
# description: >
#   A snippet is copied into the controller's configuration as is. Anyone who can write one can
#   read all Secrets of the cluster (CVE-2021-25742), which is why current versions reject it.
# remediation: >
#   Use an annotation made for the purpose.
# severity: {production: warning, stage: info, dev: off}
# kinds: Ingress
# references: [NSA Kubernetes Hardening Guide]
# covers: [ingress/ingress-nginx-snippets]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#     annotations:
#       nginx.ingress.kubernetes.io/server-snippet: return 418;
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
#     annotations:
#       nginx.ingress.kubernetes.io/ssl-redirect: "true"
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
package gitopslint.network.nginx_snippet

deny contains {"message": message, "path": ["metadata", "annotations", name]} if {
	some name, _ in input.object.metadata.annotations
	regex.match(`^nginx\.ingress\.kubernetes\.io/(server|configuration|stream|modsecurity|auth)-snippet$`, name)
	message := sprintf("`%s` is copied into NGINX's configuration as is", [name])
}
