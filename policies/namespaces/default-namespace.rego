# METADATA
# title: Object in the default namespace
# description: >
#   What goes to `default` stands beside whatever else nobody has put anywhere: quotas, network
#   policies and rights cannot tell it apart.
# remediation: >
#   Give the application a namespace of its own.
# severity: {production: info, stage: off, dev: off}
# kinds: [workloads, Service, ConfigMap, Secret, Ingress, ServiceAccount, PersistentVolumeClaim]
# references: [CIS 5.7.4]
# covers: [namespace/not-default-namespace]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: default
# good: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
package gitopslint.namespaces.default_namespace

deny contains {"message": "it goes to the namespace `default`", "path": ["metadata", "namespace"]} if {
	input.object.metadata.namespace == "default"
	name := object.get(input.object.metadata, "name", "")
	not name in {"default", "kubernetes"}
}
