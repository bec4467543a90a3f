# METADATA
# title: Namespace whose traffic is not denied by default
# description: >
#   Where no network policy holds for a pod, every pod of the cluster may talk to it, and it may
#   talk to everything that the cluster can reach. One pod that is taken over is then enough to
#   get at all others. In production everything that is not listed has to be denied; before that,
#   traffic within the namespace may be allowed as a whole. A namespace whose known
#   pods are all selected by such policies is not reported.
# remediation: >
#   Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress, Egress]`, and further
#   policies that allow what is needed, such as DNS. Default deny policies of Cilium and Calico
#   count as well.
# severity: {production: warning, stage: info, dev: off}
# kinds:
#   - workloads
#   - Namespace
#   - NetworkPolicy
#   - AdminNetworkPolicy
#   - BaselineAdminNetworkPolicy
#   - ClusterNetworkPolicy.policy.networking.k8s.io
#   - CiliumNetworkPolicy.cilium.io
#   - CiliumClusterwideNetworkPolicy.cilium.io
#   - GlobalNetworkPolicy.projectcalico.org
#   - GlobalNetworkPolicy.crd.projectcalico.org
#   - NetworkPolicy.projectcalico.org
#   - NetworkPolicy.crd.projectcalico.org
# scope: environment
# uses: [namespace, path, tier]
# parameters:
#   strict_tiers:
#     description: The tiers in which traffic within a namespace has to be listed as well.
#     default: [production]
#   external_namespaces:
#     description: Namespaces that others answer for; without it, those that the configuration calls `external`.
#     default: []
#   owned_namespaces:
#     description: Namespaces that this repository answers for without declaring them; without it, those that the configuration `owns`.
#     default: []
# references: [CIS 5.3.2, NSA Kubernetes Hardening Guide]
# covers:
#   - network/pod-covered-by-netpol
#   - network/namespace-default-deny
#   - network/cilium/calico equivalents
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: default-deny
#     namespace: api
#   spec:
#     podSelector: {}
#     policyTypes: [Ingress]
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#     namespace: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: networking.k8s.io/v1
#   kind: NetworkPolicy
#   metadata:
#     name: default-deny
#     namespace: api
#   spec:
#     podSelector: {}
#     policyTypes: [Ingress, Egress]
package gitopslint.network.missing_default_deny

import data.gitopslint.lib.isolation
import data.gitopslint.lib.isolation.covers
import data.gitopslint.lib.isolation_kubernetes
import data.gitopslint.lib.objects
import data.gitopslint.lib.objects.besides_workloads
import data.gitopslint.lib.workloads as workloads_lib
import data.gitopslint.lib.workloads.all as workloads

words := {"ingress": "incoming", "egress": "outgoing"}

directions := ["ingress", "egress"]

# Pods in their node's network are not reached by network policies.
reached := [workload |
	some workload in workloads
	not workload.spec.hostNetwork == true
]

namespaces := {workload.namespace |
	some workload in reached
	is_own(workload.namespace)
}

# The first object that declares a namespace, by its name: several targets may.
declared := object.union_n(array.reverse([{entry.object.metadata.name: index} |
	some index, entry in besides_workloads
	entry.object.kind == "Namespace"
]))

# The namespaces that have a policy of their own.
policed := {objects.namespace(entry) |
	some entry in besides_workloads
	entry.object.kind in {"NetworkPolicy", "CiliumNetworkPolicy"}
}

# Whether the repository answers for a namespace. Who answers for another may deny its traffic
# where nobody here can see it.
is_own(namespace) if is_number(declared[namespace])

is_own(namespace) if namespace in policed

is_own(namespace) if namespace in input.parameters.owned_namespaces

# Whoever denies by default in one namespace does so in all of them.
is_own(_) if count(covers) > 0

# The first workload that goes to a namespace.
first := object.union_n(array.reverse([{workload.namespace: workload.object} |
	some workload in reached
]))

# Where the finding stands: at the namespace, else where its first workload says where it goes.
place(namespace) := {"object": declared[namespace], "path": ["metadata", "name"]} if {
	is_number(declared[namespace])
} else := {"object": first[namespace], "path": ["metadata", "namespace"]}

of(namespace, direction) := [cover |
	some cover in isolation.of(namespace)
	cover.direction == direction
]

is_enough(lets) if lets == "nothing"

is_enough(lets) if {
	lets == "namespace"
	not input.target.tier in input.parameters.strict_tiers
}

# The policies of a namespace and a direction that hold for some of its pods.
partial := object.union_n([{[part.namespace, part.direction]: {part.object: part}} |
	some part in isolation_kubernetes.partial
	is_enough(part.lets)
])

# The workloads of each namespace.
by_namespace := object.union_n([{workload.namespace: {index: workload}} |
	some index, workload in reached
])

# Whether a policy holds for each pod that is known.
is_covered(namespace, direction) if {
	parts := partial[[namespace, direction]]
	every workload in by_namespace[namespace] {
		is_selected(workload, parts)
	}
}

is_selected(workload, parts) if {
	labels := workloads_lib.labels(workload)
	some part in parts
	every name, text in part.labels {
		labels[name] == text
	}
}

is_open(namespace, direction) if {
	not is_covered(namespace, direction)
	covers := of(namespace, direction)
	not "everything" in {cover.lets | some cover in covers}
	count([cover | some cover in covers; is_enough(cover.lets)]) == 0
}

deny contains object.union(place(namespace), {"message": message}) if {
	some namespace in namespaces
	not namespace in input.parameters.external_namespaces
	open := [words[direction] | some direction in directions; is_open(namespace, direction)]
	count(open) > 0
	message := sprintf("%s does not deny %s traffic by default", [objects.named(namespace), concat(" or ", open)])
}

# A policy that lets everything pass undoes the others.
deny contains {"object": cover.object, "path": cover.path, "message": message} if {
	some namespace in namespaces
	some direction, word in words
	some cover in of(namespace, direction)
	cover.lets == "everything"
	message := sprintf("this allows all %s traffic of %s", [word, objects.named(namespace)])
}
