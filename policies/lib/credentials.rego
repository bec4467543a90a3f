# Places where configuration holds text, and what gives credentials away.
package gitopslint.lib.credentials

import data.gitopslint.lib.pod.containers

# The texts of a ConfigMap, or the environment variables of containers that are written out.
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

# The values of all texts, and their names in small letters, each in one text. To look for
# something in these costs less than to list the texts.
all_values := concat("\n", array.concat(
	[value | input.object.kind == "ConfigMap"; some value in input.object.data; is_string(value)],
	[variable.value | some found in containers; some variable in found.container.env; is_string(variable.value)],
))

all_names := lower(concat("\n", array.concat(
	[name | input.object.kind == "ConfigMap"; some name, _ in input.object.data],
	[variable.name |
		some found in containers
		some variable in found.container.env
		is_string(variable.value)
		is_string(variable.name)
	],
)))

# Whether a name in small letters has a word in it that names of credentials have.
is_telling(name) if {
	some word in ["pass", "secret", "token", "credential", "key"]
	contains(name, word)
}

are_named_so if is_telling(all_names)

# Credentials that are known by their form, and what such a text always holds.
forms := [
	{"sort": "a private key", "sign": "PRIVATE KEY-----", "form": `-----BEGIN ([A-Z]+ )*PRIVATE KEY-----`},
	{"sort": "an AWS access key", "sign": "AKIA", "form": `(?-u:\b)(AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)`},
	{"sort": "an AWS access key", "sign": "ASIA", "form": `(?-u:\b)(AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)`},
	{"sort": "a GitHub token", "sign": "ghp_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitHub token", "sign": "gho_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitHub token", "sign": "ghu_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitHub token", "sign": "ghs_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitHub token", "sign": "ghr_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitHub token", "sign": "github_pat_", "form": `(?-u:\b)(gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})`},
	{"sort": "a GitLab token", "sign": "glpat-", "form": `(?-u:\b)glpat-[0-9A-Za-z_-]{20}`},
	{"sort": "a Slack token", "sign": "xox", "form": `(?-u:\b)xox[abeprs]-[0-9A-Za-z]{6,}-[0-9A-Za-z-]{10}`},
	{"sort": "a Slack webhook", "sign": "hooks.slack.com/services/T", "form": `hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20}`},
	{"sort": "a Stripe key", "sign": "k_live_", "form": `(?-u:\b)[rs]k_(live|test)_[0-9A-Za-z]{20}`},
	{"sort": "a Stripe key", "sign": "k_test_", "form": `(?-u:\b)[rs]k_(live|test)_[0-9A-Za-z]{20}`},
	{"sort": "a JSON web token", "sign": ".eyJ", "form": `(?-u:\b)eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10}`},
	{"sort": "a URL with a password", "sign": "@", "form": `[a-z]://[0-9A-Za-z._%+-]*:[0-9A-Za-z._~!#&*+,;=^-]{3,}@[0-9A-Za-z]`},
]

# Those that any of the texts may hold.
suspected := [form |
	all := all_values
	all != ""
	some form in forms
	contains(all, form.sign)
]

# What documents write in place of a credential.
is_example(found) if endswith(found, "EXAMPLE")

is_example(found) if regex.match(`(?i):(<.*>|\*+|x+|\.+|(my-?)?pass(word|wd)?|secret|changeme)@`, found)

# The sorts of credentials that one of the texts holds.
sorts(text) := {form.sort |
	some form in suspected
	contains(text, form.sign)
	some found in regex.find_n(form.form, text, 20)
	not is_example(found)
}
