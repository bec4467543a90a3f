# METADATA
# title: Role that can create pods
# description: >
#   Anyone who can create a pod can mount any Secret in the namespace, run as any of its service
#   accounts, and do whatever the namespace's Pod Security level allows.
# remediation: >
#   Grant it only to controllers and delivery tools.
# severity: off
# optional: true
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.4]
# covers: [rbac/pods-create]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [pods]
#       verbs: [create]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.pod_create_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can create pods", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"", "apps", "batch"}, {"pods", "deployments", "daemonsets", "statefulsets", "jobs", "cronjobs", "replicasets"}, {"create", "update", "patch"})
}
