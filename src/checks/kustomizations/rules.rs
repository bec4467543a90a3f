//! The rules on kustomizations.

use crate::rule::{KUSTOMIZE, rules};

rules! {
    [group KUSTOMIZE]

    UNMATCHED_PATCH {
        id: "unmatched-patch",
        severity: Warning,
        title: "Patch that matches no object",
        description: "The target of this patch selects nothing wherever the patch is used. kustomize \
                      silently skips it, so what it was meant to change is deployed as it was.",
        remediation: "Fix the target's kind, name, namespace or labels, or remove the patch. A target sees names as they are before the prefixes and suffixes of the same kustomization.",
        bad: "patches:\n- path: memory.yaml\n  target:\n    kind: Deployment\n    name: no-such-name\n",
        good: "patches:\n- path: memory.yaml\n  target:\n    kind: Deployment\n    name: api\n",
    }

    REDUNDANT_PATCH {
        id: "redundant-patch",
        severity: Warning,
        title: "Patch that changes nothing",
        description: "Every object that the patch matches already has what it sets. The overlay looks different from its base, but is not.",
        remediation: "Remove the patch. If it is there to keep a value whatever the base says, say so in a comment with an ignore.",
        bad: "# the base already has: replicas: 2\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: api}\n    spec: {replicas: 2}\n",
        good: "resources:\n- ../../base\n",
    }

    REDUNDANT_PATCH_VALUE {
        id: "redundant-patch-value",
        severity: Info,
        title: "Patch value that changes nothing",
        description: "The patch sets a value that every object it matches already has, or removes something that does not exist. Other parts of the patch do change something.",
        remediation: "Remove the value from the patch, so that it shows what differs.",
        bad: "# the base already has: image: api:1.4.2\nspec:\n  containers:\n  - name: api\n    image: api:1.4.2\n    resources: {limits: {memory: 1Gi}}\n",
        good: "spec:\n  containers:\n  - name: api\n    resources: {limits: {memory: 1Gi}}\n",
    }

    LOST_LIST_ITEMS {
        id: "lost-list-items",
        severity: Off,
        title: "Patch that drops list items of the base",
        description: "Kubernetes merges some lists by a key, such as containers by their name. All others, and every list of a custom resource, are replaced as a whole: what the base has in them and the patch does not repeat is gone, which a reader of the patch cannot see. Most often that is intended, as for `args`, and the two cannot be told apart, so this rule is off by default.",
        remediation: "Repeat the items that should stay, or add to the list with a JSON patch: `op: add`, `path: …/-`. If they should go, say so with an ignore.",
        bad: "# the base has two tolerations\nspec:\n  template:\n    spec:\n      tolerations:\n      - {key: dedicated, operator: Exists}\n",
        good: "- op: add\n  path: /spec/template/spec/tolerations/-\n  value: {key: dedicated, operator: Exists}\n",
    }

    DROPPED_PATCH_VALUE {
        id: "dropped-patch-value",
        severity: Warning,
        title: "Patch value that is lost in the merge",
        description: "The items of this list cannot be told apart by their merge key, or the item asks to be replaced, which kustomize does not do. Part of the patch is silently dropped, and the object is deployed without it.",
        remediation: "Give the item all the keys that tell it apart, such as `protocol` beside `containerPort`, or use a JSON patch.",
        bad: "# the base has port 80 for both TCP and UDP\nports:\n- containerPort: 80\n  name: http\n",
        good: "ports:\n- containerPort: 80\n  protocol: TCP\n  name: http\n",
    }

    EMPTY_PATCH_TARGET {
        id: "empty-patch-target",
        severity: Warning,
        title: "Patch that targets every object",
        description: "A target without conditions selects every object, including any that are added to a base later. With `$patch: delete` it deletes everything.",
        remediation: "Name the kind that is meant. If everything is meant, write `kind: .*` with a label, or say so with an ignore.",
        bad: "patches:\n- path: annotations.yaml\n  target: {}\n",
        good: "patches:\n- path: annotations.yaml\n  target:\n    kind: Deployment\n",
    }

    DUPLICATE_ENTRY {
        id: "duplicate-entry",
        severity: Warning,
        title: "Duplicate entry in a list",
        description: "kustomize applies the entry twice: a component or a JSON patch that adds to a list adds two items, and of two entries for an image the later one wins.",
        remediation: "Remove one of the two.",
        bad: "components:\n- ../../components/sidecar\n- ../../components/sidecar\n",
        good: "components:\n- ../../components/sidecar\n",
    }

    FLOATING_REMOTE_RESOURCE {
        id: "floating-remote-resource",
        severity: Warning,
        title: "Remote resource that is not pinned",
        description: "What is in another repository is fetched each time the target is rendered. Without `?ref=`, or at a branch, it can change what is deployed without a commit here and without a review.",
        remediation: "Pin it to a tag or, better, to a commit: `?ref=<commit>`. Best is a copy in this repository, which can also be checked.",
        bad: "resources:\n- https://github.com/acme/base//deploy?ref=main\n",
        good: "resources:\n- https://github.com/acme/base//deploy?ref=v1.4.2\n",
    }

    DEPRECATED_FIELD {
        id: "deprecated-field",
        severity: Warning,
        title: "Deprecated field",
        description: "kustomize warns about the field on each build and will remove it in a later version \
                      of the API.",
        remediation: "`gitopslint check --fix` writes the new field wherever the rendered output is \
                      unchanged, byte for byte.",
        bad: "bases:\n- ../../base\ncommonLabels:\n  app: api\n",
        good: "resources:\n- ../../base\nlabels:\n- includeSelectors: true\n  pairs:\n    app: api\n",
    }

    UNHASHED_GENERATOR {
        id: "unhashed-generator",
        severity: Warning,
        title: "Generated ConfigMap or Secret without a name hash",
        description: "With `disableNameSuffixHash`, a changed ConfigMap or Secret keeps its name, so the \
                      workload's template does not change and its pods keep the settings they were started \
                      with: environment variables and `subPath` mounts are never read again.",
        remediation: "Keep the hash in the name. If the name must be known elsewhere, let a reloader or a checksum annotation replace the pods.",
        bad: "configMapGenerator:\n- name: settings # read with envFrom\n  literals: [LOG_LEVEL=info]\n  options: {disableNameSuffixHash: true}\n",
        good: "configMapGenerator:\n- name: settings\n  literals: [LOG_LEVEL=info]\n",
    }

    OVERRIDDEN_NAMESPACE {
        id: "overridden-namespace",
        severity: Info,
        title: "Namespace that is always overridden",
        description: "Whatever this field puts into its namespace, a kustomization that builds on it puts into another one, in every target. The field looks as if it decided where the objects are deployed.",
        remediation: "Remove the field. If the base is also deployed by itself, leave it.",
        bad: "# every overlay has a namespace of its own\nnamespace: api\nresources:\n- deployment.yaml\n",
        good: "resources:\n- deployment.yaml\n",
    }

    UNREFERENCED_MANIFEST {
        id: "unreferenced-manifest",
        severity: Warning,
        title: "Manifest that no kustomization lists",
        description: "The file is next to a kustomization that does not list it, and no other kustomization does. It looks deployed, but unless somebody applies it by hand, it is not.",
        remediation: "Add it to `resources`, or remove it.",
        bad: "# beside deployment.yaml and network-policy.yaml\nresources:\n- deployment.yaml\n",
        good: "resources:\n- deployment.yaml\n- network-policy.yaml\n",
    }

    UNUSED_BASE {
        id: "unused-base",
        severity: Off,
        title: "Base or component that is never used",
        description: "No kustomization builds on it, and no Application or Flux Kustomization deploys it. It is maintained and reviewed for nothing. Repositories that provide bases for others are full of such folders, and the two cannot be told apart, so this rule is off by default.",
        remediation: "Remove it, or build on it.",
        bad: "# nothing names apps/api/base\nresources:\n- deployment.yaml\n",
        good: "# apps/api/overlays/production/kustomization.yaml\nresources:\n- ../../base\n",
    }

    SELECTOR_LABEL_IN_OVERLAY {
        id: "selector-label-in-overlay",
        severity: Off,
        title: "Overlay that adds a label to a selector",
        description: "The selector of an existing workload cannot change. The overlay adds a label to the selector of an object that another overlay of the same base deploys without it. That is harmless if it was there from the first deployment and fails if it is added later, which the files do not show, so this rule is off by default.",
        remediation: "Use `labels` without `includeSelectors`, and with `includeTemplates: true` if the pods should have the label.",
        bad: "resources:\n- ../../base\nlabels:\n- includeSelectors: true\n  pairs: {env: production}\n",
        good: "resources:\n- ../../base\nlabels:\n- includeTemplates: true\n  pairs: {env: production}\n",
    }

    UNMATCHED_IMAGE {
        id: "unmatched-image",
        severity: Warning,
        title: "Image entry that matches no image",
        description: "No container uses an image of this name, wherever the entry is used. kustomize silently skips it, so the tag that is set here is never deployed.",
        remediation: "Write the name as in the manifests, with the registry and without the tag, or remove the entry. An earlier entry with `newName` changes the name that later ones see.",
        bad: "images:\n- name: acme/api\n  newTag: 1.5.0 # the manifests say ghcr.io/acme/api\n",
        good: "images:\n- name: ghcr.io/acme/api\n  newTag: 1.5.0\n",
    }

    REDUNDANT_IMAGE {
        id: "redundant-image",
        severity: Info,
        title: "Image entry that changes nothing",
        description: "Every image that the entry matches already has the name, tag and digest that it sets.",
        remediation: "Remove the entry, or the tag from the manifest, so that the version is in one place.",
        bad: "# the base already has: image: api:1.4.2\nimages:\n- name: api\n  newTag: 1.4.2\n",
        good: "images:\n- name: api\n  newTag: 1.5.0\n",
    }

    REDUNDANT_REPLICAS {
        id: "redundant-replicas",
        severity: Info,
        title: "Replicas entry that changes nothing",
        description: "Every workload that the entry matches already has this number of replicas.",
        remediation: "Remove the entry.",
        bad: "# the base already has: replicas: 2\nreplicas:\n- name: api\n  count: 2\n",
        good: "replicas:\n- name: api\n  count: 3\n",
    }

    UNMATCHED_REPLACEMENT {
        id: "unmatched-replacement",
        severity: Warning,
        title: "Replacement target that matches no object",
        description: "The target selects nothing wherever the replacement is used. kustomize silently skips it, so the placeholder is deployed as it is.",
        remediation: "Fix the target's `select`, or remove the target. Its fields are compared as they are, not as regular expressions.",
        bad: "replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.host}\n  targets:\n  - select: {kind: Ingress, name: no-such-name}\n    fieldPaths: [spec.rules.0.host]\n",
        good: "replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.host}\n  targets:\n  - select: {kind: Ingress, name: api}\n    fieldPaths: [spec.rules.0.host]\n",
    }
}
