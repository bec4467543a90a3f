use spanned_yaml::Tree;

use super::*;

/// What is left of a text, as the file of that path.
fn left(path: &str, tree: Tree) -> String {
    let source = Source::file(path, tree);
    let mut left = String::new();
    let mut at = 0;
    let mut spans: Vec<Span> = spans(&source).into_iter().map(|(span, _)| span).collect();
    spans.sort_unstable();
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        if start >= at {
            left.push_str(&source.tree.text()[at..start]);
            left.push('…');
        }
        at = at.max(end);
    }
    left.push_str(&source.tree.text()[at..]);
    left
}

fn check(tree: Tree) -> String {
    left("a.yaml", tree)
}

/// What is left of a template.
fn template(text: &str) -> String {
    check(Tree::of_spans(text, []))
}

#[track_caller]
fn is_shown(text: &str) {
    assert_eq!(template(text), text);
}

/// That no `hunter` is left of a template.
#[track_caller]
fn is_hidden(text: &str) {
    let left = template(text);
    assert!(!left.contains("hunter"), "{left}");
}

#[test]
fn a_broken_secret_shows_its_keys() {
    let text = "kind: Secret\ndata:\n  a: [hunter2\n  hunter3\n";
    assert_eq!(
        check(Tree::parse(text)),
        "kind: Secret\ndata:\n  a: …\n  …\n"
    );
}

#[test]
fn other_files_are_shown() {
    let text = "kind: Other\ndata:\n  a: [hunter2\n";
    assert_eq!(check(Tree::parse(text)), text);
}

#[test]
fn a_template_shows_its_actions() {
    assert_eq!(
        template("kind: Secret\ndata:\n  a: {{ .Values.a | default \"hunter2\" }}-b\n"),
        "kind: Secret\ndata:\n  a: {{ .Values.a | default … }}…\n"
    );
}

#[test]
fn what_speaks_of_secrets_is_none() {
    is_shown(
        "# reads Secrets\nkind: ClusterRoleBinding\nmetadata:\n  name: {{ .Release.Name }}\nsubjects:\n  - kind: ServiceAccount\n    name: default\n",
    );
    is_shown(
        "kind: DaemonSet\nspec:\n  {{- with .Values.imagePullSecrets }}\n  imagePullSecrets: {{ . }}\n  {{- end }}\n  volumes:\n  - hostPath: {path: /run/systemd}\n  - secret:\n      defaultMode: 256\n",
    );
    is_shown(
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec:\n  data:\n  - remoteRef: {key: a/b}\n",
    );
    is_shown("kind: SealedSecret # not a Secret\nspec:\n  encryptedData:\n    a: AgB\n");
    is_shown("{{/* kind: Secret */}}\nkind: ConfigMap\ndata:\n  a: b\n");
    is_shown("kind: Release\nvaluesFrom:\n- kind: Secret\n  name: values\ndata:\n  a: b\n");
}

#[test]
fn only_the_document_of_a_secret_hides_values() {
    assert_eq!(
        template(
            "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\nmetadata:\n  name: web\ntype: Opaque\ndata:\n  name: hunter2\n---\nkind: Pod\nspec:\n  nodeName: c\n"
        ),
        "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\nmetadata:\n  name: web\ntype: Opaque\ndata:\n  name: …\n---\nkind: Pod\nspec:\n  nodeName: c\n"
    );
}

#[test]
fn a_secret_is_one_however_it_is_written() {
    for kind in [
        "kind: \"Secret\"",
        "kind: 'Secret'",
        "kind: Secret # x",
        "kind: &a Secret",
        "kind: !!str Secret",
        "kind: secret",
        "kind:   Secret\r",
        "\"kind\": \"Secret\",",
        "kind: {{ if .Values.x }}Secret{{ else }}ConfigMap{{ end }}",
        "kind: {{ ternary \"Secret\" \"ConfigMap\" .Values.x }}",
        "kind: {{ .Values.kind }}",
        "kind:\n  Secret",
        "{{- if .Values.x }}kind: Secret{{ end }}",
        "kind Secret",
        "",
    ] {
        is_hidden(&format!("{kind}\ndata:\n  a: hunter2\n"));
        is_hidden(&format!("data:\n  a: hunter2\n{kind}\n"));
        is_hidden(&format!(
            "{kind}\nstringData:\n  a: |\n    x: hunter2\n  hunter3\n"
        ));
    }
}

#[test]
fn a_secret_hides_whatever_holds_something() {
    for fields in [
        "stringdata:\n  a: hunter2",
        "datas: {a: hunter2}",
        "metadata:\n  name: x\n stringData:\n   a: hunter2",
        "metadata:\n  name: x\n  annotations:\n    last: |\n      {\"kind\":\"Secret\",\"data\":{\"a\":\"hunter2\"}}",
        "metadata:\n  name: x\n  annotations: {password: hunter2}",
        "data\n  a: hunter2",
        "spec: hunter2",
        "type: [hunter2]",
        "immutable: hunter2",
        "data:\n- hunter2\n- a: hunter2",
        "data:\n{{- if .Values.x }}\n  a: hunter2\n{{- else }}\n  a: hunter3\n{{- end }}\n  b: hunter4",
        "data:\n  a: {{ .x | default (include \"y\" .) | default \"hunter2\" }}",
        "data:\n  {{ .Values.key }}: hunter2\n  {{- $x := \"hunter2\" }}",
        "{{- $x := \"hunter2\" }}\ndata:\n  a: {{ $x }}",
        "data: {{ dict \"a\" \"hunter2\" | toYaml }}",
        "data:\n  # hunter2\n  a: \"hunter2\" # hunter3",
        "data:\n  a: |\n    name: hunter2\nhunter3\n    kind: hunter4",
        "{{- if .Values.x }}data:{{ end }}\n  a: hunter2",
        "sops:\n  mac: hunter2",
    ] {
        is_hidden(&format!("kind: Secret\n{fields}\n"));
        is_hidden(&format!("{fields}\nkind: Secret\n"));
        let item = fields.replace('\n', "\n  ");
        is_hidden(&format!(
            "kind: List\nitems:\n- kind: Secret\n  {item}\n- kind: Pod\n"
        ));
    }
}

#[test]
fn inline_secrets_are_hidden() {
    is_hidden(
        "{\"kind\": \"Secret\", \"metadata\": {\"name\": \"x\"}, \"data\": {\"a\": \"hunter2\"}}",
    );
    is_hidden("{kind: Secret, metadata: {name: x}, stringData: {a: hunter2,\n  b: hunter3}}");
    is_hidden("{\n  \"kind\": \"Secret\",\n  \"stringData\": {\n    \"a\": \"hunter2\"\n  }\n}\n");
    is_hidden("kind: List\nitems: [{kind: Secret, data: {a: hunter2}}]\n");
    is_hidden("--- {kind: Secret, data: {a: hunter2}}\n");
    is_hidden("patches:\n- patch: |\n    - {op: add, path: /stringData/x, value: hunter2}\n");
    is_hidden("- op: add\n  path: /stringData/x\n  value: hunter2\n");
    is_hidden("secretGenerator:\n- name: g\n  literals:\n  - a=hunter2\n");
}

#[test]
fn values_that_are_called_after_secrets_are_hidden_anywhere() {
    for text in [
        "password: hunter2\n",
        "a:\n  dbPassword: {{ .Values.a | default \"hunter2\" }}\n",
        "clientSecret:\n  hunter2\n",
        "apiKey: |\n  hunter2\n  a: hunter3\n",
        "tokens: 1\ntoken:\n- hunter2\n",
        "env:\n- name: DB_PASSWORD\n  value: hunter2\n",
        "env:\n- value: hunter2\n  name: DB_PASSWORD\n",
        "env: [{name: DB_PASSWORD, value: hunter2}]\n",
        "args: [--password=hunter2]\n",
        "args:\n- --token=hunter2\n",
        "x: {{ dict \"user\" \"a\" \"password\" \"hunter2\" }}\n",
        "{{- $password := \"hunter2\" }}\n",
    ] {
        is_hidden(&format!("kind: Pod\n{text}"));
    }
    is_shown(
        "kind: Pod\nenv:\n- name: MODE\n  value: fast\n- name: DB_PASSWORD\n  valueFrom: {}\n",
    );
    is_shown("kind: Pod\npassword: {{ .Values.password }}\n");
}

#[test]
fn a_file_is_called_after_secrets() {
    let text = "a: b\nname: c\n";
    let broken = || Tree::parse("a: [b\nname: c\n");
    assert_eq!(left("secrets/a.yaml", broken()), "a: …\nname: c\n");
    let plain = |path| left(path, Tree::of_spans(format!("{text}{{{{ .x }}}}\n"), []));
    assert_eq!(plain("secrets/a.yaml"), format!("{text}{{{{ .x }}}}\n"));
    assert_eq!(plain("_secret.tpl"), format!("{text}{{{{ .x }}}}\n"));
    assert_eq!(plain("secret.yaml"), "a: …\nname: c\n{{ .x }}\n");
}

#[test]
fn long_files_take_no_longer_than_they_are_long() {
    for line in [
        "kind: Secret\n",
        "data:\n",
        "- kind: Secret\n  data:\n",
        "value: a\n",
    ] {
        let text = line.repeat(50_000);
        template(&text);
    }
}
