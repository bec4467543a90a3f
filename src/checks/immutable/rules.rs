//! The rule on fields that cannot change.

use crate::rule::{SCHEMA, rules};

rules! {
    [group SCHEMA]

    IMMUTABLE_FIELD {
        id: "immutable-field",
        severity: Error,
        title: "Change to an immutable field",
        description: "The API server rejects the change to an existing object, so the sync fails and keeps failing. Only commands that see a change report it: `check --changed`, `diff --rev`, `plan` and `promote`. Hooks, and objects that are replaced by force, are left out.",
        remediation: "Give the object another name, or delete it before it is applied. Argo CD does so with the annotation `argocd.argoproj.io/sync-options: Force=true,Replace=true`, Flux with `kustomize.toolkit.fluxcd.io/force: enabled`.",
        bad: "# it was: app: web\nkind: Deployment\nspec:\n  selector: {matchLabels: {app: shop-web}}\n",
        good: "kind: Deployment\nspec:\n  selector: {matchLabels: {app: web}}\n",
    }
}
