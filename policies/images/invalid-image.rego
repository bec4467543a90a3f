# METADATA
# title: Image that cannot be pulled
# description: >
#   This is not a valid image reference. The pod is accepted, but its container never starts: it
#   stays in the state `InvalidImageName`.
# remediation: >
#   Write `registry/repository:tag` in lower case; a digest is `@sha256:` and 64 hexadecimal
#   digits.
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
} else := "it contains white space" if {
	regex.match(`\s`, image)
} else := "it has a scheme, and images have none" if {
	contains(image, "://")
} else := "it has two tags" if {
	parts := split(image, "/")
	count(split(split(parts[count(parts) - 1], "@")[0], ":")) > 2
} else := "the repository must be in lower case" if {
	regex.match(reference, lower(image))
} else := "it is not of the form `registry/repository:tag`"

is_wrong(image) if not regex.match(reference, image)

is_wrong(image) if {
	contains(image, "@sha256:")
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
}

deny contains {"message": message, "path": array.concat(found.path, ["image"]), "at": "flaw"} if {
	some found in containers
	image := found.container.image
	images.is_written_out(image)
	count(image) < 1000
	is_wrong(image)
	message := sprintf("`%s` is not a valid image reference: %s", [image, reason(image)])
}
