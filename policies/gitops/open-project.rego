# METADATA
# title: AppProject that allows everything
# description: >
#   Anyone who can change an Application of the project can deploy from any repository to any
#   namespace of any cluster.
# remediation: >
#   List the repositories, destinations and kinds that the project needs.
# severity: {production: warning, stage: info, dev: off}
# kinds: [AppProject.argoproj.io]
# covers: [gitops/appproject cluster resource blacklist]
# bad: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: AppProject
#   metadata:
#     name: shop
#   spec:
#     sourceRepos: ["*"]
#     destinations:
#       - server: "*"
#         namespace: "*"
#     clusterResourceWhitelist:
#       - group: "*"
#         kind: "*"
# good: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: AppProject
#   metadata:
#     name: shop
#   spec:
#     sourceRepos: [https://git.example.com/shop.git]
#     destinations:
#       - server: https://kubernetes.default.svc
#         namespace: shop
package gitopslint.gitops.open_project

deny contains {"message": "the project allows every repository, namespace and kind", "path": ["spec", "destinations", index]} if {
	"*" in input.object.spec.sourceRepos
	some index, destination in input.object.spec.destinations
	object.get(destination, "namespace", "") == "*"
	some kind in input.object.spec.clusterResourceWhitelist
	kind.kind == "*"
	kind.group == "*"
}
