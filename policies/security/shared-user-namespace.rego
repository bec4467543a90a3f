# METADATA
# title: Pod without its own user namespace
# description: >
#   Root in the container is root on the node for anyone who escapes. With `hostUsers: false`, it
#   is an unprivileged user there.
# remediation: >
#   Set `hostUsers: false`, where nodes and volumes support it.
# severity: off
# optional: true
# kinds: workloads
# covers: [security-context/host-users]
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
#     hostUsers: false
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.security.shared_user_namespace

import data.gitopslint.lib.pod.linux_pods

deny contains {"message": "the pod has no user namespace of its own", "path": array.concat(pod.path, ["hostUsers"])} if {
	some pod in linux_pods
	not pod.spec.hostUsers == false
}
