use insta::assert_snapshot;

use super::check;

#[test]
fn a_block_that_is_indented_too_little_is_told_once() {
    let job = |below: &str| {
        check(&format!(
            "
apiVersion: batch/v1
kind: Job
metadata: {{name: tidy}}
spec:
  template:
    spec:
      containers:
        - name: tidy
          image: tidy:1
          volumeMounts: [{{name: scripts, mountPath: /scripts}}]
{below}"
        ))
    };
    let block = "    volumes: [{name: scripts, emptyDir: {}}]
    restartPolicy: Never
    serviceAccountName: tidy
";
    assert_snapshot!(job(block), @r"
    UnknownField spec.template.volumes: unknown fields `volumes`, `restartPolicy`, `serviceAccountName` in `template`
        they belong to `spec.template.spec`
    ");
    assert_snapshot!(job("    restartPolicy: Never\n"), @r"
    UnknownField spec.template.restartPolicy: unknown field `restartPolicy` in `template`
        `restartPolicy` belongs to `spec.template.spec`
    InvalidValue spec.template.spec.containers[0].volumeMounts[0].name `name` `scripts` is not a volume of the pod
    ");
    assert_snapshot!(job("    volumes: [{name: scripts, emptyDir: {}}]\n"), @r"
    UnknownField spec.template.volumes: unknown field `volumes` in `template`
        `volumes` belongs to `spec.template.spec`
    MissingField spec.template.spec.restartPolicy `restartPolicy` is missing in `spec`
        a Job needs `OnFailure` or `Never`, and the default is `Always`
    ");
}

#[test]
fn labels_without_their_key_are_told_once() {
    let metadata = "{name: a, app.kubernetes.io/name: a, app.kubernetes.io/part-of: b, lables: {}}";
    let yaml = format!("{{apiVersion: v1, kind: ConfigMap, metadata: {metadata}}}");
    assert_snapshot!(check(&yaml), @r#"
    UnknownField metadata["app.kubernetes.io/name"]: unknown fields `app.kubernetes.io/name`, `app.kubernetes.io/part-of` in `metadata`
        put them under `labels` or `annotations`
    UnknownField metadata.lables: unknown field `lables` in `metadata`
        did you mean `labels`?
    "#);
}

#[test]
fn mistakes_of_their_own_are_told_by_themselves() {
    let yaml = "
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - {name: a, image: a:1, imagePullPolice: Always, comand: [a]}
  ports: []
  env: []
";
    assert_snapshot!(check(yaml), @r"
    UnknownField spec.containers[0].imagePullPolice: unknown field `imagePullPolice` in `containers[0]`
        did you mean `imagePullPolicy`?
    UnknownField spec.containers[0].comand: unknown field `comand` in `containers[0]`
        did you mean `command`?
    UnknownField spec.ports: unknown field `ports` in `spec`
    UnknownField spec.env: unknown field `env` in `spec`
    ");
}

#[test]
fn a_block_in_a_custom_object_is_told_once_and_excuses_nothing() {
    let yaml = "
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  project: default
  repoURL: https://example.com/a.git
  source: {path: a, targetRevision: main}
  destination: {name: a, namespace: a}
  syncPolicy:
    automated: {}
    prune: true
    selfHeal: true
";
    assert_snapshot!(check(yaml), @r"
    MisplacedField spec.repoURL: unknown field `repoURL` in `spec`
        `repoURL` belongs to `spec.source`
    MissingField spec.source.repoURL `repoURL` is missing in `source`
    MisplacedField spec.syncPolicy.prune: unknown fields `prune`, `selfHeal` in `syncPolicy`
        they belong to `spec.syncPolicy.automated`
    ");
}
