# METADATA
# title: Image tag with only a major version
# description: >
#   The tag points to the latest release of that line, so a restart can pull a version other than
#   the one that was tested.
# remediation: >
#   Write the full version, such as `16.4` instead of `16`, or add a digest.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: workloads
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: db
#         image: postgres:16-alpine
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: db
#         image: postgres:16.4-alpine
package gitopslint.images.loose_image_tag

import data.gitopslint.lib.images.of_pod

deny contains {"message": message, "path": found.path, "at": "tag"} if {
	some found in of_pod
	found.digest == ""
	regex.match(`^v?[0-9]{1,2}(-[a-z]+)*$`, found.tag)
	message := sprintf("`%s` is whatever was released last on that line", [found.image])
}
