# METADATA
# title: Application in the default project
# description: >
#   The project `default` allows every repository, every cluster and every kind, unless somebody
#   has restricted it.
# remediation: >
#   Give the Application a project that allows what it needs.
# severity: {production: info, stage: off, dev: off}
# optional: true
# kinds: [Application.argoproj.io]
# covers: [gitops/argo-app project not default]
# bad: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: argocd
#   spec:
#     project: default
# good: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: argocd
#   spec:
#     project: shop
package gitopslint.gitops.default_project

deny contains {"message": "the project `default` allows everything", "path": ["spec", "project"]} if {
	object.get(input.object.spec, "project", "default") in {"default", ""}
}
