//! Strategic merges.

use std::fmt::Write;
use std::sync::Arc;

use insta::assert_snapshot;
use manifest::{Fault, Gvk, Node, Scalar, Source, Src, Step, View, Was};

use super::json6902::{JsonPatch, apply};
use super::strategic::{Outcome, merge};
use crate::openapi::Schema;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\n";

pub(super) fn document(name: &'static str, text: &str) -> Node {
    let source = Source::built_in(name, text);
    assert_eq!(source.tree.errors(), []);
    source.documents().documents.remove(0)
}

pub(super) fn step() -> Step {
    let source = Source::built_in("kustomization", "patches");
    let root = source.tree.documents().next().unwrap();
    Step::new("patches", Src::new(&source, root))
}

fn merged(base: &str, patch: &str) -> Result<Option<Node>, Fault> {
    let mut target = document("base", base);
    let patch = document("patch", patch);
    let gvk = Gvk::of(target.view());
    let outcome = merge(&mut target, patch.view(), Schema::builtin(), &gvk, &step())?;
    Ok((outcome == Outcome::Merged).then_some(target))
}

/// What a patch makes of a base, in flow style with sorted keys.
fn check(base: &str, patch: &str) -> String {
    match merged(base, patch) {
        Ok(Some(node)) => show(node.view()),
        Ok(None) => "deleted".to_owned(),
        Err(fault) => tell(&fault),
    }
}

pub(super) fn tell(fault: &Fault) -> String {
    let place = fault.at.as_ref().map(|at| {
        let start = at.start();
        format!("{}:{}:{}: ", at.path(), start.line, start.column)
    });
    format!("{}{}", place.unwrap_or_default(), fault.message)
}

/// As [`check`], of a field of custom resources.
fn check_spec(base: &str, patch: &str) -> String {
    let head = "apiVersion: example.com/v1\nkind: Thing\nspec:";
    let merged = check(&format!("{head} {base}"), &format!("spec: {patch}"));
    match merged.split_once(", spec: ") {
        Some((_, spec)) => spec.trim_end_matches('}').to_owned() + &"}".repeat(closing(spec)),
        None => merged,
    }
}

fn closing(spec: &str) -> usize {
    spec.len() - spec.trim_end_matches('}').len() - 1
}

/// As [`check`], of a field of a Deployment's container.
fn check_container(field: &str, base: &str, patch: &str) -> String {
    let of = |list: &str| {
        format!(
            "{DEPLOYMENT}spec: {{template: {{spec: {{containers: [{{name: a, {field}: {list}}}]}}}}}}"
        )
    };
    let merged = check(&of(base), &of(patch));
    let start = merged
        .find("containers: [")
        .map(|at| at + "containers: [".len());
    match start.and_then(|at| merged[at..].strip_suffix("]}}}}")) {
        Some(container) => container.to_owned(),
        None => merged,
    }
}

pub(super) fn show(view: View<'_>) -> String {
    let mut text = String::new();
    if view.is_map() {
        let mut entries: Vec<_> = view.entries().collect();
        entries.sort_by_key(|e| e.key.text());
        let entries = entries
            .iter()
            .map(|e| format!("{}: {}", e.key.text(), show(e.value)));
        write!(text, "{{{}}}", entries.collect::<Vec<_>>().join(", ")).unwrap();
    } else if view.is_seq() {
        write!(
            text,
            "[{}]",
            view.items().map(show).collect::<Vec<_>>().join(", ")
        )
        .unwrap();
    } else {
        match view.scalar(manifest::Dialect::Kustomize).unwrap() {
            Scalar::Str(value) => write!(text, "{value:?}").unwrap(),
            _ => text.push_str(view.text()),
        }
    }
    text
}

#[test]
fn mappings() {
    assert_snapshot!(check_spec("{a: 1, b: {c: 2}}", "{b: {d: 3}, e: 4}"), @"{a: 1, b: {c: 2, d: 3}, e: 4}");
    assert_snapshot!(check_spec("{a: 1, b: {c: 2}}", "{a: ~, b: null}"), @"{}");
    assert_snapshot!(check_spec("{a: ~, b: null, c: , d: {e: }}", "{f: {g: , h: 1}}"), @"{a: ~, b: null, d: {}, f: {h: 1}}");
    assert_snapshot!(check_spec("{a: ~, b: null}", "{a: {x: ~, y: 1}, b: [1, ~]}"), @"{a: {y: 1}, b: [1, ~]}");
    assert_snapshot!(check_spec("{a: [1, {b: }]}", "{}"), @"{a: [1, {b: }]}");
}

#[test]
fn a_scalar_is_written_as_the_base_writes_it() {
    assert_snapshot!(check_spec(r#"{a: "3", b: 'x', c: 1, d: x}"#, "{a: 5, b: true, c: '2', d: 0.5}"), @r#"{a: "5", b: "true", c: "2", d: 0.5}"#);
}

#[test]
fn directives_in_mappings() {
    let base = "{a: {b: 1, c: 2}, d: 3}";
    assert_snapshot!(check_spec(base, "{a: {$patch: delete}}"), @"{d: 3}");
    assert_snapshot!(check_spec(base, "{a: {$patch: replace, e: {f: 1, g: ~}}}"), @"{a: {e: {f: 1}}, d: 3}");
    assert_snapshot!(check_spec(base, "{a: {$patch: merge, e: 1}}"), @"{a: {b: 1, c: 2, e: 1}, d: 3}");
    assert_snapshot!(check_spec(base, "{x: {$patch: replace, e: 1}, y: {$patch: delete}, z: {$patch: no}}"), @r#"{a: {b: 1, c: 2}, d: 3, x: {e: 1}, z: {$patch: "no"}}"#);
    assert_snapshot!(check_spec(base, "{a: {$patch: no}}"), @"patch:1:20: `$patch` cannot be `no`");
    assert_snapshot!(check(DEPLOYMENT, "$patch: delete"), @"deleted");
    assert_snapshot!(check(DEPLOYMENT, "{$patch: replace, spec: {}}"), @"{spec: {}}");
    assert_snapshot!(check(DEPLOYMENT, "{apiVersion: ~, kind: ~}"), @"deleted");
}

#[test]
fn lists_of_unknown_types_are_replaced() {
    assert_snapshot!(check_spec("{a: [{name: x}]}", "{a: [{name: y}, {$patch: delete, name: x}]}"), @r#"{a: [{name: "y"}, {$patch: "delete", name: "x"}]}"#);
    assert_snapshot!(check_spec("{a: [1]}", "{a: []}"), @"{a: []}");
    assert_snapshot!(check_spec("{a: [1]}", "{a: ~}"), @"{}");
}

#[test]
fn lists_with_a_merge_key() {
    let base = "[{name: A, value: 1}, {name: B, value: 2}]";
    let env = |patch| check_container("env", base, patch);
    assert_snapshot!(env("[{name: C, value: 3}, {name: B, value: 4}]"), @r#"{env: [{name: "C", value: 3}, {name: "B", value: 4}, {name: "A", value: 1}], name: "a"}"#);
    assert_snapshot!(env("[{name: A, $patch: delete}, {name: C, $patch: delete}]"), @r#"{env: [{name: "B", value: 2}], name: "a"}"#);
    assert_snapshot!(env("[{name: A, $patch: replace, x: 1}, {name: C, $patch: replace, x: 1}]"), @r#"{env: [{name: "A", value: 1}, {name: "C", x: 1}, {name: "B", value: 2}], name: "a"}"#);
    assert_snapshot!(env("[{$patch: replace}, {name: C, value: 3, x: ~}]"), @r#"{env: [{name: "C", value: 3}], name: "a"}"#);
    assert_snapshot!(env("[{$patch: delete}]"), @r#"{name: "a"}"#);
    assert_snapshot!(env("[{$patch: merge}, {name: C}]"), @r#"{env: [{name: "C"}, {name: "A", value: 1}, {name: "B", value: 2}], name: "a"}"#);
    assert_snapshot!(env("[{$patch: no}, {name: C}]"), @"patch:3:64: `$patch` cannot be `no`");
    assert_snapshot!(env("[]"), @r#"{env: [{name: "A", value: 1}, {name: "B", value: 2}], name: "a"}"#);
    assert_snapshot!(env("~"), @r#"{name: "a"}"#);
    assert_snapshot!(env("{}"), @"patch:3:54: the patch has a mapping where the object has a list");
}

#[test]
fn lists_with_two_merge_keys() {
    let ports = |base, patch| check_container("ports", base, patch);
    let both = "[{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]";
    assert_snapshot!(ports(both, "[{containerPort: 80, protocol: UDP, name: x}, {containerPort: 90, protocol: TCP}]"), @r#"{name: "a", ports: [{containerPort: 90, protocol: "TCP"}, {containerPort: 80, protocol: "TCP"}, {containerPort: 80, name: "x", protocol: "UDP"}]}"#);
    assert_snapshot!(ports(both, "[{containerPort: 80, name: x}]"), @r#"{name: "a", ports: [{containerPort: 80, protocol: "TCP"}, {containerPort: 80, protocol: "UDP"}]}"#);
    assert_snapshot!(ports("[{containerPort: 80, name: x}]", "[{containerPort: 80, protocol: TCP, name: y}]"), @r#"{name: "a", ports: [{containerPort: 80, name: "x"}]}"#);
    assert_snapshot!(ports("[{containerPort: 80}, {containerPort: 90}]", "[{containerPort: 90, name: y}]"), @r#"{name: "a", ports: [{containerPort: 90, name: "y"}, {containerPort: 80}]}"#);
}

#[test]
fn lists_of_scalars_with_a_strategy() {
    let finalizers = |base: &str, patch: &str| {
        check(
            &format!("{DEPLOYMENT}metadata: {{finalizers: {base}}}"),
            &format!("metadata: {{finalizers: {patch}}}"),
        )
    };
    assert_snapshot!(finalizers("[a, b, a]", "[c, b, c]"), @r#"{apiVersion: "apps/v1", kind: "Deployment", metadata: {finalizers: ["c", "b", "a"]}}"#);
    assert_snapshot!(finalizers("[a, ~, {}]", "[]"), @r#"{apiVersion: "apps/v1", kind: "Deployment", metadata: {finalizers: ["a"]}}"#);
    assert_snapshot!(finalizers("[a]", "[{b: c}]"), @"patch:1:25: a list of scalars contains a mapping");
    assert_snapshot!(finalizers("[a]", "[{$patch: replace}, b]"), @r#"{apiVersion: "apps/v1", kind: "Deployment", metadata: {finalizers: ["b"]}}"#);
}

#[test]
fn items_that_cannot_be_told_apart_displace_one_another() {
    let env = |base, patch| check_container("env", base, patch);
    assert_snapshot!(env("[{name: A, value: 1}]", "[{value: 2}]"), @r#"{env: [], name: "a"}"#);
    assert_snapshot!(env("[{name: A}, {value: 1}, {name: B}, {value: 2}]", "[]"), @r#"{env: [{value: 2}], name: "a"}"#);
    assert_snapshot!(env("[{name: A, value: 1}, {name: B}, {name: A, value: 2}]", "[]"), @r#"{env: [{name: "A", value: 2}, {name: "B"}], name: "a"}"#);
    assert_snapshot!(env("[{name: A}]", "[x]"), @r#"{env: [], name: "a"}"#);
}

#[test]
fn an_object_inside_a_custom_resource_merges_as_its_kind() {
    let base = "{template: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}}";
    assert_snapshot!(check_spec(base, "{template: {spec: {containers: [{name: b}]}}}"), @r#"{template: {apiVersion: "v1", kind: "Pod", spec: {containers: [{name: "b"}, {name: "a"}]}}}"#);
}

#[test]
fn faults_stand_at_the_patch() {
    assert_snapshot!(check_spec("{a: {b: 1}}", "{a: [1]}"), @"patch:1:11: the patch has a list where the object has a mapping");
    assert_snapshot!(check_spec("{a: [1]}", "{a: 1}"), @"patch:1:11: the patch has a scalar where the object has a list");
    assert_snapshot!(check_spec("{a: 1}", "{a: {b: 1}}"), @"patch:1:11: the patch has a mapping where the object has a scalar");
    assert_snapshot!(check("a: 1", "[]"), @"patch:1:1: the patch has a list where the object has a mapping");
}

#[test]
fn a_second_patch_is_written_as_the_base_too() {
    let source = Source::built_in("base", r#"{apiVersion: v1, kind: X, a: "1", b: x, c: "1"}"#);
    let mut target = source.documents().documents.remove(0);
    let gvk = Gvk::of(target.view());
    for patch in [
        r#"{a: x, b: "2", c: ~}"#,
        "{a: 3, b: 3, c: 4}",
        "{a: 5, b: 6, c: 7}",
    ] {
        let patch = document("patch", patch);
        let merged = merge(&mut target, patch.view(), Schema::builtin(), &gvk, &step());
        assert_eq!(merged.unwrap(), Outcome::Merged);
    }
    assert_snapshot!(show(target.view()), @r#"{a: "5", apiVersion: "v1", b: 6, c: 7, kind: "X"}"#);
}

#[test]
fn nesting_is_limited() {
    let nested = |depth| "{a: ".repeat(depth) + "1" + &"}".repeat(depth);
    let deepest = nested(256);
    assert_eq!(check(&deepest, &deepest), deepest);
    assert_eq!(check("{a: ~}", &deepest), deepest);
    let mut target = document("base", &nested(200));
    let way = "/a".repeat(200);
    let patch = format!("- {{op: add, path: '{way}', value: {}}}", nested(100));
    let patch = JsonPatch::parse(&Source::built_in("patch", &patch)).unwrap();
    assert_snapshot!(tell(&apply(&mut target, &patch, &step()).unwrap_err()), @"patch:1:674: values are nested more than 260 levels deep");
    assert_eq!(show(target.view()), nested(200));
}

#[test]
fn long_lists_take_linear_time() {
    let list = |from: usize, to: usize| {
        let items: Vec<String> = (from..to).map(|at| format!("{{name: n{at}}}")).collect();
        format!("[{}]", items.join(", "))
    };
    let merged = check_container("env", &list(0, 4_000), &list(2_000, 6_000));
    assert_eq!(merged.matches("name: \"n").count(), 6_000);
    let ports: Vec<&str> = vec!["{containerPort: 1, protocol: TCP}, {containerPort: 1}"; 1_001];
    let ports = format!("[{}]", ports.join(", "));
    assert_snapshot!(check_container("ports", "[]", &ports), @"patch:3:57: more than 2000 items merge that their merge keys do not tell apart");
}

/// Where values and collections come from, by their keys, and what they were.
fn trace(node: &Node, key: &str, out: &mut String) {
    let place = |node: &Node| match node.view().origin() {
        Some(origin) => origin.source.path().to_string(),
        None => "nowhere".to_owned(),
    };
    let form = match node {
        Node::Src(_) => "",
        Node::Gone => " gone",
        _ => " changed",
    };
    let _ = write!(out, "{key}: {}{form}", place(node));
    let children: Vec<(String, &Node, Option<&Arc<Was>>)> = match node {
        Node::Map(map) => map
            .entries
            .iter()
            .map(|e| (e.key.view().text().to_owned(), &e.value, e.was.as_ref()))
            .collect(),
        Node::Seq(seq) => seq
            .items
            .iter()
            .map(|i| ("-".to_owned(), &i.value, i.was.as_ref()))
            .collect(),
        _ => Vec::new(),
    };
    out.push('\n');
    for (child, value, was) in children {
        let mut text = String::new();
        trace(value, &child, &mut text);
        if let Some(was) = was {
            let was = format!(", by {} from {}", was.step.name, place(&was.node));
            text.insert_str(text.find('\n').unwrap_or(text.len()), &was);
        }
        for line in text.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
}

#[test]
fn values_know_where_they_come_from() {
    let base = format!(
        "{DEPLOYMENT}metadata: {{labels: {{a: b}}}}\nspec: {{replicas: 1, paused: true, \
         template: {{spec: {{containers: [{{name: a, image: x}}, {{name: b}}, {{name: c}}]}}}}}}"
    );
    let patch = "spec: {replicas: 1, paused: ~, strategy: {type: x, rollingUpdate: ~}, template: \
                 {spec: {containers: [{name: b, $patch: delete}, {name: d}, {name: a, image: y}]}}}";
    let merged = merged(&base, patch).unwrap().unwrap();
    let mut out = String::new();
    trace(&merged, "object", &mut out);
    assert_snapshot!(out, @r#"
object: base changed
  apiVersion: base
  kind: base
  metadata: base
  spec: base changed
    replicas: patch, by patches from base
    paused: nowhere gone, by patches from base
    template: base changed
      spec: base changed
        containers: base changed
          -: patch, by patches from nowhere
          -: base changed
            name: base
            image: patch, by patches from base
          -: base
          -: nowhere gone, by patches from base
    strategy: patch changed, by patches from nowhere
      type: patch
      rollingUpdate: nowhere gone, by patches from patch
"#);
}

#[test]
fn json_patched_values_know_where_they_come_from() {
    let mut target = document(
        "base",
        "{a: {b: 1, c: {d: 2}, e: 0x10}, l: [1, 2], z: {y: 1}}",
    );
    let patch = "- {op: replace, path: /a/b, value: 3}\n- {op: add, path: /a/c/x~1y, value: {z: yes}}\n\
                 - {op: remove, path: /l/0}\n- {op: add, path: /l/0, value: 5}\n- {op: move, from: /z/y, path: /m}";
    let patch = JsonPatch::parse(&Source::built_in("patch", patch)).unwrap();
    apply(&mut target, &patch, &step()).unwrap();
    let mut out = String::new();
    trace(&target, "object", &mut out);
    assert_snapshot!(out, @r#"
object: base changed
  a: base changed
    b: patch, by patches from base
    c: base changed
      d: base
      x/y: patch changed, by patches from nowhere
        z: patch changed
    e: base changed
  l: base changed
    -: nowhere gone, by patches from base
    -: patch, by patches from nowhere
    -: base
  z: base changed
    y: nowhere gone, by patches from base
  m: base, by patches from nowhere
"#);
}

/// What a patch that brings `[2]` makes of an entry `list`, as `entry` writes it.
fn check_described(entry: &str) -> String {
    let head = "apiVersion: example.com/v1\nkind: Thing\n";
    let merged = check(&format!("{head}{entry}\n"), "list: [2]");
    let list = merged.split_once("list: ").map(|(_, list)| list);
    list.unwrap_or(&merged).trim_end_matches('}').to_owned()
}

#[test]
fn a_comment_may_say_how_a_list_merges() {
    let merge = r#"{"type":"array","x-kubernetes-patch-strategy":"merge"}"#;
    for entry in [
        format!("list: # {merge}\n- 1"),
        format!("list: ## {merge} and more\n- 1"),
        format!("list: # {merge}\n  [1]"),
        format!("list: [1] # {merge}"),
        format!("# {merge}\nlist: [1]"),
        format!("# {merge}\n# and more\nlist: [1]"),
    ] {
        assert_eq!(check_described(&entry), "[2, 1]", "{entry}");
    }
    for entry in [
        format!("list:\n# {merge}\n- 1"),
        format!("list: [ # {merge}\n  1]"),
        format!("list: &x # {merge}\n- 1"),
        format!("# {merge}\nlist: # not a schema\n- 1"),
        format!("# {merge}\n\nlist: [1]"),
        r#"list: # {"type":3,"x-kubernetes-patch-strategy":"merge"}"#.to_owned() + "\n- 1",
        "list: # {type: array, x-kubernetes-patch-strategy: merge}\n- 1".to_owned(),
        "list: # {\n- 1".to_owned(),
    ] {
        assert_eq!(check_described(&entry), "[2]", "{entry}");
    }
}

#[test]
fn a_comment_stands_above_the_kind() {
    let merges = |comment: &str| {
        let spec = format!("spec:\n  template:\n    spec:\n      containers: {comment}\n");
        let base = format!("{DEPLOYMENT}{spec}      - name: a\n");
        let patch = format!("{DEPLOYMENT}{spec}      - name: b\n");
        check(&base, &patch).contains("name: \"a\"")
    };
    assert!(merges(""));
    assert!(merges("# a remark"));
    assert!(!merges(r##"# {"$ref":"#/definitions/nothing"}"##));
    assert!(!merges(r#"# {"$kpt-set":"containers"}"#));
}

#[test]
fn a_comment_may_refer_to_definitions() {
    let container = "#/definitions/io.k8s.api.core.v1.Container";
    let comment = format!(
        r#"# {{"items":{{"$ref":"{container}"}},"type":"array","x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge"}}"#
    );
    let head = "apiVersion: example.com/v1\nkind: Thing\n";
    let base = format!("{head}list: {comment}\n- name: a\n  env: [{{name: x, value: 1}}]\n");
    let patch = "list: [{name: a, env: [{name: y, value: 2}]}]";
    assert_snapshot!(check(&base, patch), @r#"{apiVersion: "example.com/v1", kind: "Thing", list: [{env: [{name: "y", value: 2}, {name: "x", value: 1}], name: "a"}]}"#);
}
