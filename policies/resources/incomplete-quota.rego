# METADATA
# title: ResourceQuota that leaves out memory or CPU
# description: >
#   A quota limits only what it names: the namespace can still use all of the rest.
# remediation: >
#   Name `requests.cpu`, `requests.memory` and `limits.memory`.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: ResourceQuota
# covers: [resources/quota-complete]
# bad: |
#   apiVersion: v1
#   kind: ResourceQuota
#   metadata:
#     name: shop
#   spec:
#     hard:
#       requests.cpu: "4"
# good: |
#   apiVersion: v1
#   kind: ResourceQuota
#   metadata:
#     name: shop
#   spec:
#     hard:
#       cpu: "4"
#       memory: 8Gi
package gitopslint.resources.incomplete_quota

names := {"cpu": ["cpu", "requests.cpu", "limits.cpu"], "memory": ["memory", "requests.memory", "limits.memory"]}

# A quota on storage or on numbers of objects is about something else.
is_on_pods if {
	some keys in names
	some key in keys
	input.object.spec.hard[key]
}

deny contains {"message": message, "path": ["spec", "hard"]} if {
	is_on_pods
	some resource, keys in names
	count([key | some key in keys; input.object.spec.hard[key]]) == 0
	message := sprintf("the quota does not limit %s", [resource])
}
