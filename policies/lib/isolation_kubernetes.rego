# Kubernetes' own network policies.
package gitopslint.lib.isolation_kubernetes

import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads
import data.gitopslint.lib.selectors

words := {
	"ingress": {"type": "Ingress", "peers": "from"},
	"egress": {"type": "Egress", "peers": "to"},
}

covers := array.concat(network_policies, admin_policies)

network_policies := [cover |
	some index, entry in besides_workloads
	entry.object.kind == "NetworkPolicy"
	objects.is_core(entry.object)
	spec := entry.object.spec
	selectors.selects_all(object.get(spec, "podSelector", {}))
	some direction, word in words
	speaks_of(spec, direction, word.type)
	widest := selectors.widest([{"lets": lets(rule, word.peers), "path": ["spec", direction, at]} |
		some at, rule in spec[direction]
	])
	cover := object.union(widest, {
		"object": index,
		"namespaces": {"only": objects.namespace(entry)},
		"direction": direction,
	})
]

# For each policy that holds for some pods of its namespace alone, and each direction that it
# speaks of: the labels of those pods, and how much it lets pass.
partial := [part |
	some index, entry in besides_workloads
	entry.object.kind == "NetworkPolicy"
	objects.is_core(entry.object)
	spec := entry.object.spec
	selectors.is_empty(object.get(spec.podSelector, "matchExpressions", []))
	count(spec.podSelector.matchLabels) > 0
	some direction, word in words
	speaks_of(spec, direction, word.type)
	widest := selectors.widest([{"lets": lets(rule, word.peers), "path": ["spec", direction, at]} |
		some at, rule in spec[direction]
	])
	part := {
		"object": index,
		"namespace": objects.namespace(entry),
		"direction": direction,
		"labels": spec.podSelector.matchLabels,
		"lets": widest.lets,
	}
]

# Without types a policy is about what comes in, and about what goes out if it has rules for that.
speaks_of(spec, _, type) if type in spec.policyTypes

speaks_of(spec, direction, _) if {
	selectors.is_empty(object.get(spec, "policyTypes", []))
	direction == "ingress"
}

speaks_of(spec, direction, _) if {
	selectors.is_empty(object.get(spec, "policyTypes", []))
	not selectors.is_empty(object.get(spec, direction, []))
}

lets(rule, peers) := "nothing" if {
	not selectors.is_empty(object.get(rule, "ports", []))
} else := "everything" if {
	lets_anyone(rule, peers)
} else := "namespace" if {
	lets_namespace(rule, peers)
} else := "nothing"

lets_anyone(rule, peers) if selectors.is_empty(object.get(rule, peers, []))

lets_anyone(rule, peers) if {
	some peer in rule[peers]
	is_anyone(peer)
}

lets_namespace(rule, peers) if {
	some peer in rule[peers]
	selectors.selects_all(peer.podSelector)
	not peer.namespaceSelector
}

is_anyone(peer) if {
	selectors.selects_all(peer.namespaceSelector)
	selectors.selects_all(object.get(peer, "podSelector", {}))
}

is_anyone(peer) if {
	peer.ipBlock.cidr in {"0.0.0.0/0", "::/0"}
	selectors.is_empty(object.get(peer.ipBlock, "except", []))
}

# An administrator's policies deny by a rule that says so.
admin_policies := [cover |
	some index, entry in besides_workloads
	entry.object.kind in {"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
	subject := entry.object.spec.subject
	selector := object.get(subject, "namespaces", object.get(subject, ["pods", "namespaceSelector"], "none"))
	namespaces := selectors.namespaces(selector)
	selectors.selects_all(object.get(subject, ["pods", "podSelector"], {}))
	some direction, word in words
	some rule in entry.object.spec[direction]
	rule.action == "Deny"
	some peer in rule[word.peers]
	selectors.selects_all(peer.namespaces)
	cover := {
		"object": index,
		"namespaces": namespaces,
		"direction": direction,
		"lets": "nothing",
		"path": ["spec"],
	}
]
