# METADATA
# title: Job that is kept after it finishes
# description: >
#   A finished Job stays, with its pods, until somebody deletes it. Its name is taken, so its next
#   version cannot be applied.
# remediation: >
#   Set `ttlSecondsAfterFinished`, or make it a hook.
# severity: off
# optional: true
# kinds: Job
# covers: [workload/job-ttl]
# bad: |
#   apiVersion: batch/v1
#   kind: Job
#   metadata:
#     name: migrate
#   spec:
#     backoffLimit: 1
# good: |
#   apiVersion: batch/v1
#   kind: Job
#   metadata:
#     name: migrate
#   spec:
#     ttlSecondsAfterFinished: 3600
package gitopslint.workloads.job_without_ttl

import data.gitopslint.lib.pod.is_hook

deny contains {"message": "the Job stays after it finishes", "path": ["spec", "ttlSecondsAfterFinished"]} if {
	object.get(input.object.spec, "ttlSecondsAfterFinished", null) == null
	not is_hook
}
