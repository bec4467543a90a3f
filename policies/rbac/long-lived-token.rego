# METADATA
# title: Token that is valid for more than a day
# description: >
#   Anyone who gets hold of a projected token can use it until it expires.
# remediation: >
#   Set `expirationSeconds` to 86400 or less; the kubelet renews the file.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# covers: [service-account/projected-token-ttl]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#     volumes:
#       - name: token
#         projected:
#           sources:
#             - serviceAccountToken:
#                 path: token
#                 expirationSeconds: 604800
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#     volumes:
#       - name: token
#         projected:
#           sources:
#             - serviceAccountToken:
#                 path: token
#                 expirationSeconds: 3600
package gitopslint.rbac.long_lived_token

import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": path} if {
	some pod in pods
	some index, volume in pod.spec.volumes
	some at, source in volume.projected.sources
	seconds := source.serviceAccountToken.expirationSeconds
	seconds > 86400
	path := array.concat(pod.path, ["volumes", index, "projected", "sources", at, "serviceAccountToken", "expirationSeconds"])
	message := sprintf("the token is valid for %v hours", [floor(seconds / 3600)])
}
