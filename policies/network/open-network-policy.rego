# METADATA
# title: Network policy that allows traffic from everywhere
# description: >
#   A rule without `from`, or for all addresses, admits every pod in the cluster and anyone else
#   who can reach it.
# remediation: >
#   List who may connect under `from`.
# severity: {production: info, stage: off, dev: off}
# kinds: NetworkPolicy
# covers: [network/netpol-allow-all]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector:
#       matchLabels:
#         app: api
#     ingress:
#       - {}
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector:
#       matchLabels:
#         app: api
#     ingress:
#       - from:
#           - podSelector:
#               matchLabels:
#                 app: web
package gitopslint.network.open_network_policy

import data.gitopslint.lib.isolation_kubernetes
import data.gitopslint.lib.objects

deny contains {"message": "the rule lets everyone in", "path": ["spec", "ingress", index]} if {
	objects.is_core(input.object)
	some index, rule in input.object.spec.ingress
	isolation_kubernetes.lets_anyone(rule, "from")
}
