# Places where configuration holds text, and what gives credentials away.
package gitopslint.lib.credentials

import data.gitopslint.lib.pod.containers

# The texts of a ConfigMap, or the environment variables of containers that are written out.
# Making the list costs more than to look whether any of it is of interest.
texts := array.concat(entries, variables)

entries := [{"name": key, "value": value, "path": ["data", key]} |
	input.object.kind == "ConfigMap"
	some key, value in input.object.data
	is_string(value)
]

variables := [{"name": variable.name, "value": variable.value, "path": path} |
	some found in containers
	some index, variable in found.container.env
	is_string(variable.value)
	path := array.concat(found.path, ["env", index, "value"])
]

values := array.concat(
	[value | input.object.kind == "ConfigMap"; some value in input.object.data; is_string(value)],
	[variable.value | some found in containers; some variable in found.container.env; is_string(variable.value)],
)

names := array.concat(
	[name | input.object.kind == "ConfigMap"; some name, _ in input.object.data],
	[variable.name | some found in containers; some variable in found.container.env; is_string(variable.name)],
)

# Whether any of the texts has a name that credentials have.
are_named_so if {
	all := lower(concat("\n", names))
	some word in ["pass", "secret", "token", "credential", "key"]
	contains(all, word)
}

# Credentials that are known by their form.
forms := {
	"a private key": `-----BEGIN ([A-Z]+ )*PRIVATE KEY-----`,
	"an AWS access key": `(?-u:\b)(AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)`,
	"a GitHub token": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`,
	"a GitLab token": `(?-u:\b)glpat-[0-9A-Za-z_-]{20}`,
	"a Slack token": `(?-u:\b)xox[abeprs]-[0-9A-Za-z]{6,}-[0-9A-Za-z-]{10}`,
	"a Slack webhook": `hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20}`,
	"a Stripe key": `(?-u:\b)[rs]k_(live|test)_[0-9A-Za-z]{20}`,
	"a JSON web token": `(?-u:\b)eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10}`,
	"a URL with a password": `[a-z]://[0-9A-Za-z._%+-]*:[0-9A-Za-z._~!#&*+,;=^-]{3,}@[0-9A-Za-z]`,
}

# Whether any of the texts can hold one.
are_suspicious if regex.match(signs, concat("\n", values))

# What the forms begin with, or always hold.
signs := `-----BEGIN|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|k_live_|k_test_|eyJ|://`

# What documents write in place of a credential.
is_example(found) if endswith(found, "EXAMPLE")

is_example(found) if regex.match(`(?i):(<.*>|\*+|x+|\.+|(my-?)?pass(word|wd)?|secret|changeme)@`, found)

# The sorts of credentials that a text holds.
sorts(text) := {sort |
	some sort, form in forms
	some found in regex.find_n(form, text, 20)
	not is_example(found)
}
