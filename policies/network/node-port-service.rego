# METADATA
# title: Service that opens a port on every node
# description: >
#   The port is open on every node's address, bypassing the Ingress and its TLS.
# remediation: >
#   Use `ClusterIP` with an Ingress, or `LoadBalancer`.
# severity: {production: info, stage: off, dev: off}
# kinds: Service
# covers: [service/no-node-port]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     type: NodePort
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
package gitopslint.network.node_port_service

deny contains {"message": "the Service is open on every node's address", "path": ["spec", "type"]} if {
	input.object.spec.type == "NodePort"
}
