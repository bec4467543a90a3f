# METADATA
# title: Application outside Argo CD's namespace
# description: >
#   Argo CD reads Applications in its own namespace only, unless it is configured to read others.
# remediation: >
#   Move it to Argo CD's namespace, or add its namespace to the parameter `argocd_namespaces`.
# severity: off
# optional: true
# kinds: [Application.argoproj.io, AppProject.argoproj.io]
# parameters:
#   argocd_namespaces:
#     description: The namespaces that Argo CD reads.
#     default: [argocd, openshift-gitops]
# covers: [gitops/argo-app/appproject namespace]
# bad: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: shop
#   spec:
#     project: shop
# good: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: argocd
#   spec:
#     project: shop
package gitopslint.gitops.application_outside_argocd

deny contains {"message": message, "path": ["metadata", "namespace"]} if {
	namespace := input.object.metadata.namespace
	not namespace in input.parameters.argocd_namespaces
	message := sprintf("namespace `%s` may be one that Argo CD does not read", [namespace])
}
