//! What is secret in the repository is shown by no command but those that print manifests.

use gitopslint::report::Format;

use crate::run::{Folder, check, memory};

/// Shaped like no known credential, so that only its place tells what it is.
const CANARY: &str = "ocarina-tundra-fjord";
/// As it stands in a Secret's `data`.
const ENCODED: &str = "b2NhcmluYS10dW5kcmEtZmpvcmQ=";

/// A canary wherever secrets stand, each beside or inside something that is wrong, so that
/// somebody would like to show it.
const REPOSITORY: &str = "
--- kustomization.yaml
resources:
- secret.yaml
- duplicate-secret.yaml
- deployment.yaml
secretGenerator:
- name: literals
  literals:
  - PASSWORD=ocarina-tundra-fjord
  - PASSWORD=ocarina-tundra-fjord
- name: files
  envs: [secret.env]
patches:
- patch: |
    apiVersion: v1
    kind: Secret
    metadata: {name: patched}
    stringData: {key: ocarina-tundra-fjord, key: ocarina-tundra-fjord}
--- secret.env
PASSWORD=ocarina-tundra-fjord
=ocarina-tundra-fjord
--- secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: plain}
stringData:
  password: ocarina-tundra-fjord
  list: [ocarina-tundra-fjord]
data:
  password: b2NhcmluYS10dW5kcmEtZmpvcmQ=
  wrong: ocarina-tundra-fjord
--- duplicate-secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: duplicate}
stringData:
  password: ocarina-tundra-fjord
  password: ocarina-tundra-fjord
--- broken-secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: broken}
stringData:
  password: 'ocarina-tundra-fjord
--- database.secret.yaml
database:
  password: ocarina-tundra-fjord
  password: ocarina-tundra-fjord
--- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: api
        env:
        - name: DATABASE_PASSWORD
          value: ocarina-tundra-fjord
        - name: DATABASE_PASSWORD
          value: [ocarina-tundra-fjord]
--- loose/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: loose}
stringData:
  password: ocarina-tundra-fjord
";

fn shows(output: &str) -> Vec<&str> {
    let is_shown = |line: &&str| line.contains(CANARY) || line.contains(ENCODED);
    output.lines().filter(is_shown).collect()
}

#[test]
fn no_report_shows_a_secret() {
    let run = check(&memory(REPOSITORY));
    let rules: Vec<&str> = run.findings().iter().map(|f| &*f.rule.id).collect();
    assert!(rules.contains(&"plain-secret"), "{rules:?}");
    for format in Format::ALL {
        let output = run.written(format);
        assert!(output.contains("plain-secret"), "{output}");
        assert_eq!(shows(&output), [""; 0], "{}", format.name());
    }
}

/// Standard output and standard error of a command in the repository.
fn command(folder: &Folder, arguments: &[&str]) -> (String, String) {
    let output = crate::command::program()
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn no_command_shows_a_secret() {
    let folder = Folder::with(REPOSITORY);
    let formats = Format::ALL.map(|format| {
        [
            "check",
            "--root",
            ".",
            "--show",
            "info",
            "--format",
            format.name(),
        ]
    });
    for arguments in formats {
        let (stdout, stderr) = command(&folder, &arguments);
        assert!(
            stdout.contains("plain-secret"),
            "{arguments:?}: {stdout}{stderr}"
        );
        assert_eq!(shows(&stdout), [""; 0], "{arguments:?}");
        assert_eq!(shows(&stderr), [""; 0], "{arguments:?}");
    }
}

#[test]
fn no_report_of_a_shard_shows_a_secret() {
    let folder = Folder::with(REPOSITORY);
    for shard in ["1/1", "1/2", "2/2"] {
        let (stdout, stderr) = command(&folder, &["check", "--root", ".", "--shard", shard]);
        assert!(stdout.contains("findings"), "{stdout}{stderr}");
        let shown = stdout.contains(CANARY) || stdout.contains(ENCODED);
        assert!(!shown, "{shard}: {stdout}");
        assert_eq!(shows(&stderr), [""; 0], "{shard}");
    }
}

/// A canary in whatever a value of a Secret can come from, and where a value of a Secret can go.
const WHOLE: &str = "
--- kustomization.yaml
resources: [secret.yaml, deployment.yaml]
secretGenerator:
- name: made
  literals: [literal=ocarina-tundra-fjord]
  envs: [secret.env]
  files: [file=secret.txt]
patches:
- path: patch.yaml
- target: {kind: Secret, name: plain}
  patch: |-
    - {op: add, path: /stringData/added, value: ocarina-tundra-fjord}
    - {op: replace, path: /stringData/harmless, value: harmless}
replacements:
- source: {kind: Secret, name: plain, fieldPath: stringData.password}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [metadata.annotations.copied]
    options: {create: true}
  - select: {kind: Deployment}
    fieldPaths: [metadata.annotations.joined]
    options: {delimiter: '-', index: 4}
--- secret.env
line=ocarina-tundra-fjord
--- secret.txt
ocarina-tundra-fjord
--- secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: plain}
stringData:
  password: ocarina-tundra-fjord
  patched: before
  harmless: ocarina-tundra-fjord
data:
  encoded: b2NhcmluYS10dW5kcmEtZmpvcmQ=
--- patch.yaml
apiVersion: v1
kind: Secret
metadata: {name: plain}
stringData:
  patched: ocarina-tundra-fjord
--- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, annotations: {joined: a-b}}
spec:
  template:
    spec:
      containers:
      - name: api
        env:
        - name: DATABASE_PASSWORD
          value: ocarina-tundra-fjord
";

#[test]
fn no_trace_shows_a_secret() {
    let folder = Folder::with(WHOLE);
    let (stdout, stderr) = command(&folder, &["render", "--root", ".", "."]);
    assert!(shows(&stdout).len() > 8, "{stdout}{stderr}");
    for (object, path) in [
        ("Secret/plain", "stringData"),
        ("Secret/plain", "stringData.password"),
        ("Secret/plain", "stringData.patched"),
        ("Secret/plain", "stringData.added"),
        ("Secret/plain", "stringData.harmless"),
        ("Secret/plain", "data.encoded"),
        ("Secret/made", "data.literal"),
        ("Secret/made", "data.line"),
        ("Secret/made", "data.file"),
        ("Secret/made", "metadata.name"),
        ("Deployment/api", "metadata.annotations"),
        ("Deployment/api", "metadata.annotations.copied"),
        ("Deployment/api", "metadata.annotations.joined"),
        (
            "Deployment/api",
            "spec.template.spec.containers[0].env[0].value",
        ),
        ("Deployment/api", "spec.template.spec.containers[0].env"),
        ("Secret/plain", "stringData.passwort"),
        ("Secret/plain", "stringData.password.deeper"),
    ] {
        for format in ["human", "json"] {
            let arguments = [
                "trace", "--root", ".", "--format", format, ".", object, path,
            ];
            let (stdout, stderr) = command(&folder, &arguments);
            assert!(!stdout.is_empty() || stderr.contains("help:"), "{stderr}");
            assert_eq!(shows(&stdout), [""; 0], "{arguments:?}");
            assert_eq!(shows(&stderr), [""; 0], "{arguments:?}");
        }
    }
    let broken = Folder::with(REPOSITORY);
    let (_, stderr) = command(
        &broken,
        &["trace", "--root", ".", ".", "Secret/plain", "data"],
    );
    assert!(!stderr.is_empty());
    assert_eq!(shows(&stderr), [""; 0]);
}

/// A chart that puts a canary from its values into a Secret.
const CHART: &str = "
--- Chart.yaml
apiVersion: v2
name: api
version: 1.0.0
--- values.yaml
key: ocarina-tundra-fjord
replicas: 2
--- templates/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: api}
stringData:
  key: pre-{{ .Values.key }}
data:
  encoded: {{ .Values.key | b64enc }}
--- templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: {{ .Values.replicas }}
";

#[test]
fn no_trace_of_a_chart_shows_a_secret() {
    let folder = Folder::with(CHART);
    let (stdout, stderr) = command(&folder, &["render", "--root", ".", "."]);
    assert_eq!(shows(&stdout).len(), 2, "{stdout}{stderr}");
    for format in ["human", "json"] {
        for path in ["stringData.key", "data.encoded"] {
            let arguments = [
                "trace",
                "--root",
                ".",
                "--format",
                format,
                ".",
                "Secret/api",
                path,
            ];
            let (stdout, stderr) = command(&folder, &arguments);
            assert!(stdout.contains("values.yaml"), "{stdout}{stderr}");
            assert_eq!(shows(&stdout), [""; 0], "{arguments:?}");
            assert_eq!(shows(&stderr), [""; 0], "{arguments:?}");
        }
    }
    let arguments = [
        "trace",
        "--root",
        ".",
        ".",
        "Deployment/api",
        "spec.replicas",
    ];
    let (stdout, _) = command(&folder, &arguments);
    assert!(stdout.contains("values.yaml:2"), "{stdout}");
    assert!(stdout.ends_with("= 2\n"), "{stdout}");
}

#[test]
fn only_manifests_show_a_secret() {
    // What cannot be rendered is told on standard error.
    let broken = Folder::with(REPOSITORY);
    let (stdout, stderr) = command(&broken, &["render", "--root", ".", "."]);
    assert_eq!(stdout, "");
    assert!(!stderr.is_empty());
    assert_eq!(shows(&stderr), [""; 0]);

    let whole = Folder::with(
        "--- kustomization.yaml\nsecretGenerator:\n- name: mail\n  literals: [PASSWORD=ocarina-tundra-fjord]\n",
    );
    let (stdout, stderr) = command(&whole, &["render", "--root", ".", "."]);
    assert!(stdout.contains(ENCODED), "{stdout}{stderr}");
    assert_eq!(shows(&stderr), [""; 0]);
}
