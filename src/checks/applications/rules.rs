//! The rules on Applications.

use crate::rule::{DEPLOYMENT, rules};

rules! {
    [group DEPLOYMENT]

    UNKNOWN_PROJECT {
        id: "unknown-project",
        severity: Warning,
        title: "Application of a project that does not exist",
        description: "Argo CD refuses to sync an Application whose AppProject does not exist. The repository defines projects, and this is none of them.",
        remediation: "Correct the project's name, or define the AppProject.",
        bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: plattform}\n",
        good: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\nspec: {project: platform}\n",
    }

    OBJECT_OF_TWO_APPLICATIONS {
        id: "object-of-two-applications",
        severity: Warning,
        title: "object that two Applications own",
        description: "Both Applications apply the same object to the same cluster. Each sync takes it from the other one, and when either is deleted with its resources, the object goes with it.",
        remediation: "Let one Application deploy it, or give the Applications namespaces of their own.",
    }
}
