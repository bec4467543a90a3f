# METADATA
# title: Role that can create volumes
# description: >
#   A PersistentVolume can be a `hostPath`: anyone who can create one can read and write any file
#   on a node.
# remediation: >
#   Grant it only to storage provisioners.
# severity: off
# optional: true
# kinds: [ClusterRole]
# references: [CIS 5.1.9]
# covers: [rbac/pv-create]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [persistentvolumes]
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
package gitopslint.rbac.volume_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can create volumes from any folder of a node", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({""}, {"persistentvolumes"}, {"create"})
}
