# METADATA
# title: Pod with host aliases
# description: >
#   Entries in `hostAliases` override DNS and go stale when an address changes.
# remediation: >
#   Let DNS resolve the name, or use a Service of type `ExternalName`.
# severity: off
# optional: true
# kinds: workloads
# covers: [host/host-aliases]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     hostAliases:
#       - ip: 10.0.0.7
#         hostnames: [db.example.com]
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.host_aliases

import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod overrides DNS with host names of its own", "path": array.concat(pod.path, ["hostAliases"])} if {
	some pod in pods
	count(pod.spec.hostAliases) > 0
}
