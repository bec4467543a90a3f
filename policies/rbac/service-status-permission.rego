# METADATA
# title: Role that can redirect Services
# description: >
#   Whoever writes `services/status` can have the traffic to an address of his choice, which no
#   version of Kubernetes prevents.
# remediation: >
#   Leave it to the controller of load balancers.
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

deny contains {"message": "the role redirects traffic by the status of Services", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"services/status"}, {"update", "patch"})
}
