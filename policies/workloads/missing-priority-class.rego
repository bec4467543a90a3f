# METADATA
# title: Workload without a priority
# description: >
#   When a cluster is full, pods with higher priority preempt others. Without a class, all are
#   equal.
# remediation: >
#   Set `priorityClassName`.
# severity: off
# optional: true
# kinds: workloads
# covers: [availability/priority-class]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     priorityClassName: business
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.workloads.missing_priority_class

import data.gitopslint.lib.pod.pods

deny contains {"message": "the pod has no priority", "path": array.concat(pod.path, ["priorityClassName"])} if {
	some pod in pods
	pod.whole
	not pod.spec.priorityClassName
}
