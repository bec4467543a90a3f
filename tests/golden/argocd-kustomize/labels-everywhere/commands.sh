kustomize edit add label --force team:shop tier:web
kustomize edit add annotation --force note:new size:3
