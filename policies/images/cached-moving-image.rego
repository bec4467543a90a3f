# METADATA
# title: Mutable image that is not pulled again
# description: >
#   The tag can stand for another image, and a node that has one of that name keeps it: two nodes
#   run different programs.
# remediation: >
#   Give the image the tag of a version, or set `imagePullPolicy: Always`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: workloads
# covers: [images/pull-policy]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:latest
#         imagePullPolicy: IfNotPresent
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:latest
#         imagePullPolicy: Always
package gitopslint.images.cached_moving_image

import data.gitopslint.lib.images
import data.gitopslint.lib.pod.containers

deny contains {"message": message, "path": array.concat(found.path, ["imagePullPolicy"])} if {
	some found in containers
	found.container.imagePullPolicy in {"IfNotPresent", "Never"}
	parsed := images.parse(found.container.image)
	parsed.digest == ""
	is_moving(parsed.tag)
	message := sprintf("a node that has a `%s` keeps it", [found.container.image])
}

is_moving(tag) if tag in {"", "latest"}

is_moving(tag) if images.moves(tag)
