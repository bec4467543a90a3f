# METADATA
# title: CronJob without a deadline
# description: >
#   A run that could not start stays due, and after 100 missed runs the controller gives up on the
#   CronJob.
# remediation: >
#   Set `startingDeadlineSeconds`.
# severity: off
# optional: true
# kinds: CronJob
# covers: [workload/cronjob-deadline]
# bad: |
#   apiVersion: batch/v1
#   kind: CronJob
#   metadata:
#     name: report
#   spec:
#     schedule: "0 3 * * *"
#     jobTemplate:
#       spec:
#         template:
#           spec:
#             restartPolicy: Never
#             containers:
#               - name: report
#                 image: ghcr.io/acme/report:1.4.2
# good: |
#   apiVersion: batch/v1
#   kind: CronJob
#   metadata:
#     name: report
#   spec:
#     schedule: "0 3 * * *"
#     startingDeadlineSeconds: 600
#     jobTemplate:
#       spec:
#         template:
#           spec:
#             restartPolicy: Never
#             containers:
#               - name: report
#                 image: ghcr.io/acme/report:1.4.2
package gitopslint.workloads.cron_without_deadline

deny contains {"message": "missed runs have no deadline", "path": ["spec", "startingDeadlineSeconds"]} if {
	not input.object.spec.startingDeadlineSeconds
}
