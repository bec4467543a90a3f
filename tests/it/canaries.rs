//! Secrets in as many places as there are, each told from all others, and every command in every
//! format: none is shown but by what prints manifests.

use std::fmt::Write as _;

use gitopslint::report::Format;

use crate::run::Folder;

/// How many kinds of places there are.
const KINDS: usize = 42;

/// A value that stands nowhere else.
fn canary(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu",
        "ve",
    ];
    let mut state = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut text = String::from("Qz");
    for _ in 0..7 {
        state ^= state >> 29;
        state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        text.push_str(SYLLABLES[(state >> 40) as usize % SYLLABLES.len()]);
    }
    write!(text, "{}x{}", number % 10, number / 10).unwrap();
    text
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63] as char;
            out.push(if at <= group.len() { letter } else { '=' });
        }
    }
    out
}

/// The files that hold a secret in a place of some kind, in a folder of their own.
fn files(number: usize) -> String {
    let (c, b) = (canary(number), base64(&canary(number)));
    let at = format!("apps/a{number}");
    let secret = |fields: &str| {
        format!(
            "--- {at}/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\n{fields}\n"
        )
    };
    let kustomization =
        |rest: &str| format!("--- {at}/kustomization.yaml\nresources: [secret.yaml]\n{rest}\n");
    let harmless = secret("stringData: {password: harmless}");
    let chart = |values: &str, template: &str, more: &str| {
        format!(
            "--- {at}/Chart.yaml\napiVersion: v2\nname: c{number}\nversion: 1.0.0\n--- {at}/values.yaml\n{values}\n\
             --- {at}/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\n{template}\n{more}"
        )
    };
    let deployment = |env: &str, more: &str| {
        format!(
            "--- {at}/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{number}}}\nspec:\n  {more}\n  \
             selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      \
             containers:\n      - name: c\n        image: i:1\n        env: {env}\n"
        )
    };
    match number % KINDS {
        0 => secret(&format!("stringData: {{password: {c}}}")),
        1 => secret(&format!("data: {{password: {b}}}")),
        2 => secret(&format!("stringData: {{password: [{c}]}}\ndata: {c}")),
        3 => secret(&format!("stringData:\n  password: {c}\n  password: {c}")),
        4 => secret(&format!(
            "stringdata: {{password: {c}}}\ndatas: {{password: {b}}}"
        )),
        5 => secret(&format!("stringData:\n  password: '{c}")),
        6 => format!(
            "--- {at}/kustomization.yaml\nsecretGenerator:\n- name: g\n  literals: [p={c}, p={c}]\n"
        ),
        7 => format!(
            "--- {at}/kustomization.yaml\nsecretGenerator:\n- name: g\n  envs: [e.env]\n--- {at}/e.env\np={c}\n={c}\n"
        ),
        8 => {
            kustomization(&format!(
                "patches:\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {{name: s{number}}}\n    stringData: {{k: {c}, k: {c}}}"
            )) + &harmless
        }
        9 => {
            kustomization(&format!(
                "patches:\n- target: {{kind: Secret}}\n  patch: |-\n    - {{op: add, path: /stringData/x/y/z, value: {c}}}\n    - {{op: test, path: /stringData/password, value: {c}}}"
            )) + &harmless
        }
        10 => {
            format!(
                "--- {at}/kustomization.yaml\nresources: [secret.yaml, deployment.yaml]\nreplacements:\n- source: {{kind: Secret, fieldPath: stringData.password}}\n  targets:\n  - select: {{kind: Deployment}}\n    fieldPaths: [spec.replicas]\n"
            ) + &secret(&format!("stringData: {{password: {c}}}"))
                + &deployment("[]", "replicas: 1")
        }
        11 => chart(
            &format!("key: {c}"),
            "stringData: {key: {{ .Values.key }}}",
            "",
        ),
        12 => chart(
            &format!("key: {c}"),
            "stringData: {key: {{ .Values.key }}}",
            &format!(
                "--- {at}/values.schema.json\n{{\"properties\": {{\"key\": {{\"type\": \"integer\"}}}}}}\n"
            ),
        ),
        13 => chart(
            &format!("key: {c}"),
            "stringData: {key: {{ fail (printf \"bad %s\" .Values.key) }}}",
            "",
        ),
        14 => chart(
            &format!("key: {c}"),
            "stringData: {key: {{ required (printf \"wants %s\" .Values.key) .Values.other }}}",
            "",
        ),
        15 => chart(
            &format!("key: '{c}"),
            "stringData: {key: {{ .Values.key }}}",
            "",
        ),
        16 => chart(
            &format!("key: {c}"),
            "stringData: {key: {{ .Values.key }}}",
            &format!("--- {at}/values-production.yaml\nkey: {c}\n"),
        ),
        17 => chart(
            &format!("password: {c}\nkey: [{c}]"),
            "stringData: {key: {{ .Values.key | int | add .Values.password.deep }}}",
            "",
        ),
        18 => deployment(
            &format!("[{{name: DATABASE_PASSWORD, value: {c}}}]"),
            "replicas: 1",
        ),
        19 => deployment(
            &format!("[{{name: API_TOKEN, value: [{c}]}}]"),
            "replicas: x",
        ),
        20 => format!(
            "--- {at}/application.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: p{number}, namespace: argocd}}\n\
             spec:\n  project: default\n  destination: {{server: x, namespace: y}}\n  source:\n    repoURL: https://charts.example.com\n    chart: c\n    \
             targetRevision: 1.0.0\n    helm:\n      parameters: [{{name: admin.password, value: {c}}}]\n"
        ),
        21 => format!(
            "--- {at}/helmrelease.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: r{number}}}\nspec:\n  interval: 1m\n  \
             chart: {{spec: {{chart: c, sourceRef: {{kind: HelmRepository, name: r}}}}}}\n  values: {{admin: {{password: {c}}}}}\n"
        ),
        22 => format!(
            "--- {at}/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{number}}}\ndata:\n  url: postgres://u:{c}@db/x\n  password: {c}\n"
        ),
        23 => {
            kustomization(&format!(
                "patches:\n- path: patch.yaml\n--- {at}/patch.yaml\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\nstringData: {{k: {c}}}\nspec: {{x: {c}}}"
            )) + &harmless
        }
        24 => {
            kustomization(&format!(
                "patches:\n- target: {{kind: Secret}}\n  patch: '[{{\"op\": \"replace\", \"path\": \"\", \"value\": [\"{c}\"]}}]'"
            )) + &harmless
        }
        25 => {
            kustomization(&format!(
                "patchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Secret\n  metadata: {{name: none{number}}}\n  stringData: {{k: {c}, k: {c}}}"
            )) + &harmless
        }
        26 => chart(
            "key: harmless",
            "stringData: {key: {{ .Values.key }}}",
            &format!("--- {at}/values-production.yaml\nkey: '{c}\n"),
        ),
        27 => chart(
            &format!("key: {c}"),
            "stringData: {}",
            &format!(
                "--- {at}/templates/other.yaml\n{{{{ include \"it\" . }}}}\n--- {at}/templates/_helpers.tpl\n\
                 {{{{ define \"it\" }}}}\napiVersion: v1\nkind: Secret\nmetadata: {{name: t{number}}}\n\
                 stringData: {{k: {{{{ fail (print \"no \" .Values.key) }}}}}}\n{{{{ end }}}}\n"
            ),
        ),
        28 => chart(
            "key: harmless",
            &format!("stringData:\n  a: {c}\n  b: {{{{ .Values.key.deep | default \"{c}\" }}}}\n"),
            "",
        ),
        29 => chart(
            &format!("key: \"a\\\"{c}\""),
            "stringData: {key: {{ fail .Values.key }}}",
            "",
        ),
        30 => format!(
            "--- {at}/kustomization.yaml\nsecretGenerator:\n- name: g\n  envs: [e.env]\n--- {at}/e.env\np={c}\np=x\n  {c}\n{c}=\n"
        ),
        31 => format!(
            "--- {at}/kustomization.yaml\nsecretGenerator:\n- name: g\n  files: [t.txt, t.txt]\n  literals: [={c}, '{c}']\n--- {at}/t.txt\n{c}\n"
        ),
        32 => format!(
            "--- {at}/application.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: p{number}, namespace: argocd}}\n\
             spec:\n  project: default\n  destination: {{server: x, namespace: y}}\n  source:\n    repoURL: https://charts.example.com\n    chart: c\n    \
             targetRevision: 1.0.0\n    helm:\n      values: |\n        admin:\n          password: {c}\n          password: {c}\n"
        ),
        33 => {
            format!(
                "--- {at}/kustomization.yaml\nresources: [secret.yaml, deployment.yaml]\nreplacements:\n- source: {{kind: Secret, fieldPath: stringData.password, options: {{delimiter: ':', index: 7}}}}\n  targets:\n  - select: {{kind: Deployment}}\n    fieldPaths: [metadata.name]\n"
            ) + &secret(&format!("stringData: {{password: 'u:{c}'}}"))
                + &deployment("[]", "replicas: 1")
        }
        34 => {
            format!(
                "--- {at}/kustomization.yaml\nresources: [base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {{name: s{number}}}\n    stringData: {{password: {c}, other: null}}\n- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {{name: s{number}}}\n    stringData: {{password: x}}\n--- {at}/base/kustomization.yaml\nresources: [secret.yaml]\n--- {at}/base/secret.yaml\n\
                 apiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\nstringData: {{password: {c}, other: {c}}}\n"
            )
        }
        35 => chart(
            &format!("users:\n- name: a\n  code: {c}\n- name: b\n  code: [{c}]"),
            "stringData:\n{{- range .Values.users }}\n  {{ .name }}: {{ fail (toString .code) }}\n{{- end }}",
            "",
        ),
        36 => format!(
            "--- {at}/Chart.yaml\napiVersion: v2\nname: c{number}\nversion: 1.0.0\n--- {at}/values.yaml\nextra: |\n  apiVersion: v1\n  kind: Secret\n  metadata: {{name: s{number}}}\n  stringData:\n    a: '{c}\n    b: {c}\n\
             --- {at}/templates/extra.yaml\n{{{{ tpl .Values.extra . }}}}\n"
        ),
        37 => format!(
            "--- {at}/list.json\n{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {{\"name\": \"s{number}\"}}, \"stringData\": {{\"a\": \"{c}\", \"a\": \"{c}\"}}, \"spec\": \"{c}\"}}]}}\n"
        ),
        38 => secret(&format!(
            "stringData: {{a: &x {c}, b: *x, c: *y, <<: {{d: {c}}}}}"
        )),
        39 => {
            format!(
                "--- {at}/kustomization.yaml\nresources: [secret.yaml, deployment.yaml]\nvars:\n- name: V\n  objref: {{apiVersion: v1, kind: Secret, name: s{number}}}\n  fieldref: {{fieldpath: stringData.password}}\n"
            ) + &secret(&format!("stringData: {{password: {c}}}"))
                + &deployment(
                    "[{name: A, value: $(V)}, {name: A, value: $(V)}]",
                    "replicas: 1",
                )
        }
        40 => {
            format!(
                "--- {at}/flux.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: f{number}, namespace: flux-system}}\n\
                 spec:\n  interval: 1m\n  prune: true\n  path: {at}/k\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substitute: {{word: {c}}}}}\n\
                 --- {at}/k/kustomization.yaml\nresources: [secret.yaml]\n--- {at}/k/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{number}}}\nstringData: {{p: '${{word}}', q: ['${{word}}']}}\n"
            )
        }
        _ => secret(&format!(
            "type: [{c}]\nimmutable: {c}\nstringData: {{a: {{b: {c}}}, password: {c}}}"
        )),
    }
}

/// A policy that says everything it sees.
const POLICY: &str = "--- .gitopslint.yaml\npolicies: [policies]\n--- policies/echo.rego\npackage echo\n\
    deny contains msg if { walk(input, [_, v]); is_string(v); msg := sprintf(\"saw %s\", [v]) }\n\
    deny contains {\"message\": sprintf(\"decoded %s\", [base64.decode(v)]), \"help\": v} if { some v in input.data }\n";

/// What may show secrets on standard output.
fn prints_manifests(arguments: &[&str]) -> bool {
    matches!(arguments.first(), Some(&"render"))
}

fn check(count: usize) {
    let canaries: Vec<(String, String)> = (0..count)
        .map(|number| (canary(number), base64(&canary(number))))
        .collect();
    let texts: String = (0..count).map(files).collect();
    let folder = Folder::with(&format!("{POLICY}{texts}"));
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for format in Format::ALL {
        commands.push(vec!["check", "--show", "all", "--format", format.name()]);
    }
    commands.extend([
        vec!["check", "--statistics"],
        vec!["render", "--all", "--output-dir", "out"],
        vec!["apps"],
        vec!["environments"],
        vec!["charts"],
        vec!["ignores"],
        vec!["diff", "dev", "production"],
        vec!["plan", "dev", "production"],
        vec!["rules"],
        vec!["test", "policies"],
    ]);
    let paths: Vec<(String, String)> = (0..count)
        .map(|number| (format!("apps/a{number}"), format!("Secret/s{number}")))
        .collect();
    for (path, object) in paths.iter().take(KINDS.min(count)) {
        commands.push(vec!["render", path]);
        commands.push(vec!["trace", path, object, "stringData"]);
        commands.push(vec!["trace", "--format", "json", path, object, "data"]);
        if count > KINDS {
            commands.push(vec!["check", path]);
        }
    }
    let mut shown = String::new();
    for arguments in commands {
        let output = crate::command::program()
            .args(&arguments)
            .args(
                ["--root", "."]
                    .iter()
                    .filter(|_| !matches!(arguments[0], "test" | "rules")),
            )
            .current_dir(folder.path())
            .output()
            .unwrap();
        let streams = [("stdout", output.stdout), ("stderr", output.stderr)];
        for (stream, bytes) in streams {
            if stream == "stdout" && prints_manifests(&arguments) {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            for (number, (plain, encoded)) in canaries.iter().enumerate() {
                // What stands at the end of the encoded text depends on what follows.
                let encoded = &encoded[..encoded.len() - 4];
                let line = text
                    .lines()
                    .find(|l| l.contains(plain.as_str()) || l.contains(encoded));
                if let Some(line) = line {
                    let line: String = line.chars().take(200).collect();
                    let kind = number % KINDS;
                    writeln!(shown, "kind {kind}: {arguments:?} {stream}: {line}").unwrap();
                }
            }
        }
    }
    assert!(
        shown.is_empty(),
        "{} are shown:\n{shown}",
        shown.lines().count()
    );
}

#[test]
fn no_secret_of_any_kind_is_shown() {
    check(KINDS);
}

#[test]
#[ignore = "takes minutes"]
fn none_of_many_secrets_is_shown() {
    check(6 * KINDS);
}
