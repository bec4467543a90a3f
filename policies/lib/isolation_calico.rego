# Calico's network policies.
package gitopslint.lib.isolation_calico

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads
import data.gitopslint.lib.selectors

words := {
	"ingress": {"type": "Ingress", "peer": "source"},
	"egress": {"type": "Egress", "peer": "destination"},
}

covers := [cover |
	some index, entry in besides_workloads
	contains(entry.object.apiVersion, "projectcalico.org/")
	spec := entry.object.spec
	namespaces := namespaces_of(entry, spec)
	some direction, word in words
	speaks_of(spec, direction, word.type)
	widest := selectors.widest([{"lets": lets(rule, word.peer), "path": ["spec", direction, at]} |
		some at, rule in spec[direction]
	])
	cover := object.union(widest, {
		"object": index,
		"namespaces": namespaces,
		"direction": direction,
	})
]

namespaces_of(entry, spec) := {"only": objects.namespace(entry)} if {
	entry.object.kind == "NetworkPolicy"
	is_all(object.get(spec, "selector", ""))
} else := {"except": excepted(selector)} if {
	entry.object.kind == "GlobalNetworkPolicy"
	selector := concat("&&", [
		object.get(spec, "selector", ""),
		object.get(spec, "namespaceSelector", ""),
	])
	count([clause | some clause in split(selector, "&&"); not is_all_but_some(trim_space(clause))]) == 0
}

is_all(selector) if trim_space(selector) in {"", "all()"}

is_all_but_some(clause) if is_all(clause)

is_all_but_some(clause) if regex.match(`^has\(.*(name|namespace|orchestrator)\)$`, clause)

is_all_but_some(clause) if regex.match(`(name|namespace)['"]? not in \{[^}]*\}$`, clause)

# The namespaces that a selector leaves out.
excepted(selector) := [name |
	some list in regex.find_n(`not in \{[^}]*\}`, selector, -1)
	some quoted in regex.find_n(`['"][^'"]+['"]`, list, -1)
	name := trim(quoted, `'"`)
]

# Without types a policy is about what it has rules for, and else about what comes in.
speaks_of(spec, _, type) if type in spec.types

speaks_of(spec, direction, _) if {
	selectors.is_empty(object.get(spec, "types", []))
	not selectors.is_empty(object.get(spec, direction, []))
}

speaks_of(spec, direction, _) if {
	direction == "ingress"
	selectors.is_empty(object.get(spec, "types", []))
	selectors.is_empty(object.get(spec, "egress", []))
}

lets(rule, peer) := "nothing" if {
	rule.action != "Allow"
} else := "nothing" if {
	rule.destination.ports
} else := "nothing" if {
	rule.protocol
} else := "everything" if {
	lets_anyone(rule, peer)
} else := "namespace" if {
	is_all(rule[peer].selector)
	not rule[peer].namespaceSelector
} else := "nothing"

lets_anyone(rule, peer) if selectors.is_empty(object.get(rule, peer, {}))

lets_anyone(rule, peer) if {
	some net in rule[peer].nets
	net in {"0.0.0.0/0", "::/0"}
}
