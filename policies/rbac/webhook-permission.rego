# METADATA
# title: Role that can change admission webhooks
# description: >
#   Anyone who can change an admission webhook can see, change or reject everything that is sent to
#   the API server.
# remediation: >
#   Restrict it with `resourceNames` to the webhooks that the program owns.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole, Role]
# references: [CIS 5.1.12]
# covers: [rbac/webhook-config-write]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: ["admissionregistration.k8s.io"]
#       resources: [mutatingwebhookconfigurations]
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
package gitopslint.rbac.webhook_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can change every admission webhook", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"admissionregistration.k8s.io"}, {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}, {"create", "update", "patch", "delete"})
}
