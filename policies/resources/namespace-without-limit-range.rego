# METADATA
# title: Namespace without a LimitRange
# description: >
#   Containers that set no requests and limits get none. A LimitRange gives them defaults and keeps
#   each container within bounds.
# remediation: >
#   Add a LimitRange with defaults for containers to the namespace.
# severity: {production: info, stage: off, dev: off}
# kinds: [Namespace, LimitRange]
# scope: environment
# uses: [namespace, path]
# references: [NSA Kubernetes Hardening Guide]
# covers: [resources/namespace-limit-range]
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
#   kind: LimitRange
#   metadata:
#     name: defaults
#     namespace: api
#   spec:
#     limits:
#       - type: Container
#         default:
#           memory: 256Mi
#         defaultRequest:
#           cpu: 50m
#           memory: 64Mi
package gitopslint.resources.namespace_without_limit_range

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads

limited := {objects.namespace(entry) |
	some entry in besides_workloads
	entry.object.kind == "LimitRange"
}

deny contains {"object": index, "message": message, "path": ["metadata", "name"]} if {
	some index, entry in besides_workloads
	entry.object.kind == "Namespace"
	name := entry.object.metadata.name
	not name in limited
	message := sprintf("namespace `%s` has no LimitRange", [name])
}
