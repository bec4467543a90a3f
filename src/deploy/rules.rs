//! The rules on what objects ask to be deployed.

use crate::rule::{DEPLOYMENT, HELM, RENDERING, SCHEMA, rules};

rules! {
    [group RENDERING]

    CHART_NOT_AVAILABLE {
        id: "chart-not-available",
        severity: Info,
        title: "Chart that is not in the repository",
        description: "The chart is fetched at deployment, so what it renders is not checked.",
        remediation: "Vendor the chart in this repository, or make it a dependency of your own chart with \
                      the archive in `charts/`.",
    }

    TEMPLATE_FOLDER {
        id: "template-folder",
        severity: Info,
        title: "Folder of templates that is not deployed itself",
        description: "A generator such as copier, cookiecutter, Backstage or Ansible copies the folder and fills it in, or people copy it by hand: it is called `template` or `_templates`, or the generator of an ApplicationSet leaves it out by name, and nothing else deploys it. Its files are not what is deployed, so they are not checked, except for secrets.",
        remediation: "Nothing to fix. What is made of it is checked where it is deployed.",
    }

    [group SCHEMA]

    INCOMPLETE_MANIFEST {
        id: "incomplete-manifest",
        severity: Error,
        title: "Manifest without apiVersion, kind or metadata",
        description: "Every Kubernetes object has `apiVersion`, `kind` and `metadata`. If one of them is missing or misspelled, the API server rejects the manifest, and tools that read the folder may skip it.",
        remediation: "Add what is missing, or fix its name.",
        bad: "apiVersion: v1\nKind: ConfigMap\nmetadata: {name: settings}\ndata: {size: \"1\"}\n",
        good: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {size: \"1\"}\n",
    }

    [group HELM]

    FLOATING_CHART_VERSION {
        id: "floating-chart-version",
        severity: Warning,
        title: "Chart dependency without a fixed version",
        description: "A dependency names a version range and no Chart.lock says which version is meant, so the same commit can deploy something else tomorrow.",
        remediation: "Pin one version, or commit the Chart.lock that `helm dependency update` writes.",
        bad: "dependencies:\n- name: redis\n  version: ^19.0.0\n  repository: https://charts.example.org\n",
        good: "dependencies:\n- name: redis\n  version: 19.6.4\n  repository: https://charts.example.org\n",
    }

    [group DEPLOYMENT]

    MISSING_SOURCE_PATH {
        id: "missing-source-path",
        severity: Error,
        title: "Application whose folder does not exist",
        description: "The Application or Kustomization names a folder that is not in this repository, so Argo CD or Flux cannot build it: nothing is deployed, and what was deployed before is not updated.",
        remediation: "Fix the path, or add the folder.",
        bad: "source:\n  repoURL: https://git.example.org/platform.git\n  path: apps/api/overlays/prod # the folder is called production\n",
        good: "source:\n  repoURL: https://git.example.org/platform.git\n  path: apps/api/overlays/production\n",
    }

    RECURSED_KUSTOMIZATION {
        id: "recursed-kustomization",
        severity: Error,
        title: "Kustomization that is applied as an object",
        description: "With `directory.recurse`, `directory.include` or `directory.exclude`, Argo CD does not build the kustomizations in the folder: it applies every file as is, including the kustomization itself, whose kind no cluster has, so the sync fails.",
        remediation: "Point the Application at the kustomization without `directory`, or leave it out with `directory.exclude`.",
    }

    FLOATING_REVISION {
        id: "floating-revision",
        severity: Warning,
        title: "Branch of another repository in production",
        description: "The Application deploys whatever the branch of another repository currently holds, so production changes without a change here.",
        remediation: "Pin `targetRevision` to a tag or a commit.",
        bad: "source: {repoURL: https://git.example.org/other.git, path: deploy, targetRevision: main}\n",
        good: "source: {repoURL: https://git.example.org/other.git, path: deploy, targetRevision: v1.4.2}\n",
    }

    NOT_RENDERED_HERE {
        id: "not-rendered-here",
        severity: Info,
        title: "Folder that a plugin renders in the cluster",
        description: "A config management plugin or Jsonnet renders the Application's folder. gitopslint runs neither, so what they produce is not checked.",
        remediation: "Nothing to fix. Everything else in the folder is checked.",
    }

    VALUES_NOT_FOLLOWED {
        id: "values-not-followed",
        severity: Info,
        title: "Values that come from the cluster",
        description: "Values or variables come from a ConfigMap or Secret that is not in the repository, or is encrypted there, so what they set is not checked.",
        remediation: "Nothing to fix. Values in the release itself are checked.",
    }

    INVALID_APPLICATION_SET {
        id: "invalid-application-set",
        severity: Error,
        title: "ApplicationSet that generates nothing",
        description: "A generator or the template fails, so Argo CD generates none of the Applications: \
                      what is deployed stays as it is, and changes no longer arrive.",
        remediation: "Fix the generator or the template at the place shown.",
    }

    UNKNOWN_APPLICATIONS {
        id: "unknown-applications",
        severity: Info,
        title: "Applications known only to a running Argo CD",
        description: "Only Argo CD knows what the generator finds, so the Applications that it generates are not checked.",
        remediation: "Nothing to fix. Clusters are known if their Secrets are in the repository.",
    }
}
