# METADATA
# title: Pod without a pull secret
# description: >
#   Where all images are private, a pod without `imagePullSecrets` relies on its service account or
#   its node to have one.
# remediation: >
#   Set `imagePullSecrets`.
# severity: off
# optional: true
# kinds: workloads
# covers: [images/image-pull-secrets]
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
#     imagePullSecrets:
#       - name: registry
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.images.missing_pull_secret

import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod names no pull secret", "path": array.concat(pod.path, ["imagePullSecrets"])} if {
	some pod in pods
	pod.whole
	not pod.spec.imagePullSecrets
}
