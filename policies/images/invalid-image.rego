# METADATA
# title: Image that cannot be pulled
# description: >
#   This is not a valid image reference. The pod is accepted, and its container never starts: it
#   stays in the state `InvalidImageName`.
# remediation: >
#   Write `registry/repository:tag`, in small letters, with `@sha256:` and 64 hexadecimal digits
#   where a digest is meant.
# severity: error
# kinds: workloads
# covers: [images/valid-reference]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/Acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.images.invalid_image

import data.gitopslint.lib.images
import data.gitopslint.lib.pod.containers

reference := `^(([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(:[0-9]+)?/)?[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,256})?$`

# What is wrong, as far as a common mistake is recognised.
reason(image) := "it ends in a colon without a tag" if {
	endswith(image, ":")
} else := "a `sha256` digest has 64 hexadecimal digits" if {
	contains(image, "@sha256:")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
} else := "it holds white space" if {
	regex.match(`\s`, image)
} else := "it has a scheme, and images have none" if {
	contains(image, "://")
} else := "it has two tags" if {
	parts := split(image, "/")
	count(split(split(parts[count(parts) - 1], "@")[0], ":")) > 2
} else := "a repository is written in small letters" if {
	regex.match(reference, lower(image))
} else := "no registry reads it"

is_wrong(image) if not regex.match(reference, image)

is_wrong(image) if {
	contains(image, "@sha256:")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
}

deny contains {"message": message, "path": array.concat(found.path, ["image"])} if {
	some found in containers
	image := found.container.image
	images.is_written_out(image)
	count(image) < 1000
	is_wrong(image)
	message := sprintf("`%s` is not a valid image reference: %s", [image, reason(image)])
}
