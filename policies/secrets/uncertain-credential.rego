# METADATA
# title: What may be a credential in plain configuration
# description: >
#   The name says that this is a password, key or token, and the value looks as if it were made
#   up by a generator. Everyone who can read the repository, or the ConfigMaps of the cluster,
#   can use it.
# remediation: >
#   If it is one: change it, keep its successor in a Secret that does not stand in the
#   repository, and refer to it with `secretKeyRef` or mount it.
# severity: {production: warning, stage: info, dev: off}
# kinds: [workloads, ConfigMap]
# references: [CIS 5.4.2]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         env:
#           - name: ADMIN_PASSWORD
#             value: vG7q2Lw9xTz4
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         env:
#           - name: ADMIN_PASSWORD
#             valueFrom:
#               secretKeyRef:
#                 name: api
#                 key: password
package gitopslint.secrets.uncertain_credential

import data.gitopslint.lib.credentials
import data.gitopslint.lib.credentials.are_named_so
import data.gitopslint.lib.credentials.texts

secret_names := `(?i-u)(passw(or)?d|passphrase|secret|token|credentials?|(api|access|private|auth|signing|encryption)[_.-]?key)[0-9]*$`

# Letters and digits mixed, and no words, path, address or placeholder.
looks_generated(value) if {
	count(value) >= 10
	count(value) <= 200
	regex.match(`^[!-~]+$`, value)
	regex.match(`[0-9]`, value)
	regex.match(`[A-Za-z]`, value)
	not regex.match(`^[A-Za-z]+([._/:-]+[0-9]*[A-Za-z]*)+[0-9]*$`, value)
	not regex.match(`[${<]|://|^[./~]`, value)
	count({character | some character in split(value, "")}) >= 8
}

deny contains {"message": message, "path": text.path} if {
	are_named_so
	some text in texts
	regex.match(secret_names, text.name)
	looks_generated(text.value)
	count(credentials.sorts(text.value)) == 0
	message := sprintf("`%s` looks like a credential", [text.name])
}
