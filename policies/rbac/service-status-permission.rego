# METADATA
# title: Role that can redirect Services
# description: >
#   Anyone who can write `services/status` can redirect traffic to an address of their choice, and
#   no version of Kubernetes prevents it.
# remediation: >
#   Grant it only to the load balancer controller.
# severity: off
# optional: true
# kinds: [ClusterRole, Role]
# covers: [rbac/services-status-write]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [services/status]
#       verbs: [update]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.service_status_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can redirect traffic through the status of Services", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"services/status"}, {"update", "patch"})
}
