//! The rules on Applications.

use crate::rule::{DEPLOYMENT, rules};

rules! {
    [group DEPLOYMENT]

    UNKNOWN_PROJECT {
        id: "unknown-project",
        severity: Warning,
        title: "Application in a project that does not exist",
        description: "Argo CD refuses to sync an Application whose AppProject does not exist. The repository defines projects, and this is none of them.",
        remediation: "Correct the project's name, or define the AppProject.",
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
        title: "Application that its project does not permit",
        description: "An AppProject says from which repositories, to which clusters and namespaces and which kinds its Applications deploy. Argo CD refuses to sync what goes beyond that.",
        remediation: "Permit it in the project, or give the Application another project.",
        bad: "spec: {sourceRepos: ['https://git.example.org/shop/*']} # and an Application from https://git.example.org/platform\n",
        good: "spec: {sourceRepos: ['https://git.example.org/shop/*', 'https://git.example.org/platform']}\n",
    }

    INVALID_APPLICATION {
        id: "invalid-application",
        severity: Error,
        title: "Application that Argo CD refuses",
        description: "What the Application's spec says contradicts itself or is not enough: Argo CD deploys none of it.",
        remediation: "Correct the field.",
        bad: "destination: {server: https://kubernetes.default.svc, name: in-cluster}\n",
        good: "destination: {name: in-cluster, namespace: web}\n",
    }

    INVALID_PROJECT {
        id: "invalid-project",
        severity: Error,
        title: "project that Argo CD refuses",
        description: "The AppProject's spec is wrong, so that Argo CD refuses it: its Applications are not synced.",
        remediation: "Correct the field.",
    }

    INVALID_RBAC_POLICY {
        id: "invalid-rbac-policy",
        severity: Error,
        title: "malformed line in Argo CD's policies",
        description: "Argo CD drops all policies of `argocd-rbac-cm` when one line of them is malformed, so that nobody but administrators may do anything.",
        remediation: "Correct the line: `p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny` or `g, SUBJECT, ROLE`.",
        bad: "policy.csv: 'p, role:dev, applications, get, shop/*'\n",
        good: "policy.csv: 'p, role:dev, applications, get, shop/*, allow'\n",
    }

    POWERLESS_POLICY {
        id: "powerless-policy",
        severity: Warning,
        title: "policy of Argo CD that grants nothing",
        description: "The line names a project or a role that does not exist, so that it has no effect.",
        remediation: "Correct the name, or remove the line.",
    }

    TWO_APPLICATIONS_OF_ONE_NAME {
        id: "two-applications-of-one-name",
        severity: Error,
        title: "two Applications of one name",
        description: "Both are the same object to Argo CD: whichever is applied last wins, and what the other one deployed is deleted or left behind.",
        remediation: "Rename one of them.",
    }

    UNUSED_IGNORE_DIFFERENCE {
        id: "unused-ignore-difference",
        severity: Warning,
        title: "ignored difference that nothing can have",
        description: "The entry of `ignoreDifferences` matches no object that the Application deploys, so that the difference it was meant for is not ignored.",
        remediation: "Correct group, kind or name, or remove the entry.",
        bad: "ignoreDifferences: [{group: '', kind: Deployment, jsonPointers: [/spec/replicas]}]\n",
        good: "ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]\n",
    }

    INVALID_SYNC_WAVE {
        id: "invalid-sync-wave",
        severity: Warning,
        title: "sync wave that is no number",
        description: "Argo CD takes a sync wave that is no whole number for 0, so that the object is applied at another time than it says.",
        remediation: "Write a whole number in quotes.",
        bad: "annotations: {argocd.argoproj.io/sync-wave: first}\n",
        good: "annotations: {argocd.argoproj.io/sync-wave: \"-1\"}\n",
    }

    LATE_SYNC_WAVE {
        id: "late-sync-wave",
        severity: Warning,
        title: "namespace in a later sync wave than its objects",
        description: "An object is applied before the wave that brings its namespace, so that the first sync to a new cluster cannot succeed.",
        remediation: "Give the namespace an earlier wave, or let Argo CD create it with `CreateNamespace=true`.",
    }

    UNDEPLOYED_OVERLAY {
        id: "undeployed-overlay",
        severity: Warning,
        title: "overlay that nothing deploys",
        description: "Applications of this repository deploy the overlays beside it, and none deploys this one: what it says reaches no cluster.",
        remediation: "Add the Application, or remove the overlay.",
    }

    VALUES_NOT_GIVEN {
        id: "values-not-given",
        severity: Warning,
        title: "values of an environment that its Application does not give",
        description: "The chart has a values file for this environment, and the Application that deploys it there does not name it.",
        remediation: "Add the file to `valueFiles`, or remove it.",
        bad: "source: {path: charts/api, helm: {valueFiles: []}} # beside charts/api/values-production.yaml\n",
        good: "source: {path: charts/api, helm: {valueFiles: [values-production.yaml]}}\n",
    }

    UNKNOWN_FLUX_DEPENDENCY {
        id: "unknown-flux-dependency",
        severity: Warning,
        title: "wait for what does not exist",
        description: "Flux applies an object only when all in its `dependsOn` is ready. What it names stands nowhere in this repository.",
        remediation: "Correct the name, or remove the entry.",
        bad: "dependsOn: [{name: infrastucture}]\n",
        good: "dependsOn: [{name: infrastructure}]\n",
    }

    FLUX_DEPENDENCY_CIRCLE {
        id: "flux-dependency-circle",
        severity: Error,
        title: "objects that wait for one another",
        description: "Each waits until the next one is ready, so that none ever is applied.",
        remediation: "Remove one of the dependencies.",
    }

    NAMES_ANOTHER_ENVIRONMENT {
        id: "names-another-environment",
        severity: Warning,
        title: "value in production that names another environment",
        description: "The value names a host or a namespace that an environment of another tier has in this repository, and that production has not.",
        remediation: "Name production's own, or let production define it if it is shared.",
        bad: "data: {API_URL: 'https://api.dev.example.org'} # deployed to production\n",
        good: "data: {API_URL: 'https://api.example.org'}\n",
    }

    APPLICATION_OF_NOTHING {
        id: "application-of-nothing",
        severity: Warning,
        title: "Application that deploys nothing",
        description: "Its sources are known and hold no object. What it deployed before is left to be pruned.",
        remediation: "Correct the path or the patterns of files, or remove the Application.",
    }

    DEFAULT_PROJECT_IN_USE {
        id: "default-project",
        severity: Info,
        title: "Application of the default project",
        description: "Argo CD's default project permits every repository, destination and kind, unless somebody restricts it.",
        remediation: "Give the Application a project that permits what it needs.",
    }
}
