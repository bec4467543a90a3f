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

# The same without their paths, which are seldom needed.
written := [{"name": key, "value": value} |
	some key, value in input.object.data
	is_string(value)
] if {
	input.object.kind == "ConfigMap"
} else := [variable |
	some found in containers
	some variable in found.container.env
	is_string(variable.value)
]

# Whether a text may be named like a credential. To look for that in all names at once costs less
# than to look at each.
are_named_so if {
	count(written) > 0
	names := [text.name | some text in written; is_string(text.name)]
	regex.match("pass|secret|token|credential|key", lower(concat("\n", names)))
}

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

# Those that any of the texts may hold. Most hold none of the signs.
suspected := [form |
	count(written) > 0
	all := concat("\n", [text.value | some text in written])
	regex.match(`PRIVATE KEY-----|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|k_live_|k_test_|\.eyJ|@`, all)
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
