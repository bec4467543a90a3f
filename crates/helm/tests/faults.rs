//! What people are told of charts that do not render.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{charts, read, template};
use manifest::{Fault, Location, Memory};

fn place(place: &Location) -> String {
    let start = place.start();
    format!("{}:{}:{}", place.path(), start.line, start.column)
}

fn told(fault: &Fault) -> String {
    let at = fault.at.as_ref().map_or_else(String::new, place);
    let mut text = format!("{at}\n  {}\n", fault.message);
    if let Some(help) = &fault.help {
        text += &format!("  help: {help}\n");
    }
    for (what, related) in &fault.related {
        text += &format!("  {what}: {}\n", place(related));
    }
    text
}

/// What is told of a chart with arguments.
fn faults(chart: &str, args: &[&str]) -> String {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let faults = match template(&read(&charts()), chart, &args) {
        Ok(rendered) => rendered.faults,
        Err(faults) => faults,
    };
    faults.iter().map(told).collect()
}

fn broken(case: &str) -> String {
    faults("broken", &["--set", &format!("case={case}")])
}

#[test]
fn values_that_are_not_set() {
    insta::assert_snapshot!(broken("nil"), @r"
    broken/templates/b.yaml:3:7
      `.Values.ingress` is not set: the values of the chart `broken` have no key `ingress`
      help: did you mean `ingres`?
    ");
    insta::assert_snapshot!(broken("include"), @r"
    broken/templates/_fail.tpl:2:4
      `.Values.ingress` is not set: the values of the chart `broken` have no key `ingress`
      help: did you mean `ingres`?
      called from broken/templates/b.yaml:5: broken/templates/b.yaml:5:7
    ");
}

#[test]
fn templates_that_give_up() {
    insta::assert_snapshot!(broken("required"), @r"
    broken/templates/b.yaml:7:7
      set .Values.needed
    ");
    insta::assert_snapshot!(broken("fail"), @r"
    broken/templates/b.yaml:9:7
      this cannot work
    ");
}

/// What is told of a chart with these values and this template.
fn inline(values: &str, text: &str) -> String {
    let files = Memory::from_iter([
        ("app/Chart.yaml", "name: app\nversion: 1.0.0\n"),
        ("app/values.yaml", values),
        ("app/templates/a.yaml", text),
    ]);
    let rendered = template(&files, "app", &[]).unwrap();
    rendered.faults.iter().map(told).collect()
}

#[test]
fn texts_that_are_rendered() {
    insta::assert_snapshot!(inline(
        "name: x\ntext: |\n  first\n  second {{ .Values.nmae.deeper }}\n",
        "a: b\n{{ tpl .Values.text . }}\n",
    ), @r"
    app/values.yaml:4:13
      `.Values.nmae` is not set: the values of the chart `app` have no key `nmae`
      help: did you mean `name`?
      called from app/templates/a.yaml:2: app/templates/a.yaml:2:4
    ");
    // Put together from a template and a value: each part stands where it was written.
    insta::assert_snapshot!(inline(
        "text: 'name: {{ .Values.name | upper }}'\n",
        "a: b\n{{ tpl (printf \"{{ fail .Values.text }}%s\" .Values.text) . }}\n",
    ), @r"
    app/templates/a.yaml:2:4
      name: {{ .Values.name | upper }}
      called from app/templates/a.yaml:2: app/templates/a.yaml:2:4
    ");
    insta::assert_snapshot!(inline(
        "text: 'name: {{ upper 5 }}'\n",
        "a: b\n{{ tpl (printf \"say: %s\" .Values.text) . }}\n",
    ), @r"
    app/values.yaml:1:23
      `5`: `upper` expects a string as argument 1, but this is an integer
      help: convert it with `toString`
      called from app/templates/a.yaml:2: app/templates/a.yaml:2:4
    ");
    insta::assert_snapshot!(inline(
        "text: 'name: {{ if }}'\n",
        "a: b\n{{ tpl .Values.text . }}\n",
    ), @r"
    app/values.yaml:1:14
      the `if` on line 1 is not closed
      help: add the missing `{{ end }}`
      called from app/templates/a.yaml:2: app/templates/a.yaml:2:4
    ");
    insta::assert_snapshot!(inline(
        "object: {name: '{{ upper 5 }}'}\n",
        "{{ define \"t\" }}{{ upper .a }}{{ end }}\na: b\n{{ tpl (toYaml .Values.object) . }}\n",
    ), @r"
    app/values.yaml:1:26
      `5`: `upper` expects a string as argument 1, but this is an integer
      help: convert it with `toString`
      called from app/templates/a.yaml:3: app/templates/a.yaml:3:4
    ");
}

#[test]
fn a_message_that_begins_with_a_line_break() {
    insta::assert_snapshot!(inline("", "a: {{ fail \"\\n  no such plan\\n\" }}\n"), @r"
    app/templates/a.yaml:1:7
      no such plan
    ");
    insta::assert_snapshot!(inline("", "a: {{ fail \"\\n\" }}\n"), @r"
    app/templates/a.yaml:1:7
      the template gives up without saying why
    ");
}

#[test]
fn wrong_types_and_names() {
    insta::assert_snapshot!(broken("type"), @r"
    broken/templates/b.yaml:11:7
      `.Values.text.deeper`: `.Values.text` is a string, so it has no `deeper`
      the value is here: broken/values.yaml:2:7
    ");
    insta::assert_snapshot!(broken("template"), @r#"
    broken/templates/b.yaml:13:7
      `include "broken.iner" .`: there is no template named `broken.iner`
      help: did you mean `broken.inner`?
    "#);
    insta::assert_snapshot!(broken("argument"), @r"
    broken/templates/b.yaml:21:13
      `5`: `upper` expects a string as argument 1, but this is an integer
      help: convert it with `toString`
    ");
}

#[test]
fn output_that_is_no_manifest() {
    insta::assert_snapshot!(broken("yaml"), @"
    broken/templates/b.yaml:15:7
      broken/templates/b.yaml prints what is not YAML: this value contains a colon that YAML takes for the end of a key: put quotes around it
      it printed this: broken/values.yaml:2:7
    ");
    insta::assert_snapshot!(broken("kind"), @r"
    broken/templates/b.yaml:23:7
      broken/templates/b.yaml prints a `kind` that is not text
    ");
    insta::assert_snapshot!(broken("annotations"), @r"
    broken/templates/b.yaml:25:25
      broken/templates/b.yaml prints annotations that are not a mapping
    ");
}

#[test]
fn schemas() {
    insta::assert_snapshot!(faults("schema", &["--set", "replicas=0"]), @r"
    arguments:1:1
      `replicas` does not match the chart's schema: the value is less than the minimum of 1
    ");
    insta::assert_snapshot!(faults("schema", &["--set", "sub.level=x"]), @r#"
    arguments:1:1
      `sub.level` does not match the chart's schema: the value is not one of "low" or "high"
    "#);
}

#[test]
fn files_that_are_no_charts() {
    insta::assert_snapshot!(faults("lone", &[]), @r"
    lone/Chart.yaml:1:1
      lone/charts/README.md is not a chart, so Helm rejects the chart it is in
      help: move it out of the folder charts/, or list it in .helmignore
    ");
    insta::assert_snapshot!(faults("family", &["--set", "child=5"]), @r"
    arguments:1:1
      `child` has to be a mapping: it holds the values of the subchart `child`
    ");
}

#[test]
fn assignments() {
    insta::assert_snapshot!(faults("broken", &["--set", "text=x", "--set", "text.a=5"]), @r"
    arguments:1:1
      `text.a` cannot be set: the parent of `a` is not a mapping
    ");
}

/// What is told of a chart of these templates.
fn chart(templates: &[(&str, &str)]) -> String {
    let mut files = vec![("app/Chart.yaml", "name: app\nversion: 1.0.0\n")];
    files.extend_from_slice(templates);
    let rendered = template(&Memory::from_iter(files), "app", &[]).unwrap();
    rendered.faults.iter().map(told).collect()
}

#[test]
fn templates_that_nobody_defines_are_told_once() {
    let service = "name: {{ include \"app.fullname\" . }}\nlabels: {{- include \"app.labels\" . | nindent 2 }}\n";
    let secret = "name: {{ template \"app.fullname\" . }}\n";
    let other = "a: {{ include \"common.name\" . }}\nb: {{ fail \"no\" }}\n";
    let files = [
        (
            "app/templates/NOTES.txt",
            "{{ include \"app.fullname\" . }}",
        ),
        ("app/templates/b.yaml", service),
        ("app/templates/c.yaml", secret),
        ("app/templates/d.yaml", other),
        ("app/templates/e.yaml", "a: {{ fail \"stop\" }}\n"),
    ];
    insta::assert_snapshot!(chart(&files), @r#"
    app/templates/e.yaml:1:7
      stop
    app/templates/d.yaml:1:7
      `include "common.name" .`: there is no template named `common.name`
      help: is `templates/_helpers.tpl` missing, or a library chart among the dependencies in `Chart.yaml`?
    app/templates/b.yaml:1:10
      no file defines the template `app.fullname`, nor any other of `app`: 4 calls fail
      help: is `templates/_helpers.tpl` missing, or a library chart among the dependencies in `Chart.yaml`?
    "#);
    // What is defined is not missing, though one of its kind is.
    let mut files = files.to_vec();
    files.push((
        "app/templates/_helpers.tpl",
        "{{ define \"app.labels\" }}a: b{{ end }}{{ define \"common.name\" }}a{{ end }}\n",
    ));
    insta::assert_snapshot!(chart(&files), @r#"
    app/templates/e.yaml:1:7
      stop
    app/templates/d.yaml:2:7
      no
    app/templates/b.yaml:1:10
      no file defines the template `app.fullname`: 3 calls fail
      help: is `templates/_helpers.tpl` missing, or a library chart among the dependencies in `Chart.yaml`?
    "#);
}
