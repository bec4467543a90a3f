# METADATA
# title: Service with external IPs
# description: >
#   Traffic within the cluster to an address in `externalIPs` goes to this Service, no matter whose
#   address it is (CVE-2020-8554).
# remediation: >
#   Use a load balancer.
# severity: {production: warning, stage: info, dev: off}
# kinds: Service
# covers: [service/no-external-ips]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     externalIPs: [203.0.113.7]
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
package gitopslint.network.external_ips

deny contains {"message": message, "path": ["spec", "externalIPs"]} if {
	count(input.object.spec.externalIPs) > 0
	message := sprintf("the Service takes over the traffic to %s", [concat(", ", input.object.spec.externalIPs)])
}
