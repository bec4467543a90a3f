cat >> kustomization.yaml <<'PATCHES'
- target:
    kind: Deployment
  patch: |
    - op: replace
      path: /spec/replicas
      value: 3
PATCHES
kustomize edit add component limits
