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
} else := {"except": []} if {
	entry.object.kind == "CiliumClusterwideNetworkPolicy"
	selectors.selects_all(spec.endpointSelector)
} else := {"only": labelled(spec.endpointSelector)} if {
	entry.object.kind == "CiliumClusterwideNetworkPolicy"
	selectors.is_empty(object.get(spec.endpointSelector, "matchExpressions", []))
	count(spec.endpointSelector.matchLabels) == 1
} else := {"except": expression.values} if {
	entry.object.kind == "CiliumClusterwideNetworkPolicy"
	selectors.is_empty(object.get(spec.endpointSelector, "matchLabels", {}))
	count(spec.endpointSelector.matchExpressions) == 1
	expression := spec.endpointSelector.matchExpressions[0]
	is_namespace_label(expression.key)
	expression.operator == "NotIn"
}

labelled(selector) := namespace if {
	some label, namespace in selector.matchLabels
	is_namespace_label(label)
}

is_namespace_label(label) if trim_prefix(label, "k8s:") == "io.kubernetes.pod.namespace"

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
