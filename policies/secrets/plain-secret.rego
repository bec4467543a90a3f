# METADATA
# title: Secret that can be read in the repository
# description: >
#   What a Secret holds is encoded, not encrypted: everyone who can read the repository, or any
#   copy of it, now or later, can read it.
# remediation: >
#   Change the credential, since it is known. Then keep it elsewhere, with an ExternalSecret, a
#   SealedSecret, an InfisicalSecret or the like, or encrypt the file with SOPS.
# severity: error
# kinds: Secret
# references: [CIS 5.4.2]
# bad: |
#   apiVersion: v1
#   kind: Secret
#   metadata:
#     name: api
#   stringData:
#     password: correct-horse-battery
# good: |
#   apiVersion: v1
#   kind: Secret
#   metadata:
#     name: api
#   stringData:
#     password: <path:kv/data/api#password>
package gitopslint.secrets.plain_secret

values contains [field, key, value] if {
	some field in ["data", "stringData"]
	some key, value in input.object[field]
	value != ""
	value != null
}

# What stands in the field, and what that stands for.
readings(value) := {value} | {base64.decode(value)}

readings(value) := {value} if not base64.is_valid(value)

# Values that something fills in later, and what is public anyway.
# What stands for a value that is kept elsewhere: placeholders of Argo CD's Vault plugin, Flux and
# templates, and references of 1Password, Vault and vals.
placeholder := `^\s*(<[^<>]+>|\$\{[^{}]+\}|\$\([^()]+\)|\{\{.+\}\}|op://\S+|vault:\S+#\S+|ref\+[a-z]+://\S+)\s*$`

is_harmless(value) if {
	some reading in readings(value)
	regex.match(placeholder, reading)
}

is_harmless(value) if {
	some reading in readings(value)
	regex.match(`^\s*-----BEGIN (CERTIFICATE|PUBLIC KEY)-----`, reading)
	not contains(reading, "PRIVATE KEY")
}

is_harmless(value) if {
	input.object.sops.mac
	startswith(value, "ENC[")
}

plain := [[field, key] |
	some [field, key, value] in values
	not is_harmless(value)
]

deny contains {"message": message, "path": plain[0], "at": "key"} if {
	keys := {key | some [_, key] in plain}
	message := sprintf("Secret `%s` is readable here: %s", [
		object.get(input.object.metadata, "name", ""),
		concat(", ", keys),
	])
}
