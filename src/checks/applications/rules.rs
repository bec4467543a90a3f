//! The rules on Applications.

use crate::rule::{DEPLOYMENT, rules};

rules! {
    [group DEPLOYMENT]

    UNKNOWN_PROJECT {
        id: "unknown-project",
        severity: Warning,
        title: "Application in a project that does not exist",
        description: "Argo CD refuses to sync an Application whose AppProject does not exist. The repository defines projects, and this is none of them.",
        remediation: "Fix the project's name, or define the AppProject.",
        bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: plattform}\n",
        good: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: platform}\n",
    }

    OBJECT_OF_TWO_APPLICATIONS {
        id: "object-of-two-applications",
        severity: Warning,
        title: "Object owned by two Applications",
        description: "Both Applications apply the same object to the same cluster. Each sync takes it from the other one, and when either is deleted with its resources, the object goes with it.",
        remediation: "Let one Application deploy it, or give the Applications namespaces of their own.",
    }

    PROJECT_FORBIDS {
        id: "project-forbids",
        severity: Error,
        title: "Application that its project does not allow",
        description: "An AppProject says from which repositories, to which clusters and namespaces and which kinds its Applications deploy. Argo CD refuses to sync what goes beyond that.",
        remediation: "Allow it in the project, or move the Application to another project.",
        bad: "spec: {sourceRepos: ['https://git.example.org/shop/*']} # and an Application from https://git.example.org/platform\n",
        good: "spec: {sourceRepos: ['https://git.example.org/shop/*', 'https://git.example.org/platform']}\n",
    }

    INVALID_APPLICATION {
        id: "invalid-application",
        severity: Error,
        title: "Application that Argo CD rejects",
        description: "The Application's spec contradicts itself or lacks something: Argo CD deploys none of it.",
        remediation: "Fix the field.",
        bad: "destination: {server: https://kubernetes.default.svc, name: in-cluster}\n",
        good: "destination: {name: in-cluster, namespace: web}\n",
    }

    INVALID_PROJECT {
        id: "invalid-project",
        severity: Error,
        title: "AppProject that Argo CD rejects",
        description: "The AppProject's spec is invalid, so Argo CD rejects it and does not sync its Applications.",
        remediation: "Fix the field.",
    }

    INVALID_RBAC_POLICY {
        id: "invalid-rbac-policy",
        severity: Error,
        title: "Malformed line in Argo CD's RBAC policy",
        description: "Argo CD drops all policies of `argocd-rbac-cm` when one line of them is malformed, so only administrators can still do anything.",
        remediation: "Fix the line: `p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny` or `g, SUBJECT, ROLE`.",
        bad: "policy.csv: 'p, role:dev, applications, get, shop/*'\n",
        good: "policy.csv: 'p, role:dev, applications, get, shop/*, allow'\n",
    }

    POWERLESS_POLICY {
        id: "powerless-policy",
        severity: Warning,
        title: "RBAC policy of Argo CD that grants nothing",
        description: "The line names a project or a role that does not exist, so it has no effect.",
        remediation: "Fix the name, or remove the line.",
    }

    TWO_APPLICATIONS_OF_ONE_NAME {
        id: "two-applications-of-one-name",
        severity: Error,
        title: "Two Applications with the same name",
        description: "To Argo CD, both are the same object: the one applied last wins, and what the other deployed is deleted or left behind.",
        remediation: "Rename one of them.",
    }

    UNUSED_IGNORE_DIFFERENCE {
        id: "unused-ignore-difference",
        severity: Warning,
        title: "Ignored difference that matches no object",
        description: "The entry of `ignoreDifferences` matches no object that the Application deploys, so the difference it was meant for is not ignored.",
        remediation: "Fix group, kind or name, or remove the entry.",
        bad: "ignoreDifferences: [{group: '', kind: Deployment, jsonPointers: [/spec/replicas]}]\n",
        good: "ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]\n",
    }

    INVALID_SYNC_WAVE {
        id: "invalid-sync-wave",
        severity: Warning,
        title: "Sync wave that is not a number",
        description: "Argo CD reads a sync wave that is not a whole number as 0, so the object is applied at a different time.",
        remediation: "Write a whole number in quotes.",
        bad: "annotations: {argocd.argoproj.io/sync-wave: first}\n",
        good: "annotations: {argocd.argoproj.io/sync-wave: \"-1\"}\n",
    }

    LATE_SYNC_WAVE {
        id: "late-sync-wave",
        severity: Warning,
        title: "Namespace in a later sync wave than its objects",
        description: "An object is applied in an earlier wave than its namespace, so the first sync to a new cluster fails.",
        remediation: "Give the namespace an earlier wave, or let Argo CD create it with `CreateNamespace=true`.",
    }

    UNDEPLOYED_OVERLAY {
        id: "undeployed-overlay",
        severity: Warning,
        title: "Overlay that is never deployed",
        description: "Applications of this repository deploy the overlays next to it, but none deploys this one: it reaches no cluster.",
        remediation: "Add the Application, or remove the overlay.",
    }

    VALUES_NOT_GIVEN {
        id: "values-not-given",
        severity: Warning,
        title: "Environment's values file that its Application does not use",
        description: "The chart has a values file for this environment, and the Application that deploys it there does not name it.",
        remediation: "Add the file to `valueFiles`, or remove it.",
        bad: "source: {path: charts/api, helm: {valueFiles: []}} # beside charts/api/values-production.yaml\n",
        good: "source: {path: charts/api, helm: {valueFiles: [values-production.yaml]}}\n",
    }

    UNKNOWN_FLUX_DEPENDENCY {
        id: "unknown-flux-dependency",
        severity: Warning,
        title: "Dependency on something that does not exist",
        description: "Flux applies an object only when all in its `dependsOn` is ready. What it names is nowhere in this repository.",
        remediation: "Fix the name, or remove the entry.",
        bad: "dependsOn: [{name: infrastucture}]\n",
        good: "dependsOn: [{name: infrastructure}]\n",
    }

    FLUX_DEPENDENCY_CIRCLE {
        id: "flux-dependency-circle",
        severity: Error,
        title: "Objects that depend on each other in a cycle",
        description: "Each waits until the next one is ready, so none of them is ever applied.",
        remediation: "Remove one of the dependencies.",
    }

    NAMES_ANOTHER_ENVIRONMENT {
        id: "names-another-environment",
        severity: Warning,
        title: "Production value that names another environment",
        description: "The value names a host or a namespace that an environment of another tier defines in this repository, and production does not.",
        remediation: "Use production's own, or define it in production if it is shared.",
        bad: "data: {API_URL: 'https://api.dev.example.org'} # deployed to production\n",
        good: "data: {API_URL: 'https://api.example.org'}\n",
    }

    APPLICATION_OF_NOTHING {
        id: "application-of-nothing",
        severity: Warning,
        title: "Application that deploys nothing",
        description: "Its sources are known and hold no object. What it deployed before gets pruned.",
        remediation: "Fix the path or the file patterns, or remove the Application.",
    }

    DEFAULT_PROJECT_IN_USE {
        id: "default-project",
        severity: Info,
        title: "Application in the default project",
        description: "Argo CD's default project allows every repository, destination and kind, unless somebody restricts it.",
        remediation: "Give the Application a project that allows what it needs.",
    }
}
