# Cilium's network policies.
package gitopslint.lib.isolation_cilium

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads
import data.gitopslint.lib.selectors

kinds := {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}

prefixes := {"ingress": "from", "egress": "to"}

covers := [cover |
	some index, entry in besides_workloads
	entry.object.kind in kinds
	some part in parts(entry.object)
	namespaces := namespaces_of(entry, part.spec)
	some direction, prefix in prefixes
	speaks_of(part.spec, direction)
	widest := selectors.widest([{"lets": lets, "path": array.concat(part.path, [direction, at])} |
		some at, rule in part.spec[direction]
		lets := lets_pass(entry.object.kind, rule, prefix)
	])
	cover := object.union(widest, {
		"object": index,
		"namespaces": namespaces,
		"direction": direction,
	})
]

parts(policy) := array.concat(
	[{"path": ["spec"], "spec": spec} | spec := policy.spec],
	[{"path": ["specs", at], "spec": spec} | some at, spec in policy.specs],
)

namespaces_of(entry, spec) := {"only": objects.namespace(entry)} if {
	entry.object.kind == "CiliumNetworkPolicy"
	selectors.selects_all(spec.endpointSelector)
} else := selectors.namespaces(plain(spec.endpointSelector)) if {
	entry.object.kind == "CiliumClusterwideNetworkPolicy"
}

# An endpoint's selector as one of its namespace. The namespace stands in a label of its own, and
# in the labels that the namespace has; any other label leaves pods out.
plain(selector) := {"matchExpressions": array.concat(
	[{"key": namespace_label(key), "operator": "In", "values": [value]} |
		some key, value in selector.matchLabels
	],
	[object.union(expression, {"key": namespace_label(expression.key)}) |
		some expression in selector.matchExpressions
	],
)}

namespace_label(label) := selectors.namespace_name if {
	trim_prefix(trim_prefix(label, "k8s:"), "any:") in {
		"io.kubernetes.pod.namespace",
		concat("", ["io.cilium.k8s.namespace.labels.", selectors.namespace_name]),
	}
} else := concat("", ["pod ", label])

# A rule in a direction denies what no rule allows, unless the policy says that it does not.
speaks_of(spec, direction) if spec.enableDefaultDeny[direction] == true

speaks_of(spec, direction) if {
	not spec.enableDefaultDeny[direction] == false
	some field in [direction, concat("", [direction, "Deny"])]
	count(spec[field]) > 0
}

# An empty rule allows nothing.
lets_pass(kind, rule, prefix) := "nothing" if {
	count(rule.toPorts) > 0
} else := "everything" if {
	lets_anyone(rule, prefix)
} else := "everything" if {
	kind == "CiliumClusterwideNetworkPolicy"
	lets_every_endpoint(rule, prefix)
} else := "namespace" if {
	lets_every_endpoint(rule, prefix)
} else := "nothing"

lets_anyone(rule, prefix) if {
	some entity in rule[concat("", [prefix, "Entities"])]
	entity in {"all", "world"}
}

lets_anyone(rule, prefix) if {
	some cidr in rule[concat("", [prefix, "CIDR"])]
	cidr in {"0.0.0.0/0", "::/0"}
}

lets_every_endpoint(rule, prefix) if {
	some peer in rule[concat("", [prefix, "Endpoints"])]
	selectors.selects_all(peer)
}
