kustomize edit set nameprefix -- shop-
kustomize edit set namesuffix -- -blue
kustomize edit set image acme/api=registry.example.org/api:1.4.2 acme/proxy@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
