# METADATA
# title: Role that can approve certificates
# description: >
#   An approved certificate can name any user, including members of `system:masters`, and cannot be
#   revoked.
# remediation: >
#   Grant it only to the component that approves node certificates.
# severity: {production: warning, stage: info, dev: off}
# kinds: [ClusterRole]
# references: [CIS 5.1.11]
# covers: [rbac/csr-approve]
# bad: |
#   apiVersion: rbac.authorization.k8s.io/v1
#   kind: ClusterRole
#   metadata:
#     name: api
#   rules:
#     - apiGroups: ["certificates.k8s.io"]
#       resources: [certificatesigningrequests/approval]
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
package gitopslint.rbac.certificate_approval_permission

import data.gitopslint.lib.roles

deny contains {"message": "the role can approve certificates for anyone", "path": ["rules", index, "resources"]} if {
	some index in roles.granting({"certificates.k8s.io"}, {"certificatesigningrequests/approval", "signers"}, {"update", "approve", "sign"})
}
