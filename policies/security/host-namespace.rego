# METADATA
# title: Pod in a host namespace
# description: >
#   `hostNetwork`, `hostPID` and `hostIPC` put the pod into the node's own network, process or
#   inter-process namespace. It can then listen to other pods' traffic, reach services that listen
#   only on the node, or look into every process on the node.
# remediation: >
#   Remove the field. To expose the pod, use a Service of type `LoadBalancer` or an Ingress.
# severity: error
# kinds: workloads
# references: [Pod Security Standards Baseline, CIS 5.2.3, CIS 5.2.4, CIS 5.2.5]
# covers: [host/no-host-network, host/no-host-pid, host/no-host-ipc]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     hostNetwork: true
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: agent
#   spec:
#     hostPID: true
#     containers:
#       - name: agent
#         image: ghcr.io/acme/agent:1.4.2
# findings: 2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     hostNetwork: false
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: agent
#   spec:
#     hostNetwork: true
#     nodeSelector:
#       kubernetes.io/os: windows
#     securityContext:
#       windowsOptions:
#         hostProcess: true
#         runAsUserName: NT AUTHORITY\SYSTEM
#     containers:
#       - name: agent
#         image: ghcr.io/acme/agent:1.4.2
package gitopslint.security.host_namespace

import data.gitopslint.lib.pod.is_host_process
import data.gitopslint.lib.pod.pods

# A HostProcess pod has to have its node's network, and no namespace to lose.
deny contains {"message": "the pod shares its node's network namespace", "path": array.concat(pod.path, ["hostNetwork"])} if {
	some pod in pods
	pod.spec.hostNetwork == true
	not is_host_process(pod)
}

deny contains {"message": message, "help": help, "path": array.concat(pod.path, [field])} if {
	some field, namespace in {"hostPID": "process", "hostIPC": "inter-process"}
	some pod in pods
	pod.spec[field] == true
	not is_host_process(pod)
	message := sprintf("the pod shares its node's %s namespace", [namespace])
	help := "Remove the field. An agent that has to look into the node's processes belongs in a namespace of its own that few can deploy to."
}
