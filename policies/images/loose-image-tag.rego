# METADATA
# title: Image tag with only a major version
# description: >
#   The tag stands for whichever version of that line was released last, so that a restart can
#   bring another one than was tested.
# remediation: >
#   Write the whole version, such as `16.4` in place of `16`, or add a digest.
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
	message := sprintf("`%s` is whatever was released last of that line", [found.image])
}
