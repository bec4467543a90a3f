# Label selectors, and what several rules let pass together.
package gitopslint.lib.selectors

is_empty(value) if value in [null, {}, []]

# Whether a selector that is written down selects everything.
selects_all(selector) if is_empty(selector)

selects_all(selector) if {
	is_empty(object.get(selector, "matchLabels", {}))
	is_empty(object.get(selector, "matchExpressions", []))
}

# The first of those that let the most pass.
widest(levels) := found[0] if {
	found := [level | some level in levels; level.lets == "everything"]
	count(found) > 0
} else := found[0] if {
	found := [level | some level in levels; level.lets == "namespace"]
	count(found) > 0
} else := {"lets": "nothing", "path": ["spec"]}

# The label of a namespace that holds its name.
namespace_name := "kubernetes.io/metadata.name"

# The namespaces that a selector of namespaces selects, as far as it goes by their names:
# `except` holds for all others, `any_of` for no others.
namespaces(selector) := {"except": []} if {
	selects_all(selector)
} else := by_expression(expressions[0]) if {
	expressions := as_expressions(selector)
	count(expressions) == 1
	expressions[0].key == namespace_name
}

as_expressions(selector) := array.concat(
	[{"key": key, "operator": "In", "values": [value]} | some key, value in selector.matchLabels],
	[expression | some expression in selector.matchExpressions],
)

by_expression(expression) := {"any_of": expression.values} if {
	expression.operator == "In"
} else := {"except": expression.values} if {
	expression.operator == "NotIn"
} else := {"except": []} if {
	expression.operator == "Exists"
}
