# METADATA
# title: Image whose tag moves
# description: >
#   `latest`, which is also meant where no tag is given, stands for another image tomorrow. What
#   was tested is not what runs, two pods of a Deployment may run different programs, and there
#   is no going back.
# remediation: >
#   Give the image the tag of a version, or a digest.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# parameters:
#   mutable_tags:
#     description: The tags that move.
#     default: [latest]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:latest
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.images.mutable_image_tag

import data.gitopslint.lib.images.of_pod

deny contains {"message": message, "path": found.path, "at": "tag"} if {
	some found in of_pod
	found.digest == ""
	found.tag in input.parameters.mutable_tags
	message := sprintf("`%s` can change under you", [found.image])
}

deny contains {"message": message, "path": found.path} if {
	some found in of_pod
	found.digest == ""
	found.tag == ""
	message := sprintf("`%s` has no tag and can change under you", [found.image])
}
