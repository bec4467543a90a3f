# METADATA
# title: Tiller of Helm 2
# description: >
#   Tiller may do everything in the cluster, for everyone who reaches it, and gets no fixes since
#   2020.
# remediation: >
#   Remove it; Helm 3 needs nothing in the cluster.
# severity: {production: error, stage: warning, dev: warning}
# kinds: workloads
# covers: ["misc/no-tiller, no-dashboard, git-sync"]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: tiller
#         image: ghcr.io/helm/tiller:v2.17.0
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.workloads.tiller

import data.gitopslint.lib.pod.containers

deny contains {"message": "Tiller may do everything, for everyone who reaches it", "path": array.concat(found.path, ["image"])} if {
	some found in containers
	regex.match(`(^|/)(kubernetes-helm/)?tiller(:|@|$)`, found.container.image)
}
