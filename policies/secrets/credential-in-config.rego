# METADATA
# title: Credential in plain configuration
# description: >
#   The value has the form of a key, token or password that some service gives out. Everyone who
#   can read the repository, or the ConfigMaps of the cluster, can use it.
# remediation: >
#   Revoke the credential, since it is known. Keep its successor in a Secret that does not stand
#   in the repository, and refer to it with `secretKeyRef` or mount it.
# severity: error
# kinds: [workloads, ConfigMap]
# references: [CIS 5.4.2]
# bad: |
#   apiVersion: v1
#   kind: ConfigMap
#   metadata:
#     name: api
#   data:
#     DATABASE_URL: postgres://api:tr0ub4dor@db.example.com/api
# good: |
#   apiVersion: v1
#   kind: ConfigMap
#   metadata:
#     name: api
#   data:
#     DATABASE_URL: postgres://db.example.com/api
package gitopslint.secrets.credential_in_config

import data.gitopslint.lib.credentials
import data.gitopslint.lib.credentials.suspected
import data.gitopslint.lib.credentials.texts

deny contains {"message": message, "path": text.path} if {
	count(suspected) > 0
	some text in texts
	sorts := credentials.sorts(text.value)
	count(sorts) > 0
	message := sprintf("`%s` holds %s", [text.name, concat(" and ", sorts)])
}
