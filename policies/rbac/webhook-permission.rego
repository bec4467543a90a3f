# METADATA
# title: Role that can change admission webhooks
# description: >
#   Anyone who can change an admission webhook can see and reject everything that is sent to the API
#   server, and change it if the webhook is a mutating one.
# remediation: >
#   Restrict it with `resourceNames` to the webhooks that the program owns.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole]
# references: [CIS 5.1.12]
# covers: [rbac/webhook-config-write]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: ["admissionregistration.k8s.io"]
#       resources: [validatingwebhookconfigurations]
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

sort_of(resources) := "admission" if {
	"mutatingwebhookconfigurations" in resources
	"validatingwebhookconfigurations" in resources
} else := "mutating" if {
	"mutatingwebhookconfigurations" in resources
} else := "validating"

configurations := {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"}

deny contains {"message": message, "path": roles.place_of(input.object, index, configurations)} if {
	some index in roles.granting({"admissionregistration.k8s.io"}, configurations, {"create", "update", "patch", "delete"})
	message := sprintf("the role can change every %s webhook", [sort_of(input.object.rules[index].resources)])
}
