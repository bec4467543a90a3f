# METADATA
# title: Pod without a controller
# description: >
#   A Pod without a controller is gone when its node is: nothing starts it elsewhere.
# remediation: >
#   Use a Deployment, a StatefulSet or a Job.
# severity: {production: warning, stage: info, dev: off}
# kinds: Pod
# covers: [workload/no-naked-pod]
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
#     restartPolicy: Never
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.workloads.bare_pod

import data.gitopslint.lib.pod.is_hook

deny contains {"message": "nothing replaces the Pod when its node is gone", "path": ["kind"]} if {
	not is_hook
	object.get(input.object.spec, "restartPolicy", "Always") == "Always"
	not input.object.metadata.annotations["kubernetes.io/config.mirror"]
}
