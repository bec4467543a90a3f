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
    assert_snapshot!(each(&rules, rule), @r"
    operations: ['*', CREATE], apiGroups: ['*', a], apiVersions: ['*', v1], resources: ['*/*', pods]
      webhooks[0].rules[0].operations[0] `operations[0]` `*` means all operations, so no other is allowed
      webhooks[0].rules[0].apiGroups[0] `apiGroups[0]` `*` means all groups, so no other is allowed
      webhooks[0].rules[0].apiVersions[0] `apiVersions[0]` `*` means all versions, so no other is allowed
      webhooks[0].rules[0].resources `resources` must have nothing besides `*/*`
    operations: [], apiGroups: [], apiVersions: [''], resources: []
      webhooks[0].rules[0].operations: `operations` is empty
      webhooks[0].rules[0].apiGroups: `apiGroups` is empty
      webhooks[0].rules[0].apiVersions[0] `apiVersions[0]` must not be empty
      webhooks[0].rules[0].resources: `resources` is empty
    operations: [Create], apiGroups: [a], apiVersions: [v1], resources: ['*', pods]
      webhooks[0].rules[0].operations[0] `operations[0]` must not be `Create`: expected one of `*`, `CREATE`, `UPDATE`, `DELETE`, `CONNECT` (did you mean `CREATE`?)
      webhooks[0].rules[0].resources `resources` must have no whole resource besides `*`
    operations: [CREATE], apiGroups: [a], apiVersions: [v1], resources: [pods/*, pods/status]
      webhooks[0].rules[0].resources[1] `resources[1]` `pods/status` is part of `pods/*` already
    ");
    let parts = [
        "",
        "sideEffects: Some, admissionReviewVersions: [v2], clientConfig: {}",
        "sideEffects: None, admissionReviewVersions: [v1, v1], clientConfig: {url: 'http://a'}, timeoutSeconds: 31",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://u@a/?b'}, matchConditions: [{name: a, expression: ' '}, {name: a, expression: b}]",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: '', namespace: a, port: 0, path: /A}}",
        "sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://a', service: {name: a, namespace: b}}, objectSelector: {matchLabels: {a: b c}}",
    ];
    assert_snapshot!(each(&parts, hook), @r#"

      webhooks[0].admissionReviewVersions `admissionReviewVersions` is missing in `webhooks[0]`
      webhooks[0].clientConfig `clientConfig` is missing in `webhooks[0]`
      webhooks[0].sideEffects `sideEffects` is missing in `webhooks[0]`
    sideEffects: Some, admissionReviewVersions: [v2], clientConfig: {}
      webhooks[0].sideEffects `sideEffects` must not be `Some`: expected one of `None`, `NoneOnDryRun`
      webhooks[0].clientConfig `clientConfig` must have either `url` or `service`
      webhooks[0].admissionReviewVersions `admissionReviewVersions` must have `v1` or `v1beta1`
    sideEffects: None, admissionReviewVersions: [v1, v1], clientConfig: {url: 'http://a'}, timeoutSeconds: 31
      webhooks[0].timeoutSeconds `timeoutSeconds` `31` must be between 1 and 30
      webhooks[0].clientConfig.url `url` `http://a` must begin with `https://`
      webhooks[0].admissionReviewVersions[1] duplicate entry `v1`
    sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://u@a/?b'}, matchConditions: [{name: a, expression: ' '}, {name: a, expression: b}]
      webhooks[0].clientConfig.url `url` `https://u@a/?b` must not contain a user
      webhooks[0].matchConditions[0].expression: `expression` is empty
      webhooks[0].matchConditions[1].name duplicate condition `a`
      webhooks[0].matchConditions[1].expression `expression` `b` does not compile: there is no `b` here
    sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: '', namespace: a, port: 0, path: /A}}
      webhooks[0].clientConfig.service.name: `name` is empty
      webhooks[0].clientConfig.service.port `port` `0` must be between 1 and 65535
      webhooks[0].clientConfig.service.path `path` `/A` must consist of lower-case letters, digits, `-` and `.` between single `/`
    sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: 'https://a', service: {name: a, namespace: b}}, objectSelector: {matchLabels: {a: b c}}
      webhooks[0].objectSelector.matchLabels.a `a` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
      webhooks[0].clientConfig.service: `service` must not be set together with `url`
    "#);
    let names = |part: &str| {
        format!(
            "{{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {{name: a}}, webhooks: [{{name: a.b.c, {rest}}}, {{name: {part}, {rest}}}]}}"
        )
    };
    assert_snapshot!(each(&["a.b.c", "a.b"], names), @r"
    a.b.c
      webhooks[1].name duplicate webhook `a.b.c`
    a.b
      webhooks[1].name `name` `a.b` must be a domain of at least three parts between dots
    ");
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
            "auditAnnotations: [{key: a, valueExpression: string(object.kind)}]",
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
    assert_snapshot!(each(&parts, policy), @r#"
    validations: []
      spec.validations: `validations` is empty (a policy has `validations` or `auditAnnotations`)
    validations: [{expression: 'true', message: "a\nb", reason: Forbiden}]
      spec.validations[0].message `message` `a\nb` must not contain line breaks
      spec.validations[0].reason `reason` must not be `Forbiden`: expected one of `Forbidden`, `Invalid`, `RequestEntityTooLarge` (did you mean `Forbidden`?)
    validations: [{expression: ''}], variables: [{name: while, expression: a}]
      spec.variables[0].name `name` `while` must consist of letters, digits and `_`, not begin with a digit, and not be a reserved word of CEL
      spec.validations[0].expression: `expression` is empty
      spec.variables[0].expression `expression` `a` does not compile: there is no `a` here
    auditAnnotations: [{key: a b, valueExpression: c}, {key: d, valueExpression: ''}]
      spec.auditAnnotations[0].key `key` `a b` after the policy's name and `/` must consist of letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, and may have a domain and a `/` before that
      spec.auditAnnotations[1].valueExpression: `valueExpression` is empty
      spec.auditAnnotations[0].valueExpression `valueExpression` `c` does not compile: there is no `c` here
    validations: [{expression: 'true'}], paramKind: {apiVersion: a/b/1, kind: A b}
      spec.paramKind.apiVersion `apiVersion` `a/b/1` has a version that must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
      spec.paramKind.kind `kind` `A b` in lower case must consist of lower-case letters, digits and `-`, begin with a letter, and end with a letter or digit
    "#);
    let others = |part: &str| {
        format!("{{apiVersion: admissionregistration.k8s.io/v1, metadata: {{name: a}}, {part}}}")
    };
    let parts = [
        "kind: ValidatingAdmissionPolicy, spec: {validations: [{expression: 'true'}]}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: A, validationActions: [Deny, Warn, Deny]}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [], paramRef: {}}",
        "kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [Deny], paramRef: {name: a/b, selector: {}, parameterNotFoundAction: Deny}}",
    ];
    assert_snapshot!(each(&parts, others), @r"
    kind: ValidatingAdmissionPolicy, spec: {validations: [{expression: 'true'}]}
      spec.matchConstraints `matchConstraints` is missing in `spec`
    kind: ValidatingAdmissionPolicyBinding, spec: {policyName: A, validationActions: [Deny, Warn, Deny]}
      spec.policyName `policyName` `A` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part
      spec.validationActions[2] duplicate entry `Deny`
      spec.validationActions `validationActions` must not have both `Deny` and `Warn`, which say the same
    kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [], paramRef: {}}
      spec.paramRef `paramRef` must have either `name` or `selector`
      spec.paramRef.parameterNotFoundAction `parameterNotFoundAction` is missing in `paramRef`
      spec.validationActions: `validationActions` is empty
    kind: ValidatingAdmissionPolicyBinding, spec: {policyName: a, validationActions: [Deny], paramRef: {name: a/b, selector: {}, parameterNotFoundAction: Deny}}
      spec.paramRef.name `name` `a/b` must not contain `/`
      spec.paramRef.selector: `selector` must not be set together with `name`
    ");
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
    assert_snapshot!(each(&parts, object), @r"
    kind: FlowSchema, spec: {priorityLevelConfiguration: {name: ''}, matchingPrecedence: 10001}
      spec.matchingPrecedence `matchingPrecedence` `10001` must be between 1 and 10000
      spec.priorityLevelConfiguration.name: `name` is empty
    kind: FlowSchema, spec: {priorityLevelConfiguration: {name: a}, matchingPrecedence: 1, rules: [{subjects: [{kind: User, group: {name: a}}]}]}
      spec.matchingPrecedence `matchingPrecedence` `1` is only for the schema `exempt`
      spec.rules[0].subjects[0].user `user` is missing in `subjects[0]` (the kind `User` needs it)
      spec.rules[0].subjects[0].group: `group` may only be set with the kind `Group`
      spec.rules[0] `rules[0]` must have `resourceRules` or `nonResourceRules`
    kind: FlowSchema, spec: {priorityLevelConfiguration: {name: a}, rules: [{subjects: [{kind: Group, group: {name: a}}], resourceRules: [{verbs: [read], apiGroups: ['*', a], resources: [a]}]}]}
      spec.rules[0].resourceRules[0].verbs[0] `verbs[0]` must not be `read`: expected one of `get`, `list`, `create`, `update`, `delete`, `deletecollection`, `patch`, `watch`, `proxy`
      spec.rules[0].resourceRules[0].apiGroups[0] `apiGroups[0]` `*` means all, so nothing else is allowed
      spec.rules[0].resourceRules[0].namespaces `namespaces` is missing in `resourceRules[0]` (`clusterScope` is the other choice)
    kind: PriorityLevelConfiguration, spec: {type: Limited}
      spec.limited `limited` is missing in `spec` (the type `Limited` needs it)
    kind: PriorityLevelConfiguration, spec: {type: Exempt, limited: {}}
      spec.limited.limitResponse `limitResponse` is missing in `limited`
      spec.limited: `limited` may only be set with the type `Limited`
      spec.type `type` `Exempt` is only for the level `exempt`
    kind: PriorityLevelConfiguration, spec: {type: Limited, limited: {lendablePercent: 101, limitResponse: {type: Queue, queuing: {queues: 4}}}}
      spec.limited.lendablePercent `lendablePercent` `101` must be between 0 and 100
      spec.limited.limitResponse.queuing.queues `queues` `4` must not be less than `handSize`, 8 by default
    ");
}
