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
