# What containers ask for and are limited to.
package gitopslint.lib.resources

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads

# What a LimitRange gives to containers that state nothing: the limits are its defaults or
# maximums; what is asked for is that too, or comes from its minimums.
supplied := {[objects.namespace(entry), sort, resource] |
	some entry in besides_workloads
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
