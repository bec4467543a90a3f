//! The rules on kustomizations.

use crate::rule::{KUSTOMIZE, Rule, Severities, Severity};

/// A rule as it is written down here.
struct Entry {
    id: &'static str,
    severity: Severity,
    title: &'static str,
    description: &'static str,
    remediation: &'static str,
    bad: &'static str,
    good: &'static str,
}

/// All rules on kustomizations.
pub fn rules() -> Vec<Rule> {
    let rule = |entry: &Entry| Rule {
        id: entry.id.to_owned(),
        group: KUSTOMIZE.to_owned(),
        title: entry.title.to_owned(),
        description: entry.description.to_owned(),
        remediation: entry.remediation.to_owned(),
        severities: Severities::all(entry.severity),
        references: Vec::new(),
        bad: Some(entry.bad.to_owned()),
        good: Some(entry.good.to_owned()),
    };
    ENTRIES.iter().map(rule).collect()
}

const ENTRIES: &[Entry] = &[
    Entry {
        id: "unmatched-patch",
        severity: Severity::Warning,
        title: "patch that fits no object",
        description: "The target of this patch selects nothing in any rendering that the patch is part of. kustomize passes over it without a word, so what it was meant to change is deployed as it was.",
        remediation: "Correct the target's kind, name, namespace or labels, or remove the patch. A target sees names as they are before the prefixes and suffixes of the same kustomization.",
        bad: "patches:\n- path: memory.yaml\n  target:\n    kind: Deployment\n    name: no-such-name\n",
        good: "patches:\n- path: memory.yaml\n  target:\n    kind: Deployment\n    name: api\n",
    },
    Entry {
        id: "redundant-patch",
        severity: Severity::Warning,
        title: "patch that changes nothing",
        description: "Everything that the patch asks for is already so in each object that it fits. It looks as if this overlay differed from its base, and it does not.",
        remediation: "Remove the patch. If it is there to keep a value whatever the base says, say so in a comment with an ignore.",
        bad: "# the base already has: replicas: 2\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: api}\n    spec: {replicas: 2}\n",
        good: "resources:\n- ../../base\n",
    },
    Entry {
        id: "redundant-patch-value",
        severity: Severity::Info,
        title: "value of a patch that changes nothing",
        description: "The patch sets a value to what it already is in every object that it fits, or removes what is not there. Other parts of the patch do change something.",
        remediation: "Remove the value from the patch, so that it shows what differs.",
        bad: "# the base already has: image: api:1.4.2\nspec:\n  containers:\n  - name: api\n    image: api:1.4.2\n    resources: {limits: {memory: 1Gi}}\n",
        good: "spec:\n  containers:\n  - name: api\n    resources: {limits: {memory: 1Gi}}\n",
    },
    Entry {
        id: "lost-list-items",
        severity: Severity::Off,
        title: "patch that wipes items of the base's list",
        description: "Kubernetes merges some lists by a key, such as containers by their name. All others, and every list of a custom resource, are replaced as a whole: what the base had in them and the patch does not repeat is gone, which a reader of the patch cannot see. Most often that is what is wanted, as for `args`, and nothing tells the two apart: that is why this rule is off by default.",
        remediation: "Repeat the items that are to stay, or add to the list with a JSON patch: `op: add`, `path: …/-`. If they are to go, say so with an ignore.",
        bad: "# the base has two tolerations\nspec:\n  template:\n    spec:\n      tolerations:\n      - {key: dedicated, operator: Exists}\n",
        good: "- op: add\n  path: /spec/template/spec/tolerations/-\n  value: {key: dedicated, operator: Exists}\n",
    },
    Entry {
        id: "dropped-patch-value",
        severity: Severity::Warning,
        title: "patch whose value gets lost in the merge",
        description: "The items of this list cannot be told apart by their merge key, or the item asks to be replaced, which kustomize does not do. A part of the patch is silently dropped, so that the object is deployed without it.",
        remediation: "Give the item all the keys that tell it apart, such as `protocol` beside `containerPort`, or use a JSON patch.",
        bad: "# the base has port 80 for both TCP and UDP\nports:\n- containerPort: 80\n  name: http\n",
        good: "ports:\n- containerPort: 80\n  protocol: TCP\n  name: http\n",
    },
    Entry {
        id: "empty-patch-target",
        severity: Severity::Warning,
        title: "patch whose target is every object",
        description: "A target without any condition selects everything there is, also what is added to a base later. With `$patch: delete` it deletes everything.",
        remediation: "Name the kind that is meant. If everything is meant, write `kind: .*` beside a label, or say so with an ignore.",
        bad: "patches:\n- path: annotations.yaml\n  target: {}\n",
        good: "patches:\n- path: annotations.yaml\n  target:\n    kind: Deployment\n",
    },
    Entry {
        id: "duplicate-entry",
        severity: Severity::Warning,
        title: "entry that stands twice in a list",
        description: "kustomize takes the entry twice: a component or a JSON patch that adds to a list adds two items, and of two entries for an image the later one wins.",
        remediation: "Remove one of the two.",
        bad: "components:\n- ../../components/sidecar\n- ../../components/sidecar\n",
        good: "components:\n- ../../components/sidecar\n",
    },
    Entry {
        id: "floating-remote-resource",
        severity: Severity::Warning,
        title: "other repository at a version that moves",
        description: "What stands in another repository is fetched each time the target is rendered. Without `?ref=`, or at a branch, it can change what is deployed without a commit here and without a review.",
        remediation: "Pin it to a tag or, better, to a commit: `?ref=<commit>`. Best is a copy in this repository, which can also be checked.",
        bad: "resources:\n- https://github.com/acme/base//deploy?ref=main\n",
        good: "resources:\n- https://github.com/acme/base//deploy?ref=v1.4.2\n",
    },
    Entry {
        id: super::DEPRECATED_FIELD,
        severity: Severity::Warning,
        title: "field for which there is another by now",
        description: "kustomize warns of the field at each build and will drop it in a later version of the API.",
        remediation: "`gitopslint check --fix` writes the new field wherever everything is rendered as before, byte for byte.",
        bad: "bases:\n- ../../base\ncommonLabels:\n  app: api\n",
        good: "resources:\n- ../../base\nlabels:\n- includeSelectors: true\n  pairs:\n    app: api\n",
    },
    Entry {
        id: "unmatched-image",
        severity: Severity::Warning,
        title: "entry of images that fits no image",
        description: "No container uses an image of this name, in any rendering that the entry is part of. kustomize passes over it without a word, so the tag that is set here is deployed nowhere.",
        remediation: "Write the name as it stands in the manifests, registry included and without the tag, or remove the entry. An earlier entry with `newName` changes the name that later ones see.",
        bad: "images:\n- name: acme/api\n  newTag: 1.5.0 # the manifests say ghcr.io/acme/api\n",
        good: "images:\n- name: ghcr.io/acme/api\n  newTag: 1.5.0\n",
    },
    Entry {
        id: "redundant-image",
        severity: Severity::Info,
        title: "entry of images that changes nothing",
        description: "Every image that the entry fits already has the name, tag and digest that it sets.",
        remediation: "Remove the entry, or the tag from the manifest, so that the version stands in one place.",
        bad: "# the base already has: image: api:1.4.2\nimages:\n- name: api\n  newTag: 1.4.2\n",
        good: "images:\n- name: api\n  newTag: 1.5.0\n",
    },
    Entry {
        id: "redundant-replicas",
        severity: Severity::Info,
        title: "entry of replicas that changes nothing",
        description: "Everything that the entry fits already has this number of replicas.",
        remediation: "Remove the entry.",
        bad: "# the base already has: replicas: 2\nreplicas:\n- name: api\n  count: 2\n",
        good: "replicas:\n- name: api\n  count: 3\n",
    },
    Entry {
        id: "unmatched-replacement",
        severity: Severity::Warning,
        title: "target of a replacement that fits no object",
        description: "The target selects nothing in any rendering that the replacement is part of. kustomize passes over it without a word, so the placeholder that was to be replaced is deployed.",
        remediation: "Correct the target's `select`, or remove the target. Its fields are compared as they are, not as regular expressions.",
        bad: "replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.host}\n  targets:\n  - select: {kind: Ingress, name: no-such-name}\n    fieldPaths: [spec.rules.0.host]\n",
        good: "replacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.host}\n  targets:\n  - select: {kind: Ingress, name: api}\n    fieldPaths: [spec.rules.0.host]\n",
    },
];
