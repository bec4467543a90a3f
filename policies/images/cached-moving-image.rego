# METADATA
# title: Mutable image that is not pulled again
# description: >
#   The tag may point to another image by now, but a node that has one of that name keeps using it:
#   two nodes run different programs.
# remediation: >
#   Use a version tag, or set `imagePullPolicy: Always`.
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
	message := sprintf("`%s` is not pulled again on nodes that have it", [found.container.image])
}

is_moving(tag) if tag in {"", "latest"}

is_moving(tag) if images.moves(tag)
