kustomize edit add label --without-selector --include-templates team:shop
