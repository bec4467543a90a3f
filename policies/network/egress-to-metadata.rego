# METADATA
# title: Network policy that allows the node's metadata service
# description: >
#   On many clouds, `169.254.169.254` hands out the node's credentials. The rule allows traffic to
#   it.
# remediation: >
#   Add `169.254.169.254/32` to `except`.
# severity: {production: info, stage: off, dev: off}
# kinds: NetworkPolicy
# references: [NSA Kubernetes Hardening Guide]
# covers: [network/imds-egress]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector: {}
#     egress:
#       - to:
#           - ipBlock:
#               cidr: 0.0.0.0/0
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     podSelector: {}
#     egress:
#       - to:
#           - ipBlock:
#               cidr: 0.0.0.0/0
#               except: [169.254.169.254/32]
package gitopslint.network.egress_to_metadata

import data.gitopslint.lib.objects

address := "169.254.169.254"

is_excepted(block) if {
	some range in block.except
	net.cidr_contains(range, address)
}

deny contains {"message": "the rule lets pods reach their node's metadata service", "path": ["spec", "egress", index, "to", at, "ipBlock", "cidr"]} if {
	objects.is_core(input.object)
	some index, rule in input.object.spec.egress
	some at, peer in rule.to
	net.cidr_contains(peer.ipBlock.cidr, address)
	not is_excepted(peer.ipBlock)
}
