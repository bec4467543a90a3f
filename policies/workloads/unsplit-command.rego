# METADATA
# title: Command that is one word with spaces
# description: >
#   Kubernetes starts commands without a shell: the first entry is the name of an executable, spaces
#   included. No executable has that name, so the container, probe or hook always fails.
# remediation: >
#   Make each word an entry of its own, or let a shell split them: `[sh, -c, "..."]`.
# severity: error
# kinds: workloads
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         command: ["/bin/api --verbose"]
#         livenessProbe:
#           exec:
#             command: ["cat /tmp/alive"]
#         lifecycle:
#           preStop:
#             exec:
#               command: ["rm /run/api.sock", "/run/api.lock"]
# findings: 3
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         command: [/bin/api, "a word"]
#         livenessProbe:
#           exec:
#             command: [cat, /tmp/alive]
#         lifecycle:
#           preStop:
#             exec:
#               command: [sh, -c, "rm /run/api.sock"]
#       - name: agent
#         image: ghcr.io/acme/agent:1.4.2
#         command: ['C:\Program Files\agent.exe']
#         startupProbe:
#           exec:
#             command: ["{{ .Values.probe }}"]
package gitopslint.workloads.unsplit_command

import data.gitopslint.lib.pod.containers

# Where a container names executables, and what each is for.
places := {
	"command of": ["command"],
	"livenessProbe of": ["livenessProbe", "exec", "command"],
	"postStart hook of": ["lifecycle", "postStart", "exec", "command"],
	"preStop hook of": ["lifecycle", "preStop", "exec", "command"],
	"readinessProbe of": ["readinessProbe", "exec", "command"],
	"startupProbe of": ["startupProbe", "exec", "command"],
}

# Folders of Windows have spaces, and what is still to be filled in may be anything.
is_one_name(word) if regex.match(`[\\{}$<]`, word)

deny contains {"message": message, "path": path} if {
	some found in containers
	some what, place in places
	words := object.get(found.container, place, [])
	word := words[0]
	is_string(word)
	regex.match(`^\S+\s+\S`, word)
	not is_one_name(word)
	path := array.concat(found.path, array.concat(place, [0]))
	message := sprintf("the %s container `%v` starts an executable called `%s`, which does not exist", [what, found.name, shown(word)])
}

# The first line of a word.
shown(word) := line if {
	line := split(word, "\n")[0]
	count(line) <= 60
} else := sprintf("%s…", [substring(word, 0, 40)])
