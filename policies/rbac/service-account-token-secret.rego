# METADATA
# title: Secret with a token that never expires
# description: >
#   A Secret of type `kubernetes.io/service-account-token` holds a token that stays valid until the
#   Secret is deleted.
# remediation: >
#   Use a projected volume or `kubectl create token`, whose tokens expire.
# severity: {production: warning, stage: info, dev: off}
# kinds: Secret
# references: [CIS 5.1.6]
# covers: [secrets/sa-token-secret]
# bad: |
#   apiVersion: v1
#   kind: Secret
#   metadata:
#     name: ci
#     annotations:
#       kubernetes.io/service-account.name: ci
#   type: kubernetes.io/service-account-token
# good: |
#   apiVersion: v1
#   kind: Secret
#   metadata:
#     name: ci
#   type: Opaque
package gitopslint.rbac.service_account_token_secret

deny contains {"message": "the token in this Secret never expires", "path": ["type"]} if {
	input.object.type == "kubernetes.io/service-account-token"
}
