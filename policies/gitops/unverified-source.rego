# METADATA
# title: Flux source whose signature is not verified
# description: >
#   Anyone who can push to the repository decides what runs.
# remediation: >
#   Set `spec.verify`.
# severity: off
# optional: true
# kinds: [GitRepository.source.toolkit.fluxcd.io, OCIRepository.source.toolkit.fluxcd.io]
# covers: [gitops/flux source verify set / allowed source URLs]
# bad: |
#   apiVersion: source.toolkit.fluxcd.io/v1
#   kind: GitRepository
#   metadata:
#     name: shop
#   spec:
#     url: https://git.example.com/shop.git
# good: |
#   apiVersion: source.toolkit.fluxcd.io/v1
#   kind: GitRepository
#   metadata:
#     name: shop
#   spec:
#     url: https://git.example.com/shop.git
#     verify:
#       mode: HEAD
#       secretRef:
#         name: keys
package gitopslint.gitops.unverified_source

deny contains {"message": "the signature of the source is not verified", "path": ["spec", "verify"]} if {
	not input.object.spec.verify
}
