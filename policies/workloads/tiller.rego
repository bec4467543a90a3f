# METADATA
# title: Tiller, from Helm 2
# description: >
#   Tiller can do anything in the cluster, for anyone who can reach it, and has had no fixes since
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

deny contains {"message": "Tiller can do anything, for anyone who can reach it", "path": array.concat(found.path, ["image"])} if {
	some found in containers
	regex.match(`(^|/)(kubernetes-helm/)?tiller(:|@|$)`, found.container.image)
}
