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
    assert_snapshot!(each(&parts, deployment), @"");
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
    assert_snapshot!(each(&parts, set), @"");
    let bare = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {matchLabels: {app: a}}, template: {spec: {containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(bare), @"");
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
    assert_snapshot!(each(&parts, set), @"");
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
    assert_snapshot!(each(&parts, set), @"");
    let strategies = [
        "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}",
        "updateStrategy: {rollingUpdate: {partition: -1, maxUnavailable: 0}}",
        "updateStrategy: {type: Recreate}",
        "serviceName: a.b",
    ];
    let with_claim = |part: &str| set(&format!("{claim}, {part}"));
    assert_snapshot!(each(&strategies, with_claim), @"");
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
    assert_snapshot!(each(&parts, deployment), @"");
    let controller = "{apiVersion: v1, kind: ReplicationController, metadata: {name: a}, spec: {selector: {app: b}, template: {metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(controller), @"");
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
    assert_snapshot!(each(&parts, job), @"");
    let always = "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {labels: {controller-uid: u}}, spec: {containers: [{name: a, image: b}]}}}}";
    assert_snapshot!(told(always), @"");
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
    assert_snapshot!(each(&parts, cron), @"");
    assert_eq!(told_by("1.28", &cron("schedule: TZ=UTC 0 0 * * *")), "");
    let long = format!(
        "{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: {}}}, spec: {{schedule: 0 0 * * *, jobTemplate: {{spec: {{selector: {{}}, template: {{spec: {{containers: [{{name: a, image: b}}]}}}}}}}}}}}}",
        "a".repeat(53)
    );
    assert_snapshot!(told(&long), @"");
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
            "maxReplicas: ${MAX}, minReplicas: 2",
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
    assert_snapshot!(each(&parts, hpa), @"");
    let target = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {kind: Deployment, name: a}, maxReplicas: 1}}";
    assert_snapshot!(told(target), @"");
    let v1 = "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {scaleTargetRef: {apiVersion: v1, kind: Deployment, name: a}, maxReplicas: 1, targetCPUUtilizationPercentage: 0}}";
    assert_snapshot!(told(v1), @"");
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
    assert_snapshot!(each(&parts, budget), @"");
}
