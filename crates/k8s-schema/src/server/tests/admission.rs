use insta::assert_snapshot;

use super::{each, fine};

#[test]
fn webhooks() {
    let hook = |part: &str| {
        format!(
            "{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {{name: a}}, webhooks: [{{name: a.b.c, {part}}}]}}"
        )
    };
    let rest = "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b, path: /c}}";
    let rule = |part: &str| hook(&format!("{rest}, rules: [{{{part}}}]"));
    fine(
        &[
            "operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods, pods/status]",
        ],
        rule,
    );
    let rules = [
        "operations: ['*', CREATE], apiGroups: ['*', a], apiVersions: ['*', v1], resources: ['*/*', pods]",
        "operations: [], apiGroups: [], apiVersions: [''], resources: []",
        "operations: [Create], apiGroups: [a], apiVersions: [v1], resources: ['*', pods]",
        "operations: [CREATE], apiGroups: [a], apiVersions: [v1], resources: [pods/*, pods/status]",
    ];
    assert_snapshot!(each(&rules, rule), @"");
    let parts = [
        "",
        "sideEffects: Some, admissionReviewVersions: [v2], clientConfig: {}",
        "sideEffects: None, admissionReviewVersions: [v1, v1], clientConfig: {url: 'http://a'}, timeoutSeconds: 31",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://u@a/?b'}, matchConditions: [{name: a, expression: ' '}, {name: a, expression: b}]",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: '', namespace: a, port: 0, path: /A}}",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://a', service: {name: a, namespace: b}}, objectSelector: {matchLabels: {a: b c}}",
    ];
    assert_snapshot!(each(&parts, hook), @"");
    let names = |part: &str| {
        format!(
            "{{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {{name: a}}, webhooks: [{{name: a.b.c, {rest}}}, {{name: {part}, {rest}}}]}}"
        )
    };
    assert_snapshot!(each(&["a.b.c", "a.b"], names), @"");
}

#[test]
fn policies() {
    let policy = |part: &str| {
        format!(
            "{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {{name: a}}, spec: {{matchConstraints: {{resourceRules: [{{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}}]}}, {part}}}}}"
        )
    };
    fine(
        &[
            "validations: [{expression: 'true'}]",
            "auditAnnotations: [{key: a, valueExpression: b}]",
        ],
        policy,
    );
    let parts = [
        "validations: []",
        "validations: [{expression: 'true', message: \"a\\nb\", reason: Forbiden}]",
        "validations: [{expression: ''}], variables: [{name: while, expression: a}]",
        "auditAnnotations: [{key: a b, valueExpression: c}, {key: d, valueExpression: ''}]",
        "validations: [{expression: 'true'}], paramKind: {apiVersion: a/b/1, kind: A b}",
    ];
    assert_snapshot!(each(&parts, policy), @"");
    let others = |part: &str| {
        format!("{{apiVersion: admissionregistration.k8s.io/v1, metadata: {{name: a}}, {part}}}")
    };
    let parts = [
        "kind: ValidatingAdmissionPolicy, spec: {validations: [{expression: 'true'}]}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: A, validationActions: [Deny, Warn, Deny]}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [], paramRef: {}}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [Deny], paramRef: {name: a/b, selector: {}, parameterNotFoundAction: Deny}}",
    ];
    assert_snapshot!(each(&parts, others), @"");
}

#[test]
fn flow_schemas_and_levels() {
    let object = |part: &str| {
        format!("{{apiVersion: flowcontrol.apiserver.k8s.io/v1, metadata: {{name: a}}, {part}}}")
    };
    let parts = [
        "kind: FlowSchema, spec: {priorityLevelConfiguration: {name: ''}, matchingPrecedence: 10001}",
        "kind: FlowSchema, spec: {priorityLevelConfiguration: {name: a}, matchingPrecedence: 1, rules: [{subjects: [{kind: User, group: {name: a}}]}]}",
        "kind: FlowSchema, spec: {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: Group, group: {name: a}}], resourceRules: [{verbs: [read], apiGroups: ['*', a], resources: [a]}]}]}",
        "kind: PriorityLevelConfiguration, spec: {type: Limited}",
        "kind: PriorityLevelConfiguration, spec: {type: Exempt, limited: {}}",
        "kind: PriorityLevelConfiguration, spec: {type: Limited, limited: {lendablePercent: 101, limitResponse: {type: Queue, queuing: {queues: 4}}}}",
    ];
    assert_snapshot!(each(&parts, object), @"");
}
