# METADATA
# title: Image without a digest
# description: >
#   Anyone who can push to the registry can move a tag to another image. A digest always means the
#   same image.
# remediation: >
#   Add the digest after the tag: `api:1.4.2@sha256:…`. Renovate and similar tools keep both up to
#   date.
# severity: off
# kinds: workloads
# covers: [images/digest-pinned]
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
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2@sha256:9b2a3c9f0b6c1a7d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d
package gitopslint.images.image_without_digest

import data.gitopslint.lib.images.of_pod

deny contains {"message": message, "path": found.path} if {
	some found in of_pod
	found.digest == ""
	message := sprintf("`%s` has no digest", [found.image])
}
