use insta::assert_snapshot;
use manifest::{Fault, Source};

use super::super::tests::{document, show, step, tell};
use super::{JsonPatch, apply};

/// What a patch makes of a base, in flow style with sorted keys.
fn check(base: &str, patch: &str) -> String {
    let mut target = document("base", base);
    let source = Source::built_in("patch", patch);
    let patch = match JsonPatch::parse(&source) {
        Ok(patch) => patch,
        Err(faults) => return faults.iter().map(told).collect::<Vec<_>>().join("\n"),
    };
    match apply(&mut target, &patch, &step()) {
        Ok(()) => show(target.view()),
        Err(fault) => told(&fault),
    }
}

fn told(fault: &Fault) -> String {
    match &fault.help {
        Some(help) => format!("{}\nhelp: {help}", tell(fault)),
        None => tell(fault),
    }
}

#[test]
fn mappings() {
    let base = "{a: 1, b: {c: 2, d/e: 3, f~g: 4}, n: ~}";
    let patched = |patch| check(base, patch);
    assert_snapshot!(patched("[]"), @"{a: 1, b: {c: 2, d/e: 3, f~g: 4}, n: null}");
    assert_snapshot!(patched("[{\"op\": \"add\", \"path\": \"/a\", \"value\": {\"x\": null}}]"), @"{a: {x: null}, b: {c: 2, d/e: 3, f~g: 4}, n: null}");
    assert_snapshot!(patched("- {op: add, path: /b/d~1e, value: 5}\n- {op: remove, path: /b/f~0g}"), @"{a: 1, b: {c: 2, d/e: 5}, n: null}");
    assert_snapshot!(patched("- {op: replace, path: /new, value: x}"), @r#"{a: 1, b: {c: 2, d/e: 3, f~g: 4}, n: null, new: "x"}"#);
    assert_snapshot!(patched("- {op: add, path: /b/x}\n- {op: remove, path: /n}"), @"{a: 1, b: {c: 2, d/e: 3, f~g: 4, x: null}}");
    assert_snapshot!(patched("- {op: move, from: /b/c, path: /c}\n- {op: copy, from: /b, path: /b/again}"), @"{a: 1, b: {again: {d/e: 3, f~g: 4}, d/e: 3, f~g: 4}, c: 2, n: null}");
    assert_snapshot!(patched("- {op: copy, from: /b/nothing, path: /c}"), @"{a: 1, b: {c: 2, d/e: 3, f~g: 4}, c: null, n: null}");
    assert_snapshot!(patched("- {op: replace, path: '', value: {z: 1}}"), @"{z: 1}");
    assert_snapshot!(patched("- {op: add, path: ignored/z, value: 1}"), @"{a: 1, b: {c: 2, d/e: 3, f~g: 4}, n: null, z: 1}");
}

#[test]
fn lists() {
    let patched = |patch: &str| check("{a: [1, 2, 3]}", patch);
    assert_snapshot!(patched("- {op: add, path: /a/-, value: 4}\n- {op: add, path: /a/0, value: 0}"), @"{a: [0, 1, 2, 3, 4]}");
    assert_snapshot!(patched("- {op: add, path: /a/-1, value: 4}\n- {op: add, path: /a/-5, value: 0}"), @"{a: [0, 1, 2, 3, 4]}");
    assert_snapshot!(patched("- {op: remove, path: /a/-1}\n- {op: remove, path: /a/0}\n- {op: add, path: /a/1, value: 9}"), @"{a: [2, 9]}");
    assert_snapshot!(patched("- {op: replace, path: /a/+1, value: {x: 1}}\n- {op: add, path: /a/1/y, value: 2}"), @"{a: [1, {x: 1, y: 2}, 3]}");
    assert_snapshot!(patched("- {op: move, from: /a/0, path: /a/-}"), @"{a: [2, 3, 1]}");
    assert_snapshot!(patched("- {op: add, path: /a/4, value: 1}"), @r#"
patch:1:22: the object has no `/a/4`
help: `/a` has the items `0` to `2`; `-` appends to them
"#);
    assert_snapshot!(patched("- {op: replace, path: /a/-, value: 1}"), @r#"
patch:1:26: the object has no `/a/-`
help: `/a` has the items `0` to `2`; `-` appends to them
"#);
    assert_snapshot!(patched("- {op: remove, path: /a/-4}"), @r#"
patch:1:25: the object has no `/a/-4`
help: `/a` has the items `0` to `2`; `-` appends to them
"#);
    assert_snapshot!(patched("- {op: remove, path: /a/x}"), @r#"
patch:1:25: the object has no `/a/x`
help: `/a` has the items `0` to `2`; `-` appends to them
"#);
}

#[test]
fn tests() {
    let base = "{a: 1, b: {c: [x, {y: ~}], s: a<b}, n: ~, l: [~]}";
    let patched = |patch: &str| match check(base, patch) {
        text if text.starts_with('{') => "same".to_owned(),
        text => text,
    };
    assert_eq!(patched("- {op: test, path: /a, value: 1}"), "same");
    assert_eq!(
        patched("- {op: test, path: /b, value: {s: a<b, c: [x, {y: }]}}"),
        "same"
    );
    assert_eq!(patched("- {op: test, path: /n, value: ~}"), "same");
    assert_eq!(patched("- {op: test, path: /nothing, value: ~}"), "same");
    assert_eq!(
        patched("[{\"op\": \"test\", \"path\": \"/a\", \"value\": 1}]"),
        "same"
    );
    assert_snapshot!(patched("[{\"op\": \"test\", \"path\": \"/a\", \"value\": 1.0}]"), @"patch:1:40: `/a` is not what the patch expects");
    assert_snapshot!(patched("[{\"op\": \"test\", \"path\": \"/b/s\", \"value\": \"a<b\"}]"), @"patch:1:42: `/b/s` is not what the patch expects");
    assert_snapshot!(patched("- {op: test, path: /a, value: '1'}"), @"patch:1:31: `/a` is not what the patch expects");
    assert_snapshot!(patched("- {op: test, path: /l, value: [~]}"), @"patch:1:31: `/l` is not what the patch expects");
    assert_snapshot!(patched("- {op: test, path: /nothing, value: 1}"), @r#"
patch:1:37: `/nothing` is not what the patch expects
help: the object has no such value
"#);
    assert_snapshot!(patched("- {op: test, path: /a}"), @"patch:1:3: the operation has no `value`");
}

#[test]
fn paths_that_lead_nowhere() {
    let base = "{spec: {template: {spec: {}}, list: [], n: ~}, a: 1}";
    let patched = |patch| check(base, patch);
    assert_snapshot!(patched("- {op: add, path: /spec/tmplate/spec, value: 1}"), @r#"
patch:1:25: the object has no `/spec/tmplate`
help: `/spec` has `template`, `list`, `n`
"#);
    assert_snapshot!(patched("- {op: remove, path: /spec/template/spec/x}"), @r#"
patch:1:42: the object has no `/spec/template/spec/x`
help: `/spec/template/spec` is empty
"#);
    assert_snapshot!(patched("- {op: remove, path: /spec/list/0}"), @r#"
patch:1:33: the object has no `/spec/list/0`
help: `/spec/list` is empty; `-` appends to it
"#);
    assert_snapshot!(patched("- {op: add, path: /a/b, value: 1}"), @r#"
patch:1:22: the object has no `/a/b`
help: `/a` is a scalar
"#);
    assert_snapshot!(patched("- {op: add, path: /spec/n/b, value: 1}"), @r#"
patch:1:25: the object has no `/spec/n`
help: `/spec` has `template`, `list`, `n`
"#);
    assert_snapshot!(patched("- {op: add, path: spec, value: 1}"), @r#"
patch:1:19: `spec` is not a path inside the object
help: begin it with a slash, as in `/spec/replicas`
"#);
    assert_snapshot!(patched("- {op: move, from: /a, path: /a/b}"), @r#"
patch:1:31: the object has no `/a`
help: it has `spec`
"#);
}

#[test]
fn operations_that_are_none() {
    let patched = |patch| check("{a: 1}", patch);
    assert_snapshot!(patched("- {op: delete, path: /a}"), @r#"
patch:1:3: there is no operation `delete`
help: use `add`, `remove`, `replace`, `move`, `copy` or `test`
"#);
    assert_snapshot!(patched("- {path: /a}"), @r#"
patch:1:3: the operation has no `op`
help: use `add`, `remove`, `replace`, `move`, `copy` or `test`
"#);
    assert_snapshot!(patched("- ~"), @r#"
patch:1:3: the operation has no `op`
help: use `add`, `remove`, `replace`, `move`, `copy` or `test`
"#);
    assert_snapshot!(patched("- {op: remove}"), @r#"
patch:1:3: the operation has no `path`
help: add the path that it changes
"#);
    assert_snapshot!(patched("- {op: remove, path: 1}"), @r#"
patch:1:3: the operation has no `path`
help: add the path that it changes
"#);
    assert_snapshot!(patched("- {op: copy, path: /a}"), @r"
    patch:1:3: the operation has no `from`
    help: add the path that it takes the value from
    ");
    assert_snapshot!(patched("- {op: replace, path: '', value: [1]}"), @"patch:1:3: a list cannot replace an object");
    assert_snapshot!(patched("- remove"), @r#"
patch:1:3: an operation is a mapping, but this is a scalar
help: write `op`, `path` and, where it takes one, `value`
"#);
    assert_snapshot!(patched("op: remove"), @r#"
patch:1:1: a JSON patch is a list of operations, but this is a mapping
help: write `- op: replace`, `path: /spec/replicas`, `value: 2`, one item per operation
"#);
    assert_snapshot!(patched("[{op: remove, path: /a}]"), @r"
    patch:1:3: the patch begins with `[`, so it must be JSON, and here it is not
    help: write it as a YAML block list, or quote keys and text as JSON requires
    ");
    assert_snapshot!(patched("- {op: remove"), @"patch:1:3: this `{` is never closed");
}

#[test]
fn scalars_take_their_json_form() {
    let base = "{a: 0x10, b: 1.0, c: 1000000, d: 2020-01-01, e: ~, f: True, g: [0o17], h: 9007199254740993}";
    assert_snapshot!(check(base, "[]"), @r#"{a: 16, b: 1, c: 1e+06, d: "2020-01-01T00:00:00Z", e: null, f: true, g: [15], h: 9.007199254740992e+15}"#);
    // What is left out in flow style becomes text before the patch sees it.
    assert_snapshot!(check("{a: }", "- {op: test, path: /a, value: ''}"), @r#"{a: ""}"#);
    assert_snapshot!(check("a:\nb: {}\n", "- {op: move, from: /a, path: /b/a}"), @"{b: {a: null}}");
    // The patch is read by YAML 1.1.
    assert_snapshot!(check("{}", "- {op: add, path: /a, value: {a: yes, b: 0o17, c: 017, 1: x, on: y, d: 'yes'}}"), @r#"{a: {1: "x", a: true, b: 15, c: 15, d: "yes", true: true}}"#);
}

#[test]
fn annotations_become_text() {
    let patched = |annotations: &str| {
        check(
            &format!("{{metadata: {{annotations: {annotations}}}}}"),
            "[]",
        )
    };
    assert_snapshot!(patched("{a: x, b: '1'}"), @r#"{metadata: {annotations: {a: "x", b: "1"}}}"#);
    assert_snapshot!(patched("{a: 1, b: ~, c: true, d: {x: 1}, e: 1000000, f: }"), @r#"{metadata: {annotations: {a: "1", b: "null", c: "true", d: "", e: "1e+06", f: ""}}}"#);
    assert_snapshot!(patched("{}"), @"{metadata: {}}");
    assert_snapshot!(patched("~"), @"{metadata: {}}");
}

#[test]
fn copies_cannot_fill_the_memory() {
    let doubling = "- {op: copy, from: /a, path: /a/-}\n".repeat(40);
    assert_snapshot!(check("{a: [1]}", &doubling), @"base:1:5: the object becomes too large");
    let nesting = "- {op: copy, from: /a, path: /a/x}\n".repeat(600);
    assert_snapshot!(check("{a: {b: 1}}", &nesting), @"base:1:9: values are nested more than 260 levels deep");
}
