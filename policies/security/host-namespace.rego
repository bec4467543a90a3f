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
#   ---
#   apiVersion: apps/v1
#   kind: DaemonSet
#   metadata:
#     name: network
#   spec:
#     template:
#       spec:
#         hostNetwork: true
#         hostPID: true
#         containers:
#           - name: network
#             image: ghcr.io/acme/network:1.4.2
# findings: 4
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

# Whether a pod probably serves its node rather than users: most such pods cannot do without.
is_agent(_) if input.object.kind == "DaemonSet"

is_agent(pod) if {
	some found in pod.containers
	some capability in found.container.securityContext.capabilities.add
	upper(capability) in {"NET_ADMIN", "CAP_NET_ADMIN"}
}

is_agent(pod) if {
	some role in control_plane
	object.get(pod.spec, ["nodeSelector", role], null) != null
}

is_agent(pod) if {
	some term in pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	some expression in term.matchExpressions
	expression.key in control_plane
	expression.operator in {"In", "Exists"}
}

control_plane := {"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"}

# A HostProcess pod has to have its node's network, and no namespace to lose.
deny contains {"message": "the pod shares its node's network namespace", "path": array.concat(pod.path, ["hostNetwork"])} if {
	some pod in pods
	pod.spec.hostNetwork == true
	not is_host_process(pod)
	not is_agent(pod)
}

deny contains {"message": "the pod shares its node's network namespace", "help": help, "path": array.concat(pod.path, ["hostNetwork"]), "at_most": "warning"} if {
	some pod in pods
	pod.spec.hostNetwork == true
	not is_host_process(pod)
	is_agent(pod)
	help := "Remove `hostNetwork`, unless the agent sets up the node's network, serves at the node's own address or has to run before there are pod networks: then accept it with an ignore that says so."
}

deny contains {"message": message, "help": help, "path": array.concat(pod.path, [field])} if {
	some field, namespace in {"hostPID": "process", "hostIPC": "inter-process"}
	some pod in pods
	pod.spec[field] == true
	not is_host_process(pod)
	not is_agent_with(pod, field)
	message := sprintf("the pod shares its node's %s namespace", [namespace])
	help := "Remove the field. An agent that has to look into the node's processes belongs in a namespace of its own that few can deploy to."
}

deny contains {"message": "the pod shares its node's process namespace", "help": help, "path": array.concat(pod.path, ["hostPID"]), "at_most": "warning"} if {
	some pod in pods
	pod.spec.hostPID == true
	not is_host_process(pod)
	is_agent(pod)
	help := "Remove `hostPID`, unless the agent has to look into the node's processes: then accept it with an ignore that says so, in a namespace of its own that few can deploy to."
}

# No agent needs the shared memory of others.
is_agent_with(pod, "hostPID") if is_agent(pod)
