# METADATA
# title: Pod with the deprecated field serviceAccount
# description: >
#   `serviceAccount` is the old name of `serviceAccountName`. Patches to the new name leave the old
#   one behind, and the API server rejects the two if they differ.
# remediation: >
#   Rename it to `serviceAccountName`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: workloads
# covers: [workload/deprecated-serviceaccount-field]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     serviceAccount: api
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     serviceAccountName: api
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.workloads.deprecated_service_account_field

import data.gitopslint.lib.pod.pods

deny contains {"message": "`serviceAccount` is the old name of `serviceAccountName`", "path": array.concat(pod.path, ["serviceAccount"])} if {
	some pod in pods
	pod.spec.serviceAccount
	not pod.spec.serviceAccountName
}
