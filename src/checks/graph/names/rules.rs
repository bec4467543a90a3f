//! The rules on references by name.

use crate::rule::{REFERENCES, rules};

rules! {
    [group REFERENCES]

    UNKNOWN_REFERENCE {
        id: "unknown-reference",
        severity: Warning,
        title: "Reference with a mistyped name",
        description: "Nothing in the repository has this name, but an object that could be meant has nearly the same one.",
        remediation: "Use the object's name.",
        bad: "# the ConfigMap is called web-settings\nenvFrom: [{configMapRef: {name: web-setings}}]\n",
        good: "envFrom: [{configMapRef: {name: web-settings}}]\n",
    }

    MISSING_REFERENCE {
        id: "missing-reference",
        severity: Warning,
        title: "Reference to an object that nothing creates",
        description: "The repository creates the other objects of this kind that the pod or the namespace uses, but not this one. A pod that needs it does not start.",
        remediation: "Add the object, fix the name, or set `optional: true` if it may be missing. A namespace that others deploy to belongs under `external` in the configuration.",
    }

    REFERENCE_ELSEWHERE {
        id: "reference-elsewhere",
        severity: Off,
        title: "Reference to an object created elsewhere",
        description: "Nothing in the repository creates the object. If nothing else does, whatever refers to it does not work: pods that need it do not start.",
        remediation: "Make sure that it is created before a new cluster is set up from the repository, or add it as an ExternalSecret or a SealedSecret.",
    }

    MISSING_IN_ENVIRONMENT {
        id: "missing-in-environment",
        severity: Warning,
        title: "Reference to an object that only another environment has",
        description: "The application refers to the object in several environments and creates it in some of them, but not in this one. A pod that needs it does not start here.",
        remediation: "Create it for this environment, too, or in the base of all. If it may be missing, set `optional: true`.",
    }

    MISSING_SERVICE_ACCOUNT {
        id: "missing-service-account",
        severity: Warning,
        title: "Pod with a ServiceAccount that nothing creates",
        description: "The repository creates other ServiceAccounts in the namespace, but not this one. The pods are never created.",
        remediation: "Fix the name, or add the ServiceAccount.",
        bad: "# the ServiceAccount is called api\nspec: {serviceAccountName: apo}\n",
        good: "spec: {serviceAccountName: api}\n",
    }

    UNDECLARED_NAMESPACE {
        id: "undeclared-namespace",
        severity: Warning,
        title: "Namespace that nothing creates",
        description: "The repository creates namespaces, but not this one. Unless something else does, nothing can be applied to it.",
        remediation: "Declare it, let the Application create it (`CreateNamespace=true`), or list it under `external` in the configuration.",
        bad: "# Application without CreateNamespace, and no Namespace `shop` in the repository\ndestination: {namespace: shop}\n",
        good: "destination: {namespace: shop}\nsyncPolicy: {syncOptions: [CreateNamespace=true]}\n",
    }
}
