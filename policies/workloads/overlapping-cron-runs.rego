# METADATA
# title: CronJob whose runs may overlap
# description: >
#   A run that takes longer than the interval overlaps with the next one, on the same data.
# remediation: >
#   Set `concurrencyPolicy: Forbid`, or `Replace`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: CronJob
# covers: [workload/cronjob-concurrency]
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
#     concurrencyPolicy: Forbid
#     jobTemplate:
#       spec:
#         template:
#           spec:
#             restartPolicy: Never
#             containers:
#               - name: report
#                 image: ghcr.io/acme/report:1.4.2
package gitopslint.workloads.overlapping_cron_runs

deny contains {"message": "runs may overlap", "path": ["spec", "concurrencyPolicy"]} if {
	object.get(input.object.spec, "concurrencyPolicy", "Allow") == "Allow"
}
