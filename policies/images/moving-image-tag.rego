# METADATA
# title: Image tag without a version
# description: >
#   The tag names a flavor, a branch or an environment, and points to whatever was built last. What
#   was tested is not what runs after the next restart, and there is no rolling back.
# remediation: >
#   Use a version tag, such as `7.4.1-alpine`, or add a digest.
# severity: {production: warning, stage: info, dev: off}
# kinds: workloads
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: cache
#         image: redis:alpine
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: cache
#         image: redis:7.4.1-alpine
package gitopslint.images.moving_image_tag

import data.gitopslint.lib.images
import data.gitopslint.lib.images.of_pod

deny contains {"message": message, "path": found.path, "at": "tag"} if {
	some found in of_pod
	found.digest == ""
	not found.tag in {"", "latest"}
	images.moves(found.tag)
	message := sprintf("`%s` names no version and can change under you", [found.image])
}
