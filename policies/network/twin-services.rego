# METADATA
# title: Services that select the same pods
# description: >
#   Two Services with the same selector and the same ports are one too many, or one of them selects
#   the wrong pods.
# remediation: >
#   Remove one of them, or fix its selector.
# severity: off
# optional: true
# kinds: Service
# scope: target
# uses: [namespace, path]
# covers: [service/unique-selector]
# bad: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     selector:
#       app: api
#     ports:
#       - port: 80
#   ---
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api2
#     namespace: shop
#   spec:
#     selector:
#       app: api
#     ports:
#       - port: 80
# good: |
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: api
#     namespace: shop
#   spec:
#     selector:
#       app: api
#     ports:
#       - port: 80
#   ---
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     selector:
#       app: web
#     ports:
#       - port: 80
package gitopslint.network.twin_services

import data.gitopslint.lib.objects

is_service(object) if {
	object.kind == "Service"
	objects.is_core(object)
}

# What is the same in twins.
identity(entry) := [
	objects.namespace(entry),
	entry.object.spec.selector,
	entry.object.spec.ports,
	object.get(entry.object.spec, "clusterIP", ""),
	object.get(entry.object.spec, "type", ""),
]

first := object.union_n(array.reverse([{identity(entry): index} |
	some index, entry in input.objects
	is_service(entry.object)
	count(entry.object.spec.selector) > 0
]))

deny contains {"object": index, "message": message, "path": ["spec", "selector"]} if {
	some index, entry in input.objects
	is_service(entry.object)
	other := first[identity(entry)]
	other < index
	message := sprintf("Service `%s` selects the same pods on the same ports", [input.objects[other].object.metadata.name])
}
