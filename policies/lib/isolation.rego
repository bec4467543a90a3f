# Which policies keep all pods of a namespace apart from the rest of the network.
package gitopslint.lib.isolation

import data.gitopslint.lib.isolation_calico
import data.gitopslint.lib.isolation_cilium
import data.gitopslint.lib.isolation_kubernetes

# For each policy that holds for all pods of some namespaces, and each direction that it speaks
# of: the namespaces, and how much it lets pass. That is `nothing` apart from certain peers or
# ports, the whole `namespace`, or `everything`; `path` is where it says so.
covers := array.concat(
	isolation_kubernetes.covers,
	array.concat(isolation_cilium.covers, isolation_calico.covers),
)

# The policies that hold for a namespace.
of(namespace) := array.concat(
	[cover | some cover in of_one[namespace]],
	[cover | some cover in of_several; holds_for(cover, namespace)],
)

# Those of a single namespace, by it, as most are.
of_one := object.union_n([{cover.namespaces.only: {at: cover}} | some at, cover in covers])

of_several := [cover | some cover in covers; not cover.namespaces.only]

holds_for(cover, namespace) if namespace in cover.namespaces.any_of

holds_for(cover, namespace) if {
	cover.namespaces.except
	not namespace in cover.namespaces.except
}
