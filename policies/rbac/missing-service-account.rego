# METADATA
# title: Pod with a service account that does not exist
# description: >
#   The target holds ServiceAccounts, and none of this name: the pods are not created.
# remediation: >
#   Fix the name, or add the ServiceAccount.
# severity: off
# optional: true
# kinds: [workloads, ServiceAccount]
# scope: target
# uses: [namespace, path]
# covers: [service-account/sa-exists]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     serviceAccountName: apo
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: ServiceAccount
#   metadata:
#     name: api
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     serviceAccountName: api
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
#   ---
#   apiVersion: v1
#   kind: ServiceAccount
#   metadata:
#     name: api
package gitopslint.rbac.missing_service_account

import data.gitopslint.lib.objects

accounts := {[objects.namespace(entry), entry.object.metadata.name] |
	some entry in input.objects
	entry.object.kind == "ServiceAccount"
}

namespaces := {account[0] | some account in accounts}

deny contains {"object": index, "message": message, "path": array.concat(pod.path, ["serviceAccountName"])} if {
	some index, entry in input.objects
	namespace := objects.namespace(entry)
	namespace in namespaces
	some pod in entry.pods
	name := pod.spec.serviceAccountName
	name != "default"
	not [namespace, name] in accounts
	message := sprintf("there is no ServiceAccount `%s` here", [name])
}
