# METADATA
# title: Source fetched without TLS
# description: >
#   Anyone on the network path can change what is deployed.
# remediation: >
#   Use `https://` or `ssh://`.
# severity: {production: warning, stage: warning, dev: info}
# kinds:
#   - Application.argoproj.io
#   - GitRepository.source.toolkit.fluxcd.io
#   - HelmRepository.source.toolkit.fluxcd.io
# bad: |
#   apiVersion: source.toolkit.fluxcd.io/v1
#   kind: HelmRepository
#   metadata:
#     name: shop
#   spec:
#     url: http://charts.example.com
# good: |
#   apiVersion: source.toolkit.fluxcd.io/v1
#   kind: HelmRepository
#   metadata:
#     name: shop
#   spec:
#     url: https://charts.example.com
package gitopslint.gitops.insecure_source

urls := array.concat(
	[{"path": ["spec", "url"], "url": url} | url := input.object.spec.url],
	array.concat(
		[{"path": ["spec", "source", "repoURL"], "url": url} | url := input.object.spec.source.repoURL],
		[{"path": ["spec", "sources", index, "repoURL"], "url": source.repoURL} | some index, source in input.object.spec.sources],
	),
)

# Within the cluster there is often no certificate.
deny contains {"message": "the source is fetched without TLS", "path": found.path} if {
	some found in urls
	regex.match(`^(http|git)://`, found.url)
	not regex.match(`^[a-z]+://([^/]*@)?(localhost|127\.|[^/.]+(:[0-9]+)?(/|$)|[^/]*\.(svc|local|internal)(\.|:|/|$))`, found.url)
}
