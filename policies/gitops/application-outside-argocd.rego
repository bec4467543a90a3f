# METADATA
# title: Application in another namespace than Argo CD's
# description: >
#   Argo CD reads Applications in its own namespace only, unless others are configured.
# remediation: >
#   Put it into the namespace of Argo CD, or list that namespace in the parameter.
# severity: off
# optional: true
# kinds: [Application.argoproj.io, AppProject.argoproj.io]
# parameters:
#   argocd_namespaces:
#     description: The namespaces that Argo CD looks at.
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
	message := sprintf("Argo CD may not look at the namespace `%s`", [namespace])
}
