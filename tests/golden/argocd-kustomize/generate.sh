#!/bin/sh
# Writes expected.yaml of each case: what `kustomize build` (5.5.0) prints of the folder after the
# commands by which Argo CD puts an Application's options for kustomize into it.
#   go install sigs.k8s.io/kustomize/kustomize/v5@v5.5.0 && ./generate.sh
set -eu
cd "$(dirname "$0")"
for case in */; do
  copy=$(mktemp -d)
  cp -r "$case." "$copy"
  rm -f "$copy/application.yaml" "$copy/commands.sh" "$copy/expected.yaml"
  commands=$(cat "$case/commands.sh")
  (cd "$copy" && eval "$commands" >/dev/null && kustomize build .) >"$case/expected.yaml"
  rm -r "$copy"
done
