# References to images.
package gitopslint.lib.images

import data.gitopslint.lib.pod.containers

# The images of the pod that `input.object` starts. What is still to be filled in is left out.
of_pod := [object.union(parts, {"image": each.container.image, "path": path}) |
	some each in containers
	parts := parse(each.container.image)
	path := array.concat(each.path, ["image"])
]

# The parts of a reference; `tag` and `digest` are empty where it has none. The name is what
# stands before the digest. What has placeholders in it that something else fills in is no
# reference.
parse(image) := {"name": halves[0], "tag": tag, "digest": digest} if {
	is_written_out(image)
	halves := split(image, "@")
	digest := trim_prefix(trim_prefix(image, halves[0]), "@")
	folders := split(halves[0], "/")
	last := folders[count(folders) - 1]
	tag := trim_prefix(trim_prefix(last, split(last, ":")[0]), ":")
}

# The registry and the repository in a reference's name.
#
# A first folder with a dot or a colon, and `localhost`, is a registry. Without one the image
# stands on Docker Hub; without a folder, in `library` there.
registry_and_repository(name) := ["docker.io", concat("/", ["library", place[0]])] if {
	place := without_tag(name)
	count(place) == 1
} else := [place[0], concat("/", array.slice(place, 1, count(place)))] if {
	place := without_tag(name)
	is_registry(place[0])
} else := ["docker.io", concat("/", without_tag(name))]

without_tag(name) := array.concat(array.slice(folders, 0, last), [split(folders[last], ":")[0]]) if {
	folders := split(name, "/")
	last := count(folders) - 1
}

is_registry(folder) if folder == "localhost"

is_registry(folder) if contains(folder, ".")

is_registry(folder) if contains(folder, ":")

# Whether nothing fills in a part of it later: a variable of whatever tool, or a word in capitals
# that a script replaces.
is_written_out(image) if {
	trim_space(image) != ""
	not regex.match(`[${}<>%]|@@|__|^ko://|^//|(^|[/:])[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`, image)
}

# Whether a tag without a version stands for whatever was built last. Hashes of commits have no
# digit by chance, and placeholders stand for a tag.
moves(tag) if {
	not regex.match(`[0-9]`, tag)
	not regex.match(`(^|[-_.])[a-f]{7,40}$`, tag)
	not regex.match(`(?i)(placeholder|replace|change-?me|todo|^tag$|^version$|^x+$)`, tag)
}

moves(tag) if regex.match(`^(canary|develop|edge|latest|main|master|nightly|stable)-[a-z0-9]{2,6}$`, tag)
