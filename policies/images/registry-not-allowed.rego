# METADATA
# title: Image from a registry that is not allowed
# description: >
#   Images should come only from registries that are trusted, and that are available when a node
#   needs the image. Images without a registry come from Docker Hub.
# remediation: >
#   Copy the image to an allowed registry and use it from there, or add its registry to the
#   parameter `registries`.
# severity: off
# kinds: workloads
# parameters:
#   registries:
#     description: Registries, or folders in them such as `ghcr.io/acme`, that images may come from.
#     default: [gcr.io, ghcr.io, mcr.microsoft.com, public.ecr.aws, quay.io, registry.k8s.io]
# references: [CIS 5.5.1]
# covers: [images/allowed-registries, images/deny-public-registries]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: cache
#   spec:
#     containers:
#       - name: cache
#         image: redis:7.4.1
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: cache
#   spec:
#     containers:
#       - name: cache
#         image: ghcr.io/acme/redis:7.4.1
package gitopslint.images.registry_not_allowed

import data.gitopslint.lib.images
import data.gitopslint.lib.images.of_pod

is_allowed(place) if place in input.parameters.registries

is_allowed(place) if {
	some allowed in input.parameters.registries
	startswith(place, concat("", [trim_suffix(allowed, "/"), "/"]))
}

deny contains {"message": message, "path": found.path, "at": "registry"} if {
	some found in of_pod
	[registry, repository] := images.registry_and_repository(found.name)
	not is_allowed(concat("/", [registry, repository]))
	message := sprintf("`%s` comes from `%s`, which is not allowed", [found.image, registry])
}
