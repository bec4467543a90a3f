# METADATA
# title: Object in the default namespace
# description: >
#   `default` collects whatever has no namespace of its own: quotas, network policies and
#   permissions cannot tell applications apart there.
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

deny contains {"message": "the object goes to namespace `default`", "path": ["metadata", "namespace"]} if {
	input.object.metadata.namespace == "default"
	name := object.get(input.object.metadata, "name", "")
	not name in {"default", "kubernetes"}
}
