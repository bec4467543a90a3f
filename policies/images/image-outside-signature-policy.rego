# METADATA
# title: Image that the signature policies leave out
# description: >
#   The environment has policies that reject unsigned images, but none of them covers this image,
#   so it runs no matter who pushed it. Sigstore's policy controller may reject it, too, depending
#   on its `no-match-policy`.
# remediation: >
#   Sign the image and add it to a policy, or add a policy that explicitly admits it.
# severity: {production: warning, stage: info, dev: off}
# kinds:
#   - workloads
#   - ClusterImagePolicy.policy.sigstore.dev
#   - ClusterPolicy.kyverno.io
#   - Policy.kyverno.io
# scope: environment
# each: workload
# uses: [namespace, path]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/someone/api:1.4.2
#   ---
#   apiVersion: policy.sigstore.dev/v1beta1
#   kind: ClusterImagePolicy
#   metadata:
#     name: acme
#   spec:
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
#     images:
#       - glob: ghcr.io/acme/**
#     authorities:
#       - keyless:
#           url: https://fulcio.sigstore.dev
package gitopslint.images.image_outside_signature_policy

import data.gitopslint.lib.images
import data.gitopslint.lib.signatures
import data.gitopslint.lib.workloads.containers

deny contains {"object": found.workload.object, "message": message, "path": path} if {
	some found in containers
	image := found.container.image
	images.parse(image)
	signatures.is_used(found.workload.namespace)
	not signatures.is_checked(image, found.workload.namespace)
	path := array.concat(found.path, ["image"])
	message := sprintf("`%s` is not covered by any signature policy", [image])
}
