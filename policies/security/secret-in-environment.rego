# METADATA
# title: Secret in an environment variable
# description: >
#   Environment variables leak into crash reports, logs and child processes, and keep their old
#   value when the Secret changes.
# remediation: >
#   Mount the Secret as a file.
# severity: off
# optional: true
# kinds: workloads
# references: [CIS 5.4.1]
# covers: [secrets/no-secret-env-ref]
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
#           - name: PASSWORD
#             valueFrom:
#               secretKeyRef:
#                 name: api
#                 key: password
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.secret_in_environment

import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": path} if {
	some found in containers
	some index, variable in found.container.env
	variable.valueFrom.secretKeyRef
	path := array.concat(found.path, ["env", index, "valueFrom", "secretKeyRef"])
	message := sprintf("environment variable `%v` holds a Secret", [variable.name])
}

deny contains {"message": message, "path": path} if {
	some found in containers
	some index, source in found.container.envFrom
	source.secretRef
	path := array.concat(found.path, ["envFrom", index, "secretRef"])
	message := sprintf("every key of Secret `%v` becomes an environment variable", [source.secretRef.name])
}
