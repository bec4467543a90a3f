//! The rules behind what schemas refuse.

use crate::rule::{Rule, Severities, Severity};

/// What stands around the examples' interesting line.
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec:\n";

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: api\nspec:\n  project: default\n  destination: {namespace: api}\n";

/// All rules of schemas.
pub fn rules() -> Vec<Rule> {
    let rule =
        |id: &str, title: &str, description: &str, remediation: &str, bad: String, good: String| {
            Rule {
                id: id.to_owned(),
                group: "schema".to_owned(),
                title: title.to_owned(),
                description: description.to_owned(),
                remediation: remediation.to_owned(),
                severities: Severities::all(Severity::Error),
                references: Vec::new(),
                bad: Some(bad),
                good: Some(good),
            }
        };
    let service = |spec: &str| format!("{SERVICE}{spec}");
    let mut rules = vec![
        rule(
            "unknown-field",
            "field that the kind does not have",
            "The API server drops fields that it does not know, or refuses the object. What the field was meant to do does not happen.",
            "Correct the name or the place of the field, or remove it.",
            service("  port:\n    - port: 80\n"),
            service("  ports:\n    - port: 80\n"),
        ),
        rule(
            "wrong-type",
            "value of another type than the field",
            "The API server refuses the object, so the deployment stops there.",
            "Write the value in the type that the field has; numbers and booleans without quotes, text that looks like them with quotes.",
            service("  ports:\n    - port: \"80\"\n"),
            service("  ports:\n    - port: 80\n"),
        ),
        rule(
            "missing-field",
            "required field that is not there",
            "The API server refuses the object, so the deployment stops there.",
            "Add the field.",
            service("  ports:\n    - name: http\n"),
            service("  ports:\n    - name: http\n      port: 80\n"),
        ),
        rule(
            "invalid-value",
            "value that the field does not allow",
            "The API server refuses the object, so the deployment stops there.",
            "Use one of the values that the field allows.",
            service("  type: Loadbalancer\n  ports:\n    - port: 80\n"),
            service("  type: LoadBalancer\n  ports:\n    - port: 80\n"),
        ),
        rule(
            "duplicate-list-key",
            "two items of a list with the same key",
            "Items of this list are told apart by their key: the API server refuses the second one, or the two overwrite each other when the object is applied.",
            "Remove one of the items, or give it a key of its own.",
            service("  ports:\n    - {name: a, port: 80}\n    - {name: b, port: 80}\n"),
            service("  ports:\n    - {name: a, port: 80}\n    - {name: b, port: 81}\n"),
        ),
        rule(
            "unknown-api-version",
            "apiVersion or kind that does not exist",
            "The API server does not know the kind under this apiVersion and refuses the object.",
            "Correct apiVersion and kind; they belong together.",
            "apiVersion: v1\nkind: Deployment\nmetadata:\n  name: api\n".to_owned(),
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  selector: {matchLabels: {app: api}}\n  template: {metadata: {labels: {app: api}}, spec: {containers: [{name: api, image: \"api:1\"}]}}\n".to_owned(),
        ),
        rule(
            "removed-api-version",
            "apiVersion that the cluster no longer serves",
            "The Kubernetes version that the object goes to has dropped this apiVersion and refuses the object.",
            "Move to the apiVersion that replaces it. Some fields may have changed with it.",
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: api\nspec:\n  minAvailable: 1\n".to_owned(),
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: api\nspec:\n  minAvailable: 1\n".to_owned(),
        ),
    ];
    rules.push(Rule {
        severities: Severities::all(Severity::Warning),
        ..rule(
            "unlisted-field",
            "field that no known version of the custom kind has, or has in this form",
            "The kind's definition is not in the repository, and none of its published versions that are known here has the field, or has it in this form. A cluster with one of those drops it or refuses the object.",
            "Correct the name or the place of the field. If the cluster has another version of the definition, keep that in the repository: it outranks what is known here.",
            format!("{APPLICATION}  syncPolicy: {{automated: {{everything: true}}}}\n"),
            format!("{APPLICATION}  syncPolicy: {{automated: {{prune: true}}}}\n"),
        )
    });
    rules.push(Rule {
        severities: Severities::all(Severity::Warning),
        ..rule(
            "deprecated-api-version",
            "apiVersion that a later version will drop",
            "The cluster still serves it, but a coming version of Kubernetes will not, and the upgrade would break the object.",
            "Move to the apiVersion that replaces it while there is time.",
            "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: api\n".to_owned(),
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: api\naddressType: IPv4\nendpoints: []\n".to_owned(),
        )
    });
    rules
}
