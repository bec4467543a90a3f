# Which policies admit images only with a signature.
package gitopslint.lib.signatures

import data.gitopslint.lib.images
import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads

# Whether some policy has the signature of an image checked in a namespace, and refuses the image
# if that fails.
is_checked(image, namespace) if {
	some pattern in sigstore
	some name in sigstore_names(image)
	regex.match(pattern, name)
}

is_checked(image, namespace) if {
	some rule in kyverno
	fits_any(rule.patterns, image)
	not fits_any(rule.skipped, image)
	holds_for(rule, namespace)
}

# Whether the signatures of some images are checked in a namespace.
is_used(_) if count(sigstore) > 0

is_used(namespace) if {
	some rule in kyverno
	holds_for(rule, namespace)
}

# What follows a name: the digest, or else the tag.
version(parsed) := concat("", ["@", parsed.digest]) if {
	parsed.digest != ""
} else := ":latest" if {
	parsed.tag == ""
} else := concat("", [":", parsed.tag])

# Sigstore's policy controller

# The names under which the controller looks for an image: in full, and as it is written.
sigstore_names(image) := {image, concat("", [host, "/", repository, version(parsed)])} if {
	parsed := images.parse(image)
	[registry, repository] := images.registry_and_repository(parsed.name)
	host := object.get({"docker.io": "index.docker.io"}, registry, registry)
}

shorthands := {"*": "index.docker.io/library/*", "*/*": "index.docker.io/*/*"}

# The images of policies that check something and do not only warn, as regular expressions: `*`
# stops at a slash, `**` does not.
sigstore contains pattern if {
	some entry in besides_workloads
	entry.object.kind == "ClusterImagePolicy"
	object.get(entry.object.spec, "mode", "enforce") == "enforce"
	some authority in entry.object.spec.authorities
	object.get(authority, ["static", "action"], "fail") != "pass"
	some item in entry.object.spec.images
	quoted := replace(object.get(shorthands, item.glob, item.glob), ".", `\.`)
	steps := replace(replace(quoted, "**", "#"), "*", "[^/]*")
	pattern := concat("", ["^", replace(steps, "#", ".*"), "$"])
}

# Kyverno

kyverno_names(image) := {concat("", [registry, "/", name, version(parsed)]) |
	some name in {repository, trim_prefix(repository, "library/")}
} if {
	parsed := images.parse(image)
	[registry, repository] := images.registry_and_repository(parsed.name)
}

fits_any(patterns, image) if {
	some pattern in patterns
	some name in kyverno_names(image)
	glob.match(pattern, null, name)
}

# Rules whose failure refuses the pod.
kyverno contains rule if {
	some entry in besides_workloads
	startswith(entry.object.apiVersion, "kyverno.io/")
	some found in entry.object.spec.rules
	some check in found.verifyImages
	lower(failure_action(check, entry.object.spec)) == "enforce"
	object.get(check, "required", true) == true
	some field in ["attestors", "attestations", "key"]
	count(check[field]) > 0
	rule := {
		"patterns": array.concat(object.get(check, "imageReferences", []), [image | image := check.image]),
		"skipped": object.get(check, "skipImageReferences", []),
		"match": object.get(found, "match", {}),
		"exclude": object.get(found, "exclude", {}),
		"namespace": namespace_of(entry),
	}
}

failure_action(check, spec) := check.failureAction if {
	check.failureAction
} else := object.get(spec, "validationFailureAction", "Audit")

# Where a policy of a namespace holds; the other ones hold everywhere.
namespace_of(entry) := objects.namespace(entry) if {
	entry.object.kind == "Policy"
} else := "*"

holds_for(rule, namespace) if {
	rule.namespace in {"*", namespace}
	is_matched(rule.match, namespace)
	not is_excluded(rule.exclude, namespace)
}

is_matched(match, namespace) if {
	some block in match.any
	admits(block.resources, namespace)
}

is_matched(match, namespace) if {
	count(match["all"]) > 0
	every block in match["all"] {
		admits(block.resources, namespace)
	}
}

is_matched(match, namespace) if admits(match.resources, namespace)

# Whether all pods of a namespace fit. Conditions on names and labels leave some out.
admits(resources, namespace) if {
	some kind in resources.kinds
	regex.match(`^(\*|(.*/)?Pod)$`, kind)
	count({"names", "selector", "namespaceSelector", "annotations"} & object.keys(resources)) == 0
	is_in(object.get(resources, "namespaces", ["*"]), namespace)
}

is_in(patterns, namespace) if {
	some pattern in patterns
	glob.match(pattern, null, namespace)
}

is_excluded(exclude, namespace) if {
	some block in array.concat(object.get(exclude, "any", []), [exclude])
	is_in(block.resources.namespaces, namespace)
}
