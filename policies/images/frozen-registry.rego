# METADATA
# title: Image from the frozen Kubernetes registry
# description: >
#   `k8s.gcr.io` has had no new images since 2023, and may be shut down.
# remediation: >
#   Use `registry.k8s.io` instead.
# severity: {production: warning, stage: warning, dev: info}
# kinds: workloads
# covers: [images/deprecated-registry]
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: pause
#         image: k8s.gcr.io/pause:3.9
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: pause
#         image: registry.k8s.io/pause:3.9
package gitopslint.images.frozen_registry

import data.gitopslint.lib.images.of_pod

deny contains {"message": message, "path": found.path, "at": "registry"} if {
	some found in of_pod
	regex.match(`^(k8s\.gcr\.io|gcr\.io/google[-_]containers)/`, found.image)
	message := sprintf("`%s` comes from a registry that gets no new images", [found.image])
}
