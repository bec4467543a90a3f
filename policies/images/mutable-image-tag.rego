# METADATA
# title: Mutable image tag
# description: >
#   `latest`, which is also the default without a tag, points to a different image tomorrow. What
#   was tested is not what runs, two pods of a Deployment may run different programs, and there is
#   no rolling back.
# remediation: >
#   Use a version tag or a digest.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# parameters:
#   mutable_tags:
#     description: The tags that count as mutable.
#     default: [latest]
# covers: [images/no-latest-tag]
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

import data.gitopslint.lib.images
import data.gitopslint.lib.pod.containers

# What the tag of an image may be that has none, or one that moves.
tags := array.concat([""], input.parameters.mutable_tags)

# The images with such a tag. They are few, and only they are taken apart in full.
moving := [{"image": image, "tag": tag, "path": path} |
	some found in containers
	image := found.container.image
	folders := split(trim_suffix(image, "@"), "/")
	last := folders[count(folders) - 1]
	tag := trim_prefix(trim_prefix(last, split(last, ":")[0]), ":")
	tag in tags
	images.parse(image).digest == ""
	path := array.concat(found.path, ["image"])
]

deny contains {"message": message, "path": found.path, "at": "tag"} if {
	some found in moving
	found.tag in input.parameters.mutable_tags
	message := sprintf("`%s` can change under you", [found.image])
}

deny contains {"message": message, "path": found.path} if {
	some found in moving
	found.tag == ""
	message := sprintf("`%s` has no tag and can change under you", [found.image])
}
