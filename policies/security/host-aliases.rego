# METADATA
# title: Pod with host aliases
# description: >
#   Entries in `hostAliases` outrank DNS and stay when an address changes.
# remediation: >
#   Have the name resolved by DNS, or use a Service of type `ExternalName`.
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

deny contains {"message": "the pod has host names of its own", "path": array.concat(pod.path, ["hostAliases"])} if {
	some pod in pods
	count(pod.spec.hostAliases) > 0
}
