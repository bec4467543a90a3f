# METADATA
# title: Pod that runs as the default service account
# description: >
#   Permissions granted to `default` go to every pod in the namespace that names no service
#   account.
# remediation: >
#   Give the workload a ServiceAccount of its own and name it in `serviceAccountName`.
# severity: off
# optional: true
# kinds: workloads
# references: [CIS 5.1.5]
# covers: [service-account/no-default-sa]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
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
package gitopslint.rbac.default_service_account

import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod runs as the service account `default`", "path": path} if {
	some pod in pods
	pod.whole
	object.get(pod.spec, "serviceAccountName", object.get(pod.spec, "serviceAccount", "default")) == "default"
	path := array.concat(pod.path, ["serviceAccountName"])
}
