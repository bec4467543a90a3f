# METADATA
# title: Application with a path and a chart
# description: >
#   Argo CD uses the chart and ignores the path.
# remediation: >
#   Remove one of them.
# severity: {production: warning, stage: warning, dev: info}
# kinds: [Application.argoproj.io]
# covers: ["gitops/argo-app field sanity (path xor chart, server xor name)"]
# bad: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: argocd
#   spec:
#     project: shop
#     source:
#       repoURL: https://charts.example.com
#       chart: shop
#       path: shop
#       targetRevision: 1.4.2
# good: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: shop
#     namespace: argocd
#   spec:
#     project: shop
#     source:
#       repoURL: https://charts.example.com
#       chart: shop
#       targetRevision: 1.4.2
package gitopslint.gitops.ambiguous_source

sources := array.concat(
	[{"path": ["spec", "source"], "source": source} | source := input.object.spec.source],
	[{"path": ["spec", "sources", index], "source": source} | some index, source in input.object.spec.sources],
)

deny contains {"message": "a source has a path or a chart, not both", "path": array.concat(found.path, ["path"])} if {
	some found in sources
	object.get(found.source, "chart", "") != ""
	object.get(found.source, "path", "") != ""
}

deny contains {"message": "a destination has a server or a name, not both", "path": ["spec", "destination", "name"]} if {
	object.get(input.object.spec, ["destination", "server"], "") != ""
	object.get(input.object.spec, ["destination", "name"], "") != ""
}
