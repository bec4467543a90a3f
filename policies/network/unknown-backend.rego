# METADATA
# title: Ingress or route to a Service that does not exist
# description: >
#   The target holds Services, and none of this name: the host answers with an error.
# remediation: >
#   Fix the name, or add the Service.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds:
#   - Ingress
#   - HTTPRoute.gateway.networking.k8s.io
#   - GRPCRoute.gateway.networking.k8s.io
#   - Service
# scope: target
# uses: [namespace, path]
# covers: [ingress/ingress-backend-exists, ingress/gateway-backend-exists]
# bad: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
#   ---
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: wed
#     namespace: shop
#   spec:
#     ports:
#       - port: 80
# good: |
#   apiVersion: networking.k8s.io/v1
#   kind: Ingress
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     rules:
#       - host: shop.example.com
#         http:
#           paths:
#             - path: /
#               pathType: Prefix
#               backend:
#                 service:
#                   name: web
#                   port:
#                     number: 80
#   ---
#   apiVersion: v1
#   kind: Service
#   metadata:
#     name: web
#     namespace: shop
#   spec:
#     ports:
#       - port: 80
package gitopslint.network.unknown_backend

import data.gitopslint.lib.objects

services := {[objects.namespace(entry), entry.object.metadata.name] |
	some entry in input.objects
	is_service(entry.object)
}

is_service(object) if {
	object.kind == "Service"
	objects.is_core(object)
}

namespaces := {service[0] | some service in services}

backends(ingress) := array.concat(
	[{"path": ["spec", "defaultBackend", "service", "name"], "name": name} | name := ingress.spec.defaultBackend.service.name],
	[{"path": ["spec", "rules", at, "http", "paths", number, "backend", "service", "name"], "name": path.backend.service.name} |
		some at, rule in ingress.spec.rules
		some number, path in rule.http.paths
	],
) if ingress.kind == "Ingress"

backends(route) := [{"path": ["spec", "rules", at, "backendRefs", number, "name"], "name": backend.name} |
	some at, rule in route.spec.rules
	some number, backend in rule.backendRefs
	object.get(backend, "kind", "Service") == "Service"
	not backend.namespace
] if route.kind in {"HTTPRoute", "GRPCRoute"}

# Names that a controller answers itself, such as those of the AWS load balancer.
is_action(ingress, name) if {
	some annotation, _ in ingress.metadata.annotations
	endswith(annotation, concat("", ["/actions.", name]))
}

deny contains {"object": index, "message": message, "path": backend.path} if {
	some index, entry in input.objects
	namespace := objects.namespace(entry)
	namespace in namespaces
	some backend in backends(entry.object)
	not [namespace, backend.name] in services
	not is_action(entry.object, backend.name)
	message := sprintf("there is no Service `%s` here", [backend.name])
}
