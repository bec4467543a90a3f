# METADATA
# title: Pod with an API server token
# description: >
#   Every container of the pod can use the token of its service account, but few programs talk to
#   the API server.
# remediation: >
#   Set `automountServiceAccountToken: false` on the pod or its ServiceAccount.
# severity: off
# optional: true
# kinds: workloads
# references: [CIS 5.1.6, NSA Kubernetes Hardening Guide]
# covers: [service-account/automount-token-off]
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
#     automountServiceAccountToken: false
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.rbac.automounted_token

import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod mounts an API server token", "path": path} if {
	some pod in pods
	pod.whole
	not pod.spec.automountServiceAccountToken == false
	path := array.concat(pod.path, ["automountServiceAccountToken"])
}
