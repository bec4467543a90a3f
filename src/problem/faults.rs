//! The rules behind faults of reading and rendering.

use manifest::FaultKind;

use crate::rule::{RENDERING, Rule, rules};

/// The rule behind what keeps a target from being rendered.
pub(crate) fn rule_of(kind: FaultKind) -> &'static Rule {
    match kind {
        FaultKind::Syntax => &INVALID_YAML,
        FaultKind::Field => &INVALID_KUSTOMIZATION,
        FaultKind::Missing => &MISSING_RESOURCE,
        FaultKind::Outside => &OUTSIDE_ROOT,
        FaultKind::Cycle => &RESOURCE_CYCLE,
        FaultKind::Conflict => &CONFLICTING_RESOURCE,
        FaultKind::Patch => &PATCH_NOT_APPLIED,
        FaultKind::EmptyPatch => &EMPTY_PATCH,
        FaultKind::Chart => &INVALID_CHART,
        FaultKind::Values | FaultKind::Unset => &INVALID_VALUES,
        FaultKind::Template => &INVALID_TEMPLATE,
        FaultKind::Remote => &REMOTE_RESOURCE,
        FaultKind::Unsupported => &UNSUPPORTED_FIELD,
        FaultKind::Exec => &EXEC_REFUSED,
        FaultKind::Limit => &INPUT_LIMIT,
    }
}

rules! {
    [group RENDERING]

    INVALID_YAML {
        id: "invalid-yaml",
        severity: Error,
        title: "File that is not valid YAML",
        description: "Nothing that reads this file can be deployed: kustomize, Helm and the API server \
                      reject it, or read something other than what is meant.",
        remediation: "Fix the syntax at the place shown. An editor with YAML support shows it while you \
                      type.",
        bad: "metadata:\n  name: api\n labels: {}\n",
        good: "metadata:\n  name: api\n  labels: {}\n",
    }

    TARGET_NOT_RENDERED {
        id: "target-not-rendered",
        severity: Error,
        title: "Target that does not render, with the reason hidden",
        description: "The rule that says why the target does not render is deselected or switched off. \
                      Nothing in the target is checked, so a clean result would be misleading.",
        remediation: "Run without `--ignore` for the rule behind it, and fix what it reports.",
    }

    DUPLICATE_KEY {
        id: "duplicate-key",
        severity: Error,
        title: "Duplicate key in a mapping",
        description: "YAML parsers disagree: some reject the file, others silently take the last value and \
                      drop the first.",
        remediation: "Remove one of the two, or merge what they hold.",
        bad: "replicas: 1\nreplicas: 3\n",
        good: "replicas: 3\n",
    }

    INVALID_KUSTOMIZATION {
        id: "invalid-kustomization",
        severity: Error,
        title: "Kustomization that does not build",
        description: "A field of the kustomization is unknown, or has a value that kustomize rejects, so nothing of the target can be deployed.",
        remediation: "Fix the field at the place shown.",
        bad: "resource:\n- deployment.yaml\n",
        good: "resources:\n- deployment.yaml\n",
    }

    MISSING_RESOURCE {
        id: "missing-resource",
        severity: Error,
        title: "Kustomization that refers to a missing file or object",
        description: "A file, folder or object that the kustomization names is not in the repository, so nothing of the target can be deployed.",
        remediation: "Add what is missing, fix the path, or remove the entry.",
    }

    OUTSIDE_ROOT {
        id: "outside-root",
        severity: Error,
        title: "Path outside the folders that may be read",
        description: "kustomize rejects files outside the kustomization's folder, and Argo CD rejects repositories with links that point outside them, so that a manifest cannot read secrets of the machine that renders it.",
        remediation: "Move the file into the folder, or move what is shared into a base and refer to its folder.",
    }

    RESOURCE_CYCLE {
        id: "resource-cycle",
        severity: Error,
        title: "Kustomizations that include each other in a cycle",
        description: "None of them can be built.",
        remediation: "Move what they share into a base that refers to none of them.",
    }

    CONFLICTING_RESOURCE {
        id: "conflicting-resource",
        severity: Error,
        title: "Two objects with the same identity",
        description: "kustomize refuses to build when an object is defined twice, or when a reference matches several objects.",
        remediation: "Remove one of the definitions, or rename it; to change an object of a base, patch it.",
        bad: "resources:\n- ../../base\n- ../../base/deployment.yaml\n",
        good: "resources:\n- ../../base\n",
    }

    PATCH_NOT_APPLIED {
        id: "patch-not-applied",
        severity: Error,
        title: "Patch that cannot be applied",
        description: "kustomize rejects a patch whose target does not exist or whose path does not exist, so nothing of the target can be deployed.",
        remediation: "Fix the patch's target or path, or remove the patch.",
        bad: "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: no-such-name}\n",
        good: "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: api}\n",
    }

    EMPTY_PATCH {
        id: "empty-patch",
        severity: Warning,
        title: "Patch without content",
        description: "The patch holds nothing but comments. kustomize before 5.7.1 fails to build, and says that it qualifies as both a strategic merge and a JSON patch; newer versions ignore it. Which version builds the target depends on Argo CD, Flux or kubectl.",
        remediation: "Remove the entry of `patches` until there is something to change.",
        bad: "patches:\n- path: later.yaml  # holds only comments\n  target: {kind: Deployment}\n",
        good: "patches: []\n",
    }

    INVALID_CHART {
        id: "invalid-chart",
        severity: Error,
        title: "Chart that cannot be read",
        description: "A file that makes the folder a chart is missing or invalid, so Helm rejects it in every environment.",
        remediation: "Fix Chart.yaml, Chart.lock or the archive at the place shown.",
    }

    INVALID_VALUES {
        id: "invalid-values",
        severity: Error,
        title: "Values that the chart rejects",
        description: "A value has a type that the chart cannot use, contradicts its values.schema.json, or is required and missing, so Helm does not render the chart for this environment.",
        remediation: "Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.",
        bad: "replicas: three\n",
        good: "replicas: 3\n",
    }

    INVALID_TEMPLATE {
        id: "invalid-template",
        severity: Error,
        title: "Template that does not render",
        description: "A template has a syntax error, fails while it runs, or prints invalid YAML, so Helm \
                      rejects the whole release.",
        remediation: "Fix the template at the place shown. Where a value may be missing, guard it with \
                      `with`, `default` or `required`.",
        bad: "host: {{ .Values.ingress.host }}\n",
        good: "{{- with .Values.ingress }}\nhost: {{ .host }}\n{{- end }}\n",
    }

    REMOTE_RESOURCE {
        id: "remote-resource",
        severity: Info,
        title: "Kustomization that uses another repository",
        description: "What is in another repository is fetched when the target is deployed. It can change without a commit here, and it cannot be checked here.",
        remediation: "Copy what is needed into this repository, or at least pin it to a commit with `?ref=`.",
        bad: "resources:\n- https://github.com/acme/base?ref=main\n",
        good: "resources:\n- ../../base\n",
    }

    UNSUPPORTED_FIELD {
        id: "unsupported-field",
        severity: Warning,
        title: "Target that uses an unsupported feature",
        description: "The target is not checked, because rendering it without this feature would give something other than what is deployed.",
        remediation: "Nothing is wrong with the target. Write it another way if it has to be checked.",
    }

    EXEC_REFUSED {
        id: "exec-refused",
        severity: Warning,
        title: "Target that needs an external program to render",
        description: "Programs from the repository are never run, so the target is not checked. Argo CD \
                      does not run them by default either.",
        remediation: "Use kustomize's own generators and transformers, or commit what the program prints.",
    }

    INPUT_LIMIT {
        id: "input-limit",
        severity: Error,
        title: "Input beyond the size or nesting limit",
        description: "Limits on nesting, aliases and size keep a hostile file from exhausting the machine that reads it.",
        remediation: "Split the file, or expand its aliases.",
    }

    LOCKED_FILE {
        id: "locked-file",
        severity: Info,
        title: "File that git-crypt keeps locked",
        description: "The file is encrypted with git-crypt, and this clone lacks the key, so what it says is not checked, nor what needs it.",
        remediation: "Unlock the clone with `git-crypt unlock` to have it checked.",
    }

    UNREADABLE_FILE {
        id: "unreadable-file",
        severity: Error,
        title: "File that cannot be read",
        description: "What cannot be read cannot be checked, and Argo CD may not be able to read it either.",
        remediation: "Fix the file's permissions, its encoding (UTF-8) or its name.",
    }
}
