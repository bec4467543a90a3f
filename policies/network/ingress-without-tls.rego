# METADATA
# title: Ingress without TLS
# description: >
#   Whatever is sent to the host, passwords included, can be read and changed in transit.
# remediation: >
#   Add the host to `tls`.
# severity: {production: info, stage: off, dev: off}
# kinds: Ingress
# covers: [ingress/ingress-tls]
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
#     tls:
#       - hosts: [shop.example.com]
#         secretName: shop-tls
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
package gitopslint.network.ingress_without_tls

hosts := {host | some tls in input.object.spec.tls; some host in tls.hosts}

# Without hosts the controller takes its certificate for all.
is_covered(_) if {
	some tls in input.object.spec.tls
	count(object.get(tls, "hosts", [])) == 0
}

is_covered(host) if host in hosts

is_covered(host) if {
	parts := split(host, ".")
	concat(".", array.concat(["*"], array.slice(parts, 1, count(parts)))) in hosts
}

# Load balancers of clouds have their certificates in annotations.
is_elsewhere if {
	some name, _ in input.object.metadata.annotations
	regex.match(`certificate|ssl-cert|tls-acme|managed-cert|router.tls|cluster-issuer|entrypoints|listen-ports`, name)
}

deny contains {"message": message, "path": ["spec", "rules", index, "host"]} if {
	not is_elsewhere
	some index, rule in input.object.spec.rules
	rule.host
	not is_covered(rule.host)
	message := sprintf("`%s` is served without TLS", [rule.host])
}
