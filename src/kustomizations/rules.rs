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
