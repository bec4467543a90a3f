# METADATA
# title: Pod with a long termination grace period
# description: >
#   Nodes are drained one after another, and each waits for its slowest pod.
# remediation: >
#   Lower `terminationGracePeriodSeconds`, or make the program stop sooner.
# severity: off
# optional: true
# kinds: workloads
# parameters:
#   most_seconds:
#     description: The longest grace period that is allowed.
#     default: 600
# covers: [workload/termination-grace-large]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     terminationGracePeriodSeconds: 3600
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     terminationGracePeriodSeconds: 60
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.workloads.long_termination

import data.gitopslint.lib.pod.pods

deny contains {"message": message, "path": array.concat(pod.path, ["terminationGracePeriodSeconds"])} if {
	some pod in pods
	seconds := pod.spec.terminationGracePeriodSeconds
	seconds > input.parameters.most_seconds
	message := sprintf("the pod may take %v seconds to stop", [seconds])
}
