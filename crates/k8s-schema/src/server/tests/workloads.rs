use insta::assert_snapshot;

use super::{each, fine, told, told_by};

/// An object of `kind` whose template has the label `app: a`.
fn workload(kind: &str, spec: &str) -> String {
    format!(
        "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: a}}, spec: {{template: {{metadata: {{labels: {{app: a}}}}, spec: {{containers: [{{name: a, image: b}}]}}}}, {spec}}}}}"
    )
}

fn deployment(spec: &str) -> String {
    workload(
        "Deployment",
        &format!("selector: {{matchLabels: {{app: a}}}}, {spec}"),
    )
}

#[test]
fn deployments() {
    fine(
        &[
            "replicas: 0",
            "strategy: {type: Recreate}",
            "strategy: {rollingUpdate: {maxSurge: 0}}",
            "strategy: {rollingUpdate: {maxSurge: 150%, maxUnavailable: 0}}",
            "strategy: {rollingUpdate: {maxSurge: '${SURGE}', maxUnavailable: 0}}",
        ],
        deployment,
    );
    let parts = [
        "replicas: -1",
        "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
        "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}",
        "strategy: {rollingUpdate: {maxSurge: '1', maxUnavailable: 101%}}",
        "minReadySeconds: 600, progressDeadlineSeconds: 600",
    ];
    assert_snapshot!(each(&parts, deployment), @r"
    replicas: -1
      spec.replicas `replicas` `-1` must not be less than 0
    strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}
      spec.strategy.rollingUpdate: `rollingUpdate` must not be set with the type `Recreate`
    strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}
      spec.strategy.rollingUpdate.maxUnavailable `maxUnavailable` `0%` must not be 0 while `maxSurge` is 0: no pod could be replaced
    strategy: {rollingUpdate: {maxSurge: '1', maxUnavailable: 101%}}
      spec.strategy.rollingUpdate.maxUnavailable `maxUnavailable` `101%` must not be more than 100%
      spec.strategy.rollingUpdate.maxSurge `maxSurge` `1` must be a number without quotes, or digits followed by `%`
    minReadySeconds: 600, progressDeadlineSeconds: 600
      spec.progressDeadlineSeconds `progressDeadlineSeconds` `600` must be more than the `minReadySeconds`, 600
    ");
}

#[test]
fn selectors_fit_their_templates() {
    let set = |selector: &str| workload("ReplicaSet", &format!("selector: {{{selector}}}"));
    fine(
        &[
            "matchLabels: {app: a}",
            "matchExpressions: [{key: app, operator: In, values: [a, b]}, {key: x, operator: DoesNotExist}]",
            "matchLabels: {app: '${APP}'}",
        ],
        set,
    );
    let parts = [
        "",
        "app: a",
        "matchLabels: {app: b}",
        "matchLabels: {app: a, tier: b}",
        "matchLabels: {app: b c}",
        "matchExpressions: [{key: app, operator: NotIn, values: [a]}]",
        "matchExpressions: [{key: app, operator: Is}]",
    ];
    assert_snapshot!(each(&parts, set), @r"
      spec.selector `selector` must not be empty: it would select no pods of its own
    app: a
      spec.selector.app: unknown field `app` in `selector`
    matchLabels: {app: b}
      spec.template.metadata.labels `labels` of the template do not match the selector: `app: b` is not met
    matchLabels: {app: a, tier: b}
      spec.template.metadata.labels `labels` of the template do not match the selector: `tier: b` is not met
    matchLabels: {app: b c}
      spec.selector.matchLabels.app `app` `b c` must consist of letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit
    matchExpressions: [{key: app, operator: NotIn, values: [a]}]
      spec.template.metadata.labels `labels` of the template do not match the selector: the requirement on `app` is not met
    matchExpressions: [{key: app, operator: Is}]
      spec.selector.matchExpressions[0].operator `operator` must not be `Is`: expected one of `In`, `NotIn`, `Exists`, `DoesNotExist`
    ");
    let bare = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}, template: {spec: {containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(bare), @"spec.template.metadata.labels `labels` is missing in `metadata` (the selector asks for `app: a`)");
}

#[test]
fn daemon_sets() {
    let set = |spec: &str| {
        workload(
            "DaemonSet",
            &format!("selector: {{matchLabels: {{app: a}}}}, {spec}"),
        )
    };
    fine(
        &[
            "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
            "updateStrategy: {type: OnDelete}",
        ],
        set,
    );
    let parts = [
        "updateStrategy: {rollingUpdate: {maxSurge: 1}}",
        "updateStrategy: {rollingUpdate: {maxUnavailable: 0}}",
        "revisionHistoryLimit: -1",
    ];
    assert_snapshot!(each(&parts, set), @r"
    updateStrategy: {rollingUpdate: {maxSurge: 1}}
      spec.updateStrategy.rollingUpdate.maxSurge: `maxSurge` must not be set while `maxUnavailable`, 1 by default, is not 0
    updateStrategy: {rollingUpdate: {maxUnavailable: 0}}
      spec.updateStrategy.rollingUpdate.maxUnavailable `maxUnavailable` `0` must not be 0 while `maxSurge` is 0: no pod could be replaced
    revisionHistoryLimit: -1
      spec.revisionHistoryLimit `revisionHistoryLimit` `-1` must not be less than 0
    ");
}

#[test]
fn stateful_sets() {
    let set = |spec: &str| {
        format!(
            "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: a}}, spec: {{selector: {{matchLabels: {{app: a}}}}, template: {{metadata: {{labels: {{app: a}}}}, spec: {{hostname: A_b, containers: [{{name: a, image: b, volumeMounts: [{{name: data, mountPath: /d}}]}}]}}}}, {spec}}}}}"
        )
    };
    let claim = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";
    fine(&[claim], set);
    let parts = [
        "replicas: 1",
        "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]",
        "volumeClaimTemplates: [{metadata: {name: A}, spec: {accessModes: [], resources: {requests: {storage: 0}}}}]",
    ];
    assert_snapshot!(each(&parts, set), @r"
    replicas: 1
      spec.template.spec.containers[0].volumeMounts[0].name `name` `data` is not a volume of the pod
    volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
      spec.volumeClaimTemplates[0].spec.resources.requests.storage `storage` is missing in `requests` (a claim must request storage)
    volumeClaimTemplates: [{metadata: {name: A}, spec: {accessModes: [], resources: {requests: {storage: 0}}}}]
      spec.volumeClaimTemplates[0].metadata.name `name` `A` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
      spec.volumeClaimTemplates[0].spec.accessModes: `accessModes` is empty
      spec.volumeClaimTemplates[0].spec.resources.requests.storage `storage` `0` must be greater than zero
      spec.template.spec.containers[0].volumeMounts[0].name `name` `data` is not a volume of the pod
    ");
    let strategies = [
        "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}",
        "updateStrategy: {rollingUpdate: {partition: -1, maxUnavailable: 0}}",
        "updateStrategy: {type: Recreate}",
        "serviceName: a.b",
    ];
    let with_claim = |part: &str| set(&format!("{claim}, {part}"));
    assert_snapshot!(each(&strategies, with_claim), @r"
    updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}
      spec.updateStrategy.rollingUpdate: `rollingUpdate` may only be set with the type `RollingUpdate`
    updateStrategy: {rollingUpdate: {partition: -1, maxUnavailable: 0}}
      spec.updateStrategy.rollingUpdate.partition `partition` `-1` must not be less than 0
      spec.updateStrategy.rollingUpdate.maxUnavailable `maxUnavailable` `0` must not be 0
    updateStrategy: {type: Recreate}
      spec.updateStrategy.type `type` must not be `Recreate`: expected one of `RollingUpdate`, `OnDelete`
    serviceName: a.b
      spec.serviceName `serviceName` `a.b` must not contain dots
    ");
    assert_eq!(told_by("1.30", &with_claim("serviceName: a.b")), "");
}

#[test]
fn pods_that_are_kept_running() {
    let deployment = |spec: &str| {
        format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{selector: {{matchLabels: {{app: a}}}}, template: {{metadata: {{labels: {{app: a}}}}, spec: {{containers: [{{name: a, image: b}}], {spec}}}}}}}}}"
        )
    };
    let parts = [
        "restartPolicy: OnFailure",
        "activeDeadlineSeconds: 5",
        "ephemeralContainers: [{name: e, image: b}]",
    ];
    assert_snapshot!(each(&parts, deployment), @r"
    restartPolicy: OnFailure
      spec.template.spec.restartPolicy `restartPolicy` must not be `OnFailure`: only `Always` is allowed
    activeDeadlineSeconds: 5
      spec.template.spec.activeDeadlineSeconds: `activeDeadlineSeconds` must not be set for pods that are kept running
    ephemeralContainers: [{name: e, image: b}]
      spec.template.spec.ephemeralContainers: `ephemeralContainers` must not be set in a template: they are added to running pods
    ");
    let controller = "{apiVersion: v1, kind: ReplicationController, metadata: {name: a}, spec: {selector: {app: b}, template: {metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(controller), @r"
    spec.template.metadata.labels `labels` of the template do not match the selector: `app: b` is not met
    spec.template.spec.restartPolicy `restartPolicy` must not be `Never`: only `Always` is allowed
    ");
}

fn job(spec: &str) -> String {
    format!(
        "{{apiVersion: batch/v1, kind: Job, metadata: {{name: a}}, spec: {{template: {{metadata: {{labels: {{app: a}}}}, spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}}}, {spec}}}}}"
    )
}

#[test]
fn jobs() {
    fine(
        &[
            "backoffLimit: 0",
            "manualSelector: true, selector: {matchLabels: {app: a}}",
            "selector: {matchLabels: {job-name: a}}",
            "completionMode: Indexed, completions: 3, successPolicy: {rules: [{succeededIndexes: '0,1-2', succeededCount: 2}]}",
            "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1, 2]}}]}",
        ],
        job,
    );
    let parts = [
        "backoffLimit: -1",
        "selector: {matchLabels: {app: a}}",
        "manualSelector: true",
        "manualSelector: true, selector: {matchLabels: {app: b}}",
        "completionMode: Indexed",
        "backoffLimitPerIndex: 1",
        "maxFailedIndexes: 1",
        "completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 3",
        "managedBy: me",
        "successPolicy: {rules: [{succeededCount: 1}]}",
        "completionMode: Indexed, completions: 2, successPolicy: {rules: [{succeededIndexes: '1-2'}, {}]}",
        "podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [2, 1, 0], containerName: x}}, {action: Ignore}]}",
    ];
    assert_snapshot!(each(&parts, job), @r"
    backoffLimit: -1
      spec.backoffLimit `backoffLimit` `-1` must not be less than 0
    selector: {matchLabels: {app: a}}
      spec.selector: `selector` must not be set without `manualSelector: true`: the server makes one
    manualSelector: true
      spec.selector `selector` is missing in `spec` (`manualSelector` says that there is one)
    manualSelector: true, selector: {matchLabels: {app: b}}
      spec.template.metadata.labels `labels` of the template do not match the selector: `app: b` is not met
    completionMode: Indexed
      spec.completions `completions` is missing in `spec` (the completion mode `Indexed` needs it)
    backoffLimitPerIndex: 1
      spec.backoffLimitPerIndex: `backoffLimitPerIndex` may only be set with the completion mode `Indexed`
    maxFailedIndexes: 1
      spec.backoffLimitPerIndex `backoffLimitPerIndex` is missing in `spec` (`maxFailedIndexes` needs it)
      spec.maxFailedIndexes: `maxFailedIndexes` may only be set with the completion mode `Indexed`
    completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 3
      spec.maxFailedIndexes `maxFailedIndexes` `3` must not be more than `completions`
    managedBy: me
      spec.managedBy `managedBy` `me` must be a domain and a path with `/` between them, such as `example.com/name`
    successPolicy: {rules: [{succeededCount: 1}]}
      spec.successPolicy: `successPolicy` may only be set with the completion mode `Indexed`
    completionMode: Indexed, completions: 2, successPolicy: {rules: [{succeededIndexes: '1-2'}, {}]}
      spec.successPolicy.rules[0].succeededIndexes `succeededIndexes` `1-2` must be ascending indexes and ranges below `completions`, such as `0,2-4`
      spec.successPolicy.rules[1] `rules[1]` must have `succeededCount` or `succeededIndexes`
    podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [2, 1, 0], containerName: x}}, {action: Ignore}]}
      spec.podFailurePolicy.rules[0].action `action` `FailIndex` needs `backoffLimitPerIndex`
      spec.podFailurePolicy.rules[0].onExitCodes.containerName `containerName` `x` is not a container of the template
      spec.podFailurePolicy.rules[0].onExitCodes.values[1] `values[1]` `1` must be in ascending order
      spec.podFailurePolicy.rules[0].onExitCodes.values[2] `values[2]` `0` must not be among the codes of failures
      spec.podFailurePolicy.rules[1] `rules[1]` must have either `onExitCodes` or `onPodConditions`
    ");
    let always = "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {labels: {controller-uid: u}}, spec: {containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(always), @r"
    spec.template.metadata.labels.controller-uid: the label `controller-uid` is one that the server sets
    spec.template.spec.restartPolicy `restartPolicy` is missing in `spec` (a Job needs `OnFailure` or `Never`, and the default is `Always`)
    ");
}

#[test]
fn cron_jobs() {
    let cron = |spec: &str| {
        format!(
            "{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: a}}, spec: {{jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}}}}}}}, {spec}}}}}"
        )
    };
    fine(
        &[
            "schedule: '*/5 * * * *', timeZone: Europe/Berlin",
            "schedule: '@daily'",
            "schedule: '${SCHEDULE}', timeZone: '{{ zone }}'",
        ],
        cron,
    );
    let parts = [
        "schedule: ''",
        "schedule: 61 * * * *",
        "schedule: TZ=UTC 0 0 * * *",
        "schedule: 0 0 * * *, timeZone: PST",
        "schedule: 0 0 * * *, timeZone: ''",
        "schedule: 0 0 * * *, failedJobsHistoryLimit: -1",
    ];
    assert_snapshot!(each(&parts, cron), @r"
    schedule: ''
      spec.schedule: `schedule` is empty
    schedule: 61 * * * *
      spec.schedule `schedule` `61 * * * *` has an invalid minute: `61` is not between 0 and 59
    schedule: TZ=UTC 0 0 * * *
      spec.schedule `schedule` `TZ=UTC 0 0 * * *` must not name a time zone: the field `timeZone` is for that
    schedule: 0 0 * * *, timeZone: PST
      spec.timeZone `timeZone` `PST` is not a time zone, such as `Europe/Berlin`
    schedule: 0 0 * * *, timeZone: ''
      spec.timeZone `timeZone` must not be empty: leave it out for the zone of the control plane
    schedule: 0 0 * * *, failedJobsHistoryLimit: -1
      spec.failedJobsHistoryLimit `failedJobsHistoryLimit` `-1` must not be less than 0
    ");
    assert_eq!(told_by("1.28", &cron("schedule: TZ=UTC 0 0 * * *")), "");
    let long = format!(
        "{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: {}}}, spec: {{schedule: 0 0 * * *, jobTemplate: {{spec: {{selector: {{}}, template: {{spec: {{containers: [{{name: a, image: b}}]}}}}}}}}}}}}",
        "a".repeat(53)
    );
    assert_snapshot!(told(&long), @r"
    metadata.name `name` `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` must not be longer than 52 characters: the Jobs' names get 11 more
    spec.jobTemplate.spec.selector: `selector` must not be set in a CronJob: the server makes the selector
    spec.jobTemplate.spec.template.spec.restartPolicy `restartPolicy` is missing in `spec` (a Job needs `OnFailure` or `Never`, and the default is `Always`)
    ");
}

#[test]
fn autoscalers() {
    let hpa = |spec: &str| {
        format!(
            "{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: a}}, spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}, {spec}}}}}"
        )
    };
    fine(
        &[
            "maxReplicas: 3",
            "minReplicas: 0, maxReplicas: 3, metrics: [{type: External, external: {metric: {name: a}, target: {type: Value, value: 1}}}]",
            "maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]",
            "maxReplicas: '${MAX}', minReplicas: 2",
        ],
        hpa,
    );
    let parts = [
        "minReplicas: 4, maxReplicas: 3",
        "minReplicas: 0, maxReplicas: 3",
        "maxReplicas: 0",
        "maxReplicas: 3, metrics: [{type: Resource}]",
        "maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]",
        "maxReplicas: 3, metrics: [{type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 0}}, resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}}]",
        "maxReplicas: 3, metrics: [{type: ContainerResource, containerResource: {name: gpu, container: A, target: {type: Utilization, averageUtilization: 0}}}]",
        "maxReplicas: 3, behavior: {scaleUp: {policies: []}, scaleDown: {stabilizationWindowSeconds: 3601, policies: [{type: Pods, value: 0, periodSeconds: 1801}]}}",
    ];
    assert_snapshot!(each(&parts, hpa), @r"
    minReplicas: 4, maxReplicas: 3
      spec.maxReplicas `maxReplicas` `3` must not be less than `minReplicas`, which is 4
    minReplicas: 0, maxReplicas: 3
      spec.minReplicas `minReplicas` `0` needs a metric of the types `Object` or `External` to scale up from
    maxReplicas: 0
      spec.maxReplicas `maxReplicas` `0` must not be less than 1
    maxReplicas: 3, metrics: [{type: Resource}]
      spec.metrics[0].resource `resource` is missing in `metrics[0]` (the type `Resource` needs it)
    maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]
      spec.metrics[0].resource.target `target` must have either `averageUtilization` or `averageValue`
    maxReplicas: 3, metrics: [{type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 0}}, resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}}]
      spec.metrics[0].pods.target.averageValue `averageValue` `0` must be greater than zero
      spec.metrics[0].resource: `resource` must not be set with the type `Pods`
    maxReplicas: 3, metrics: [{type: ContainerResource, containerResource: {name: gpu, container: A, target: {type: Utilization, averageUtilization: 0}}}]
      spec.metrics[0].containerResource.name `name` `gpu` is unknown: resources of other vendors have a domain, such as `example.com/gpu`
      spec.metrics[0].containerResource.container `container` `A` must consist of lower-case letters, digits and `-`, and begin and end with a letter or digit
      spec.metrics[0].containerResource.target.averageUtilization `averageUtilization` `0` must not be less than 1
    maxReplicas: 3, behavior: {scaleUp: {policies: []}, scaleDown: {stabilizationWindowSeconds: 3601, policies: [{type: Pods, value: 0, periodSeconds: 1801}]}}
      spec.behavior.scaleUp.policies: `policies` is empty
      spec.behavior.scaleDown.stabilizationWindowSeconds `stabilizationWindowSeconds` `3601` must be between 0 and 3600
      spec.behavior.scaleDown.policies[0].value `value` `0` must not be less than 1
      spec.behavior.scaleDown.policies[0].periodSeconds `periodSeconds` `1801` must be between 1 and 1800
    ");
    let target = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: Deployment, name: a}, maxReplicas: 1}}";
    assert_snapshot!(told(target), @"spec.scaleTargetRef.apiVersion `apiVersion` is missing in `scaleTargetRef` (a Deployment is in `apps/v1`)");
    let v1 = "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {apiVersion: v1, kind: Deployment, name: a}, maxReplicas: 1, targetCPUUtilizationPercentage: 0}}";
    assert_snapshot!(told(v1), @r"
    spec.scaleTargetRef.apiVersion `apiVersion` `v1` must have a group, such as `apps/v1`
    spec.targetCPUUtilizationPercentage `targetCPUUtilizationPercentage` `0` must not be less than 1
    ");
}

#[test]
fn budgets() {
    let budget = |spec: &str| {
        format!(
            "{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: a}}, spec: {{{spec}}}}}"
        )
    };
    fine(
        &["minAvailable: 50%", "maxUnavailable: 0, selector: {}", ""],
        budget,
    );
    let parts = [
        "minAvailable: 1, maxUnavailable: 1",
        "minAvailable: 101%",
        "maxUnavailable: half",
        "minAvailable: -1",
    ];
    assert_snapshot!(each(&parts, budget), @r"
    minAvailable: 1, maxUnavailable: 1
      spec.maxUnavailable: `maxUnavailable` must not be set together with `minAvailable`
    minAvailable: 101%
      spec.minAvailable `minAvailable` `101%` must not be more than 100%
    maxUnavailable: half
      spec.maxUnavailable `maxUnavailable` `half` must be a number without quotes, or digits followed by `%`
    minAvailable: -1
      spec.minAvailable `minAvailable` `-1` must not be negative
    ");
}
