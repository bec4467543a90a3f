# METADATA
# title: Image whose signature is not verified
# description: >
#   No policy of the environment rejects this image if it is unsigned, so whatever its tag points
#   to runs.
# remediation: >
#   Sign the image, and cover it with a ClusterImagePolicy of Sigstore's policy controller
#   (`mode: enforce`) or a `verifyImages` rule of Kyverno (`failureAction: Enforce`).
# severity: off
# kinds:
#   - workloads
#   - ClusterImagePolicy.policy.sigstore.dev
#   - ClusterPolicy.kyverno.io
#   - Policy.kyverno.io
# scope: environment
# each: workload
# uses: [namespace, path]
# references: [CIS 5.5.1, NSA Kubernetes Hardening Guide]
# covers: [images/signature-policy-covers-image]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: policy.sigstore.dev/v1beta1
#   kind: ClusterImagePolicy
#   metadata:
#     name: acme
#   spec:
#     mode: warn
#     images:
#       - glob: ghcr.io/acme/**
#     authorities:
#       - keyless:
#           url: https://fulcio.sigstore.dev
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: policy.sigstore.dev/v1beta1
#   kind: ClusterImagePolicy
#   metadata:
#     name: acme
#   spec:
#     mode: enforce
#     images:
#       - glob: ghcr.io/acme/**
#     authorities:
#       - keyless:
#           url: https://fulcio.sigstore.dev
package gitopslint.images.unsigned_image

import data.gitopslint.lib.images
import data.gitopslint.lib.signatures
import data.gitopslint.lib.workloads.containers

deny contains {"object": found.workload.object, "message": message, "path": path} if {
	some found in containers
	image := found.container.image
	images.parse(image)
	not signatures.is_checked(image, found.workload.namespace)
	path := array.concat(found.path, ["image"])
	message := sprintf("the signature of `%s` is not verified by any policy", [image])
}
