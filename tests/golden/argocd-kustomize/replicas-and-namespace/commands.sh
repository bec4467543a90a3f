kustomize edit set replicas api=5
kustomize edit set namespace -- shop
