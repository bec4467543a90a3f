//! The rules on Applications.

use crate::rule::{DEPLOYMENT, rules};

rules! {
    [group DEPLOYMENT]

    UNKNOWN_PROJECT {
        id: "unknown-project",
        severity: Warning,
        title: "Application in a project that does not exist",
        description: "Argo CD does not sync an Application whose AppProject does not exist. The repository defines projects, but not this one. Each project that is missing is reported once, with the Applications that name it.",
        remediation: "Fix the project's name, or define the AppProject.",
        bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: plattform}\n",
        good: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: platform}\n",
    }

    MISTYPED_REPOSITORY {
        id: "mistyped-repository",
        severity: Warning,
        title: "Application with a mistyped repository",
        description: "Other Applications deploy from an address that differs in a letter or two. Argo CD finds no such repository, or a stranger's.",
        remediation: "Fix the address.",
        bad: "# all others have https://git.example.org/platform\nspec: {source: {repoURL: https://git.example.org/plattform, path: web}}\n",
        good: "spec: {source: {repoURL: https://git.example.org/platform, path: web}}\n",
    }

    UNUSABLE_SOURCE {
        id: "unusable-source",
        severity: Error,
        title: "Source with an address that cannot be fetched",
        description: "The address of a repository still holds a placeholder, or begins with two schemes. Argo CD and Flux fetch nothing from it, so nothing of it is deployed. A placeholder that several files hold is probably filled in by a program and is a warning.",
        remediation: "Write the address of the repository.",
        bad: "spec: {source: {repoURL: 'https://git.example.org/<your-org>/platform', path: web}}\n",
        good: "spec: {source: {repoURL: 'https://git.example.org/acme/platform', path: web}}\n",
    }

    OBJECT_OF_TWO_APPLICATIONS {
        id: "object-of-two-applications",
        severity: Warning,
        title: "Object owned by two Applications",
        description: "Two Applications of Argo CD, or Kustomizations of Flux, apply the same object to the same cluster. Each sync takes it from the other one, and when either is deleted with its resources, the object goes with it.",
        remediation: "Let one of them deploy it, or give them namespaces of their own.",
    }

    PROJECT_FORBIDS {
        id: "project-forbids",
        severity: Error,
        title: "Application that its project does not allow",
        description: "An AppProject lists the repositories, clusters, namespaces and kinds that its Applications may use. Argo CD syncs nothing else.",
        remediation: "Allow it in the project, or move the Application to another project.",
        bad: "spec: {sourceRepos: ['https://git.example.org/shop/*']} # and an Application from https://git.example.org/platform\n",
        good: "spec: {sourceRepos: ['https://git.example.org/shop/*', 'https://git.example.org/platform']}\n",
    }

    INVALID_APPLICATION {
        id: "invalid-application",
        severity: Error,
        title: "Application that Argo CD rejects",
        description: "The Application's spec contradicts itself or is incomplete: Argo CD deploys none of it.",
        remediation: "Fix the field.",
        bad: "destination: {server: https://kubernetes.default.svc, name: in-cluster}\n",
        good: "destination: {name: in-cluster, namespace: web}\n",
    }

    INVALID_PROJECT {
        id: "invalid-project",
        severity: Error,
        title: "AppProject that Argo CD's API server rejects",
        description: "Argo CD's API server rejects the project in `argocd proj` and the UI. Applying it with kubectl or from git bypasses that check: it is accepted and its Applications sync. This is a warning unless Applications cannot sync or a role grants nothing.",
        remediation: "Fix the field.",
    }

    INVALID_RBAC_POLICY {
        id: "invalid-rbac-policy",
        severity: Error,
        title: "Malformed line in Argo CD's RBAC policy",
        description: "Argo CD drops all policies of `argocd-rbac-cm` if one line is malformed, so only administrators can still do anything.",
        remediation: "Fix the line: `p, SUBJECT, RESOURCE, ACTION, OBJECT, allow|deny` or `g, SUBJECT, ROLE`.",
        bad: "policy.csv: 'p, role:dev, applications, get, shop/*'\n",
        good: "policy.csv: 'p, role:dev, applications, get, shop/*, allow'\n",
    }

    POWERLESS_POLICY {
        id: "powerless-policy",
        severity: Warning,
        title: "Argo CD RBAC policy that grants nothing",
        description: "The line names what does not exist, such as a project, a role or an action, so it has no effect.",
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
        title: "Object that is applied before what it depends on",
        description: "Argo CD applies one wave after another, and waits until the objects of each are healthy. Here an object comes before something it needs: its namespace, its definition, or a ConfigMap or Secret without which its pods do not start. The first sync to a new cluster cannot succeed.",
        remediation: "Give what is needed an earlier wave or phase.",
        bad: "kind: ConfigMap # read by a Deployment of wave 0\nmetadata: {name: settings, annotations: {argocd.argoproj.io/sync-wave: \"1\"}}\n",
        good: "kind: ConfigMap\nmetadata: {name: settings, annotations: {argocd.argoproj.io/sync-wave: \"-1\"}}\n",
    }

    DELETED_HOOK {
        id: "deleted-hook",
        severity: Warning,
        title: "Hook that is deleted while it is still needed",
        description: "The hook is deleted as soon as the sync succeeds, but the pods of an object that stays need it: the next pod that starts does not find it.",
        remediation: "Make it an ordinary object of an earlier wave, or use the policy `BeforeHookCreation`.",
        bad: "kind: Secret # mounted by a Deployment\nmetadata:\n  annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}\n",
        good: "kind: Secret\nmetadata:\n  annotations: {argocd.argoproj.io/sync-wave: \"-1\"}\n",
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
        title: "Values file of an environment that its Application leaves out",
        description: "The chart has a values file for this environment, but the Application that deploys it there does not use it.",
        remediation: "Add the file to `valueFiles`, or remove it.",
        bad: "source: {path: charts/api, helm: {valueFiles: []}} # beside charts/api/values-production.yaml\n",
        good: "source: {path: charts/api, helm: {valueFiles: [values-production.yaml]}}\n",
    }

    UNKNOWN_FLUX_DEPENDENCY {
        id: "unknown-flux-dependency",
        severity: Warning,
        title: "Dependency on something that does not exist",
        description: "Flux applies an object only once everything in its `dependsOn` is ready. What this names is nowhere in the repository.",
        remediation: "Fix the name, or remove the entry.",
        bad: "dependsOn: [{name: infrastucture}]\n",
        good: "dependsOn: [{name: infrastructure}]\n",
    }

    UNDEFINED_VARIABLE {
        id: "undefined-variable",
        severity: Warning,
        title: "Variable that Flux replaces with an empty string",
        description: "The Kustomization substitutes variables, but neither `substitute` nor a source in `substituteFrom` sets this one, and it has no default: Flux replaces it with an empty string. Variables of shell scripts in ConfigMaps are emptied this way, too.",
        remediation: "Set it under `postBuild`, give it a default (`${NAME:=value}`), write `$${NAME}` for what a script should read, or annotate the object with `kustomize.toolkit.fluxcd.io/substitute: disabled`.",
        bad: "postBuild: {substitute: {domain: example.org}} # and a manifest with `host: ${HOST}.${domain}`\n",
        good: "postBuild: {substitute: {domain: example.org, HOST: web}}\n",
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
        description: "The value names a host or a namespace that an environment of another tier defines in this repository, but production does not.",
        remediation: "Use production's own, or define it in production if it is shared.",
        bad: "data: {API_URL: 'https://api.dev.example.org'} # deployed to production\n",
        good: "data: {API_URL: 'https://api.example.org'}\n",
    }

    OBJECT_IN_ANOTHER_ENVIRONMENT {
        id: "object-in-another-environment",
        severity: Warning,
        title: "Object in another environment's namespace",
        description: "The object names a namespace that only other environments have in this repository, so it is applied to what belongs to them, or to a namespace that does not exist.",
        remediation: "Name the environment's own namespace.",
        bad: "metadata: {name: web, namespace: web-dev} # deployed to production\n",
        good: "metadata: {name: web, namespace: web}\n",
    }

    APPLICATION_OF_ANOTHER_ENVIRONMENT {
        id: "application-of-another-environment",
        severity: Warning,
        title: "Application that deploys another environment's Applications",
        description: "The Application belongs to one environment, but its folder holds Applications of another one: whoever syncs the first deploys the second as well.",
        remediation: "Leave the other environment's folder out with `directory.exclude`, or give it an Application of its own.",
        bad: "metadata: {name: apps-production}\nspec: {source: {path: apps, directory: {recurse: true}}} # apps/dev is below\n",
        good: "metadata: {name: apps-production}\nspec: {source: {path: apps/production}}\n",
    }

    APPLICATION_OF_NOTHING {
        id: "application-of-nothing",
        severity: Warning,
        title: "Application that deploys nothing",
        description: "Its sources are known and contain no objects. If Argo CD syncs and prunes it automatically, what it deployed before is deleted, provided that `allowEmpty` is set. Without that, Argo CD rejects every sync, and what was deployed before stays.",
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
