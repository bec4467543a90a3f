# Disruption budgets, and whose pods they select.
package gitopslint.lib.budgets

import data.gitopslint.lib.objects

# Budgets that select pods by equal labels alone, by their places.
plain := {index: {"namespace": objects.namespace(entry), "labels": labels} |
	some index, entry in input.objects
	entry.object.kind == "PodDisruptionBudget"
	selector := entry.object.spec.selector
	labels := selector.matchLabels
	count(labels) > 0
	count(object.get(selector, "matchExpressions", [])) == 0
}

# The places of the budgets that want a label, by namespace, key and value.
wanting := object.union_n([{[budget.namespace, key, value]: {index: true}} |
	some index, budget in plain
	some key, value in budget.labels
])

# The label of a budget that the fewest want: all budgets of a platform may share the others.
rarest(budget) := least[1] if {
	least := min({[count(wanting[label]), label] |
		some key, value in budget.labels
		label := [budget.namespace, key, value]
	})
}

by_rarest := object.union_n([{rarest(budget): {index: budget.labels}} |
	some index, budget in plain
])

# The budgets that select pods, by their places. Selectors of another form are taken to select
# some of those in their namespace.
selecting := {index | some index, workloads in selected; count(workloads) > 0} | {index |
	some index, entry in input.objects
	entry.object.kind == "PodDisruptionBudget"
	not plain[index]
	is_object(entry.object.spec.selector)
	objects.namespace(entry) in inhabited
}

# The namespaces that have workloads.
inhabited := {objects.namespace(entry) |
	some entry in input.objects
	entry.object.kind in {"Deployment", "Rollout", "StatefulSet"}
}

# The workloads whose pods each of them selects: by the place of the budget, then by their own.
selected := object.union_n([{budget: {index: entry}} |
	some index, entry in input.objects
	entry.object.kind in {"Deployment", "Rollout", "StatefulSet"}
	labels := entry.object.spec.template.metadata.labels
	namespace := objects.namespace(entry)
	some key, value in labels
	some budget, wanted in by_rarest[[namespace, key, value]]
	every name, text in wanted {
		labels[name] == text
	}
])
