# METADATA
# title: Role that can delete events
# description: >
#   Events record what happened. Anyone who can delete them can cover their tracks.
# remediation: >
#   Remove `delete` and `deletecollection` on events.
# severity: {production: info, stage: off, dev: off}
# kinds: [ClusterRole, Role]
# covers: [rbac/delete-logs/events]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [events]
#       verbs: [delete]
# good: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: [""]
#       resources: [configmaps]
#       verbs: [get, list]
package gitopslint.rbac.event_deletion_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can delete events", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"", "events.k8s.io"}, {"events"}, {"delete", "deletecollection"})
}
