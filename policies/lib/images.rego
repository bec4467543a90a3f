# References to images.
package gitopslint.lib.images

# The images of the pod that `input.object` starts. What is still to be filled in is left out.
of_pod := [{"image": found.container.image, "name": found.name, "path": array.concat(found.path, ["image"])} |
	some found in data.gitopslint.lib.pod.containers
	is_reference(found.container.image)
]

# Whether it is a reference, and not a placeholder that something else fills in.
is_reference(image) if {
	is_string(image)
	image != ""
	not strings.any_prefix_match(image, ["$", "<", "{", "("])
	not contains(image, "${")
	not contains(image, "{{")
}

# `digest` and `tag` are empty where the reference has none; `name` is all before them.
parse(image) := {"registry": registry, "repository": repository, "tag": tag, "digest": digest, "name": name} if {
	halves := split(image, "@")
	digest := concat("@", array.slice(halves, 1, count(halves)))
	parts := split(halves[0], "/")
	last := split(parts[count(parts) - 1], ":")
	tag := concat(":", array.slice(last, 1, count(last)))
	folders := array.slice(parts, 0, count(parts) - 1)
	name := concat("/", array.concat(folders, [last[0]]))
	registry := registry_of(folders)
	repository := repository_of(registry, name)
}

# As container runtimes tell a registry from a folder on Docker Hub.
registry_of(folders) := folders[0] if {
	strings.any_prefix_match(folders[0], ["localhost"])
} else := folders[0] if {
	contains(folders[0], ".")
} else := folders[0] if {
	contains(folders[0], ":")
} else := "docker.io"

repository_of(registry, name) := trim_prefix(name, concat("", [registry, "/"])) if {
	startswith(name, concat("", [registry, "/"]))
} else := name if {
	contains(name, "/")
} else := concat("/", ["library", name])
