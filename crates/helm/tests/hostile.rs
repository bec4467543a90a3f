//! Whatever a chart holds: no panic, no hang, nothing read outside, and a fault that says so.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

use camino::Utf8Path;
use flate2::Compression;
use flate2::write::GzEncoder;
use helm::{Capabilities, Chart, Layer, Options, Release, Rendered, SetKind, render};
use manifest::{Fault, Memory, Snapshot, Source, Src};

fn rendered(files: &Memory, path: &str, layers: &[Layer]) -> Result<Rendered, Vec<Fault>> {
    let chart = Chart::load(files, Utf8Path::new(path))?;
    let capabilities = Capabilities::default();
    let options = Options::default();
    Ok(render(
        &chart,
        layers,
        &Release::default(),
        &capabilities,
        options,
    ))
}

/// What is wrong with a chart of these files besides `Chart.yaml`.
fn faults(files: &[(&str, &str)]) -> String {
    let chart = (
        "app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    );
    let files: Memory = [chart].iter().chain(files).copied().collect();
    let faults = match rendered(&files, "app", &[]) {
        Ok(rendered) => rendered.faults,
        Err(faults) => faults,
    };
    let told = faults.iter().map(|fault| {
        let place = fault.at.as_ref().map_or_else(String::new, |place| {
            format!("{}:{} ", place.path(), place.start().line)
        });
        let message: String = fault.message.chars().take(150).collect();
        format!("{:?} {place}{message}\n", fault.kind)
    });
    told.collect()
}

#[test]
fn endless_templates() {
    let calls = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    let texts =
        "{{ define \"b\" }}{{ tpl \"{{ include \\\"b\\\" . }}\" . }}{{ end }}{{ include \"b\" . }}";
    let steps = "{{ range until 10000000 }}{{ range until 10000000 }}x{{ end }}{{ end }}";
    let memory =
        "{{ $x := \"xxxxxxxxxxxxxxxx\" }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}";
    for text in [calls, texts, steps, memory] {
        let told = faults(&[("app/templates/a.yaml", text)]);
        assert!(told.starts_with("Limit app/templates/a.yaml:1 "), "{told}");
    }
}

#[test]
fn values_that_stand_for_billions() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='k').zip('a'..) {
        let items = vec![format!("*{before}"); 9].join(", ");
        bomb += &format!("{name}: &{name} [{items}]\n");
    }
    let told = faults(&[("app/values.yaml", &bomb)]);
    assert!(told.starts_with("Limit app/values.yaml:"), "{told}");
    let deep = format!("a: {}{}\n", "[".repeat(5000), "]".repeat(5000));
    let told = faults(&[("app/values.yaml", &deep)]);
    assert!(told.starts_with("Limit app/values.yaml:1 "), "{told}");
    let deep = format!("a: {}{}\n", "{a: ".repeat(180), "}".repeat(180));
    let told = faults(&[("app/values.yaml", &deep)]);
    assert!(told.starts_with("Limit app/values.yaml:1 "), "{told}");
}

#[test]
fn values_that_contain_themselves() {
    let text = "{{ $_ := set .Values \"self\" .Values }}{{ toYaml .Values }}{{ toJson .Values }}";
    let told = faults(&[("app/templates/a.yaml", text)]);
    assert!(told.starts_with("Limit app/templates/a.yaml:1 "), "{told}");
}

#[test]
fn patterns_and_schemas() {
    let schema = r#"{"properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}"#;
    let values = format!("a: {}b\n", "a".repeat(50_000));
    let told = faults(&[
        ("app/values.schema.json", schema),
        ("app/values.yaml", &values),
    ]);
    assert!(
        told.starts_with("Values app/values.yaml:1 `a` does not fit"),
        "{told}"
    );
    for schema in [
        "{",
        r#"{"type": 5}"#,
        r##"{"$ref": "#/$defs/nothing"}"##,
        r##"{"$ref": "#"}"##,
    ] {
        let told = faults(&[("app/values.schema.json", schema)]);
        assert!(
            told.starts_with("Unsupported app/values.schema.json:1 "),
            "{told}"
        );
    }
    let globs = "{{ range $p, $_ := .Files.Glob \"{a,{b,{c,*}}}[!x-\" }}{{ end }}";
    assert_eq!(faults(&[("app/templates/a.yaml", globs)]), "");
}

#[test]
fn dependencies_in_circles_and_outside() {
    let chart = |dependency: &str, folder: &str| {
        format!(
            "apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies:\n  - name: {dependency}\n    version: 1.0.0\n    repository: file://{folder}\n"
        )
    };
    let told = faults(&[("app/Chart.yaml", &chart("x", "../app"))]);
    assert!(told.contains("it depends on itself"), "{told}");
    let told = faults(&[("app/Chart.yaml", &chart("x", "../../../etc"))]);
    assert!(told.contains("it stands outside the repository"), "{told}");
    let circle = chart("y", "../b").replace("name: x", "name: app");
    let back = chart("app", "../app").replace("name: x", "name: y");
    assert_eq!(
        faults(&[("app/Chart.yaml", &circle), ("b/Chart.yaml", &back)]),
        ""
    );
}

#[test]
fn charts_within_charts_without_end() {
    let mut files = Memory::new();
    let mut folder = "app".to_owned();
    for _ in 0..100 {
        files.insert(
            format!("{folder}/Chart.yaml"),
            "apiVersion: v2\nname: app\nversion: 1.0.0\n",
        );
        folder += "/charts/app";
    }
    let faults = rendered(&files, "app", &[]).unwrap_err();
    assert_eq!(faults[0].message, "charts are nested too deeply");
}

#[test]
fn malformed_files() {
    for text in [
        "",
        "[]",
        "a",
        "name: [",
        "name: {a: b}\nversion: 1.0.0",
        "\u{0}",
        "name: ../x\nversion: 1",
    ] {
        let told = faults(&[("app/Chart.yaml", text)]);
        assert!(told.contains("app/Chart.yaml:1"), "{text:?} {told}");
    }
    for text in ["- a", "text", "a: .inf", "? [a]\n: b", "a: b: c"] {
        let told = faults(&[("app/values.yaml", text)]);
        assert!(told.contains("app/values.yaml:1"), "{text:?} {told}");
    }
    let told = faults(&[("app/templates/a.yaml", "{{ if }}")]);
    assert!(
        told.starts_with("Template app/templates/a.yaml:1 "),
        "{told}"
    );
    let told = faults(&[("app/.helmignore", "a/**\n[")]);
    assert_eq!(told.lines().count(), 2, "{told}");
}

/// A `.tgz` of entries as they are given, names and types unchecked.
fn archive(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        if kind.is_symlink() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn archives() {
    const FILE: tar::EntryType = tar::EntryType::Regular;
    let chart: (_, _, &[u8]) = (
        "app/Chart.yaml",
        FILE,
        b"apiVersion: v2\nname: app\nversion: 1.0.0\n",
    );
    let told = |bytes: Vec<u8>| {
        let files = Memory::from_iter([("app.tgz", bytes)]);
        match rendered(&files, "app.tgz", &[]) {
            Ok(rendered) => rendered.faults.len().to_string(),
            Err(faults) => faults[0].message.clone(),
        }
    };
    assert_eq!(told(archive(&[chart])), "0");
    let outside = [
        archive(&[chart, ("app/../../x", FILE, b"x")]),
        archive(&[chart, ("app//etc/passwd", FILE, b"x")]),
        archive(&[("Chart.yaml", FILE, b"x")]),
        archive(&[chart, ("app/c:/x", FILE, b"x")]),
    ];
    for bytes in outside {
        assert!(told(bytes).contains("outside of its folder"));
    }
    let link = archive(&[chart, ("app/x", tar::EntryType::Symlink, b"")]);
    assert!(told(link).contains("a link"));
    let large = vec![0; 6 << 20];
    let large = archive(&[chart, ("app/x", FILE, &large)]);
    assert!(told(large).contains("larger than the 5 MiB"));
    let mut cut = archive(&[chart, ("app/x", FILE, &[7; 5000])]);
    cut.truncate(cut.len() / 2);
    assert!(told(cut).contains("archive"));
    assert!(told(b"not an archive".to_vec()).contains("not an archive"));
    assert!(told(archive(&[])).contains("no files"));
}

#[test]
fn assignments() {
    let at = {
        let source = Source::built_in("argument", "x");
        let node = source.tree.documents().next().unwrap();
        Src::new(&source, node)
    };
    let files = Memory::from_iter([("app/Chart.yaml", "name: app\nversion: 1.0.0\n")]);
    assert!(files.source(Utf8Path::new("app/Chart.yaml")).is_ok());
    let long = "a.".repeat(100) + "b";
    for (path, value, kind) in [
        ("a[99999999]", "x", SetKind::Infer),
        ("a[-1]", "x", SetKind::Infer),
        ("a[", "x", SetKind::Infer),
        ("a[0]x", "x", SetKind::Infer),
        (&*long, "x", SetKind::Infer),
        ("a\\", "x", SetKind::Infer),
        ("a", "{x", SetKind::Infer),
        ("a", "{x}y", SetKind::Infer),
        ("a", "x,y", SetKind::Infer),
        ("a", "[[[", SetKind::Json),
    ] {
        let layer = Layer::Set {
            path: path.to_owned(),
            value: value.to_owned(),
            at: at.clone(),
            kind,
        };
        let rendered = rendered(&files, "app", &[layer]).unwrap();
        assert_eq!(rendered.faults.len(), 1, "{path}={value}");
    }
}
