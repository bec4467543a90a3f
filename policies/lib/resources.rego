# What containers ask for and are limited to.
package gitopslint.lib.resources

import data.gitopslint.lib.objects

# The containers whose resources count: those that are added to a running pod cannot have any.
containers := [found |
	some found in data.gitopslint.lib.workloads.containers
	found.list != "ephemeralContainers"
]

# Whether a value stands under one of the `sorts`, which are `requests` and `limits`, of the
# container or of its pod, or a LimitRange gives one.
has(found, sorts, resource) if {
	some sort in sorts
	found.container.resources[sort][resource]
}

has(found, sorts, resource) if {
	some sort in sorts
	found.workload.spec.resources[sort][resource]
}

has(found, sorts, resource) if {
	some sort in sorts
	supplied[[found.workload.namespace, sort, resource]]
}

# What a LimitRange gives to containers that state nothing: the limits are its defaults or
# maximums; what is asked for also comes from its minimums.
supplied := {[objects.namespace(entry), sort, resource] |
	some entry in input.objects
	entry.object.kind == "LimitRange"
	some item in entry.object.spec.limits
	item.type == "Container"
	some sort, fields in {
		"limits": ["default", "max"],
		"requests": ["default", "max", "defaultRequest", "min"],
	}
	some field in fields
	some resource, _ in item[field]
}
