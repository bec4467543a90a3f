# METADATA
# title: Container in the root group
# description: >
#   Group 0 can read and write whatever images leave open to the root group, and mounted files that
#   belong to it.
# remediation: >
#   Set `runAsGroup` and `supplementalGroups` to numbers above 0.
# severity: {production: info, stage: off, dev: off}
# kinds: workloads
# covers: [security-context/high-gid]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsGroup: 0
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     securityContext:
#       runAsGroup: 0
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#         securityContext:
#           runAsGroup: 10001
package gitopslint.security.root_group

import data.gitopslint.lib.pod.all_linux_pods
import data.gitopslint.lib.pod.is_left_to_pod
import data.gitopslint.lib.pod.linux_containers

deny contains {"message": "the pod's containers run in the root group", "path": path} if {
	some pod in all_linux_pods
	pod.spec.securityContext.runAsGroup == 0
	is_left_to_pod(pod, ["securityContext", "runAsGroup"])
	path := array.concat(pod.path, ["securityContext", "runAsGroup"])
}

deny contains {"message": message, "path": path} if {
	some found in linux_containers
	found.container.securityContext.runAsGroup == 0
	path := array.concat(found.path, ["securityContext", "runAsGroup"])
	message := sprintf("container `%v` runs in the root group", [found.name])
}

deny contains {"message": "the pod's containers are in the root group", "path": path} if {
	some pod in all_linux_pods
	some index, group in pod.spec.securityContext.supplementalGroups
	group == 0
	path := array.concat(pod.path, ["securityContext", "supplementalGroups", index])
}
