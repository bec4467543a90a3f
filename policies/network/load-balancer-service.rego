# METADATA
# title: Service with a load balancer of its own
# description: >
#   It can be reached from outside the cluster, bypassing the Ingress with its TLS and its rules.
# remediation: >
#   Use `ClusterIP` with an Ingress or a Gateway.
# severity: off
# optional: true
# kinds: Service
# covers: [service/no-load-balancer / exposed-services]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     type: LoadBalancer
#     ports:
#       - port: 80
# good: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     ports:
#       - port: 80
package gitopslint.network.load_balancer_service

deny contains {"message": "the Service can be reached from outside the cluster", "path": ["spec", "type"]} if {
	input.object.spec.type == "LoadBalancer"
}
