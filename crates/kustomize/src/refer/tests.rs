use camino::Utf8Path;
use manifest::Memory;

use crate::{Options, build, print};

/// What a kustomization makes of an object, or why it does not.
fn built(kustomization: &str, object: &str) -> String {
    let snapshot = Memory::from_iter([
        ("kustomization.yaml", kustomization),
        ("object.yaml", object),
        (
            "fields.yaml",
            "varReference:\n- {path: data, kind: ConfigMap}\n",
        ),
    ]);
    let objects = build(&snapshot, Utf8Path::new(""), Options::default());
    match objects.and_then(|objects| print(&objects)) {
        Ok(text) => text,
        Err(faults) => faults.iter().map(|f| f.message.clone() + "\n").collect(),
    }
}

/// What a var with this value becomes by itself and inside of text.
fn var(value: &str, expect: &str) {
    let kustomization = "\
resources: [object.yaml]
configurations: [fields.yaml]
vars:
- name: V
  objref: {apiVersion: v1, kind: ConfigMap, name: x}
  fieldref: {fieldpath: value}
";
    let object = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\nvalue: {value}\ndata: {{in: a-$(V), whole: $(V)}}\n"
    );
    let text = built(kustomization, &object);
    let shown: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  in") || line.starts_with("  whole"))
        .map(str::trim)
        .collect();
    let shown = if shown.is_empty() {
        text.trim_end().to_owned()
    } else {
        shown.join(", ")
    };
    assert_eq!(shown, expect, "{value}");
}

/// What becomes of a field in whose place a value is put.
fn replacement(value: &str, old: &str, expect: &str) {
    let kustomization = "\
resources: [object.yaml]
replacements:
- source: {kind: ConfigMap, fieldPath: value}
  targets:
  - select: {kind: ConfigMap}
    fieldPaths: [data.field]
    options: {create: true}
";
    let object = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\nvalue: {value}\ndata:\n{old}"
    );
    let text = built(kustomization, &object);
    let field = text.lines().find(|line| line.starts_with("  field"));
    let shown = field.unwrap_or(&text).trim();
    assert_eq!(shown, expect, "{value} in the place of {old}");
}

#[test]
fn vars_are_written_as_go_writes_them() {
    var("text", "in: a-text, whole: text");
    var("True", "in: a-true, whole: true");
    var("007", "in: a-7, whole: 7");
    var("-0", "in: a-0, whole: 0");
    var("1.0", "in: a-1, whole: 1");
    var("123456.7", "in: a-123456.7, whole: 123456.7");
    var("1e6", "in: a-1e+06, whole: 1000000");
    var("1234567.5", "in: a-1.2345675e+06, whole: 1.2345675e+06");
    var("0.000012", "in: a-1.2e-05, whole: 1.2e-05");
    var("1e21", "in: a-1e+21, whole: 1e+21");
    // Go reads fewer forms than YAML has.
    var(
        "0x10",
        "the var `V` names the field `value`, which does not exist",
    );
}

#[test]
fn a_replacement_keeps_the_type() {
    replacement("5", "  field: text\n", "field: \"5\"");
    replacement("5", "  field: 1\n", "field: 5");
    replacement("5", "  field: 1.5\n", "field: 5");
    replacement(
        "1.0",
        "  field: 1\n",
        "`1.0` cannot replace a number, whose type must stay",
    );
    replacement(
        "12345678901234567890",
        "  field: 1.5\n",
        "`12345678901234567890` cannot replace a number, whose type must stay",
    );
}

#[test]
fn what_a_replacement_makes_has_no_quotes() {
    replacement("'5'", "  other: 1\n", "field: 5");
    replacement("''", "  other: 1\n", "field: \"\"");
}
