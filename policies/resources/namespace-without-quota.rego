# METADATA
# title: Namespace without a ResourceQuota
# description: >
#   Nothing limits what the namespace's workloads use together. One that scales without end, or a
#   typo in a replica count, takes the whole cluster.
# remediation: >
#   Add a ResourceQuota to the namespace.
# severity: {production: info, stage: off, dev: off}
# kinds: [Namespace, ResourceQuota]
# scope: environment
# uses: [namespace, path]
# references: [NSA Kubernetes Hardening Guide]
# covers: [resources/namespace-resource-quota]
# bad: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: api
# good: |
#   apiVersion: v1
#   kind: Namespace
#   metadata:
#     name: api
#   ---
#   apiVersion: v1
#   kind: ResourceQuota
#   metadata:
#     name: all
#     namespace: api
#   spec:
#     hard:
#       requests.cpu: "4"
#       requests.memory: 8Gi
package gitopslint.resources.namespace_without_quota

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads

limited := {objects.namespace(entry) |
	some entry in besides_workloads
	entry.object.kind == "ResourceQuota"
}

deny contains {"object": index, "message": message, "path": ["metadata", "name"]} if {
	some index, entry in besides_workloads
	entry.object.kind == "Namespace"
	name := entry.object.metadata.name
	not name in limited
	message := sprintf("namespace `%s` has no ResourceQuota", [name])
}
