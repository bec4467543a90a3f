//! Whatever a chart holds: no panic, no hang, nothing read outside, and a fault that says so.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail anywhere"
)]

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use flate2::Compression;
use flate2::write::GzEncoder;
use helm::{
    Capabilities, Chart, Layer, Options, Release, Rendered, SetKind, Shelf, render, render_within,
};
use manifest::{Amounts, Budget, Fault, FaultKind, Kept, Memory, ReadError, Snapshot, Source, Src};

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
        told.starts_with("Values app/values.yaml:1 `a` does not match"),
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
    assert!(told.contains("it is outside the repository"), "{told}");
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
        assert!(told(bytes).contains("outside its folder"));
    }
    let link = archive(&[chart, ("app/x", tar::EntryType::Symlink, b"")]);
    assert!(told(link).contains("a link"));
    let large = vec![0; 6 << 20];
    let large = archive(&[chart, ("app/x", FILE, &large)]);
    assert!(told(large).contains("larger than the 5 MiB"));
    let mut cut = archive(&[chart, ("app/x", FILE, &[7; 5000])]);
    cut.truncate(cut.len() / 2);
    assert!(told(cut).contains("archive"));
    assert!(told(b"not an archive".to_vec()).contains("not a chart archive"));
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

/// What a chart of these files takes to load and to render, and what is wrong with it.
fn taken(files: &Memory, limits: Amounts) -> (Amounts, Vec<Fault>) {
    let budget = Budget::new(limits);
    let chart = match Chart::load_within(files, "app".into(), &Shelf::default(), &budget) {
        Ok(chart) => chart,
        Err(faults) => return (budget.spent(), faults),
    };
    let (release, capabilities) = (Release::default(), Capabilities::default());
    let options = Options::default();
    let rendered = render_within(&chart, &[], &release, &capabilities, options, &budget);
    (budget.spent(), rendered.faults)
}

const LIMITS: Amounts = Amounts {
    objects: 2_000,
    nodes: 400_000,
    bytes: 25 << 20,
    steps: 500_000,
    charts: 200,
};

fn first(files: &Memory) -> String {
    let (_, faults) = taken(files, LIMITS);
    let fault = &faults[0];
    let place = fault.at.as_ref().map_or_else(String::new, |place| {
        format!("{}:{}", place.path(), place.start().line)
    });
    let message: String = fault.message.chars().take(150).collect();
    format!(
        "{} fault(s): {:?} {place} {message}",
        faults.len(),
        fault.kind
    )
}

fn app(files: &[(&str, &str)]) -> Memory {
    let chart = (
        "app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    );
    [chart].iter().chain(files).copied().collect()
}

#[test]
fn links_in_circles() {
    let mut files = app(&[("app/templates/a.yaml", "a: b\n")]);
    files.link("app/files/self", "app/files");
    files.insert("app/files/x", "x");
    files.link("app/charts/again", "app");
    insta::assert_snapshot!(first(&files), @"2 fault(s): Cycle  `app/charts/again` is a link to a folder that contains it");
}

/// A snapshot that does not tell where links lead: they are followed as far as anything is.
struct Blind(Memory);

impl Snapshot for Blind {
    fn kept(&self, path: &Utf8Path) -> Kept {
        self.0.kept(&self.0.real(path))
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.0.list(folder)
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.0.bytes(path)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        self.0.source(path)
    }
}

#[test]
fn folders_without_end() {
    let mut files = app(&[("app/x", "x")]);
    files.link("app/a", "app");
    files.link("app/b", "app");
    let faults = Chart::load(&Blind(files), "app".into()).unwrap_err();
    let [fault] = &*faults else {
        panic!("{faults:?}");
    };
    assert_eq!(fault.kind, FaultKind::Limit);
    assert!(
        fault.message.starts_with("the chart is too large"),
        "{}",
        fault.message
    );
}

#[test]
fn charts_under_many_names() {
    let mut files = Memory::new();
    for level in 0..12 {
        let name = if level == 0 {
            "app".to_owned()
        } else {
            format!("c{level}")
        };
        let mut text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n");
        for alias in 0..8 {
            let next = level + 1;
            text += &format!(
                "- {{name: c{next}, version: 1.0.0, repository: 'file://../c{next}', alias: a{alias}}}\n"
            );
        }
        files.insert(format!("{name}/Chart.yaml"), text);
    }
    files.insert(
        "c12/Chart.yaml",
        "apiVersion: v2\nname: c12\nversion: 1.0.0\n",
    );
    insta::assert_snapshot!(first(&files), @"1 fault(s): Limit app/Chart.yaml:1 more than 200 charts are read");
}

#[test]
fn texts_that_are_looked_at_again_and_again() {
    let large = "{{ $x := repeat 10000000 \"x\" }}{{ range until 100000 }}";
    for what in [
        "{{ $_ := sha512sum $x }}",
        "{{ $_ := upper $x }}",
        "{{ $_ := regexMatch \"(x+x+)+y\" $x }}",
        "{{ $_ := regexReplaceAll \"x\" $x \"y\" }}",
        "{{ $_ := contains \"y\" $x }}",
        "{{ $_ := eq $x (print $x) }}",
        "{{ $_ := splitList \"\" $x }}",
        "{{ $_ := tpl $x . }}",
        "{{ $_ := b64enc $x }}",
        "{{ $_ := dict \"a\" $x | toYaml }}",
        "{{ $_ := list $x $x $x $x | join \",\" }}",
        "{{ $_ := toJson (list $x $x $x) }}",
        "{{ $_ := printf \"%q\" $x }}",
        "{{ $_ := trunc 5 $x }}",
        "{{ $_ := snakecase $x }}",
        "{{ $_ := fromYaml $x }}",
        "{{ $_ := sortAlpha (list $x $x) }}",
        "{{ $_ := hasKey (dict $x 1) $x }}",
        "{{ $_ := semverCompare $x \"1.2.3\" }}",
    ] {
        let text = format!("{large}{what}{{{{ end }}}}");
        let told = first(&app(&[("app/templates/a.yaml", &text)]));
        assert!(
            told.starts_with("1 fault(s): Limit app/templates/a.yaml:1")
                || told.starts_with("1 fault(s): Template app/templates/a.yaml:1"),
            "{what}: {told}"
        );
    }
}

#[test]
fn collections_that_are_gone_through_again_and_again() {
    let large = "{{ $l := until 50000 }}{{ $d := dict }}{{ range until 20000 }}{{ $_ := set $d (print .) . }}{{ end }}{{ range until 100000 }}";
    for what in [
        "{{ $_ := join \",\" $l }}",
        "{{ $_ := append $l 1 }}",
        "{{ $_ := reverse $l }}",
        "{{ $_ := keys $d }}",
        "{{ $_ := merge (dict) $d }}",
        "{{ $_ := deepCopy $d }}",
        "{{ $_ := deepEqual $d (deepCopy $d) }}",
        "{{ $_ := omit $d \"1\" }}",
        "{{ $_ := without $l 1 }}",
        "{{ $_ := toString $l }}",
        "{{ $_ := uniq $l }}",
        "{{ $_ := values $d }}",
        "{{ $_ := chunk 2 $l }}",
        "{{ $_ := concat $l $l }}",
        "{{ range $l }}{{ end }}",
        "{{ $_ := .Files.Get \"x\" }}{{ $_ := has 7 $l }}",
    ] {
        let text = format!("{large}{what}{{{{ end }}}}");
        let told = first(&app(&[("app/templates/a.yaml", &text)]));
        assert!(
            told.starts_with("1 fault(s): Limit app/templates/a.yaml:1"),
            "{what}: {told}"
        );
    }
}

#[test]
fn files_are_found_at_once_however_many() {
    let mut files = app(&[(
        "app/templates/a.yaml",
        "{{ range until 1000 }}{{ $_ := $.Files.Get (printf \"f%d\" .) }}{{ end }}",
    )]);
    let spent = |files: &Memory| {
        let (taken, faults) = taken(files, Amounts::ASK);
        assert!(faults.is_empty());
        taken.steps
    };
    let few = spent(&files);
    for n in 0..2_000 {
        files.insert(format!("app/f{n}"), "");
    }
    assert_eq!(spent(&files), few);
}

#[test]
fn documents_without_number() {
    let text = "{{ range until 5000 }}---\na: b\n{{ end }}";
    insta::assert_snapshot!(first(&app(&[("app/templates/a.yaml", text)])), @"1 fault(s): Limit app/templates/a.yaml:1 app/templates/a.yaml: more than 2,000 objects are made");
    let wrong = "{{ range until 1500 }}---\na: {\n{{ end }}";
    insta::assert_snapshot!(first(&app(&[("app/templates/a.yaml", wrong)])), @"502 fault(s): Template app/templates/a.yaml:2 app/templates/a.yaml prints what is not YAML: this `{` is never closed");
}

#[test]
fn outputs_within_outputs() {
    // Each level holds what it has printed until the innermost is done.
    let text = "{{ define \"t\" }}{{ repeat 3000000 \"x\" }}{{ if gt .n 0 }}{{ include \"t\" (dict \"n\" (sub .n 1)) }}{{ end }}{{ end }}{{ include \"t\" (dict \"n\" 200) }}";
    insta::assert_snapshot!(first(&app(&[("app/templates/a.yaml", text)])), @r#"1 fault(s): Limit app/templates/a.yaml:1 `repeat 3000000 "x"`: rendering produces too much text"#);
}

#[test]
fn schemas_that_stand_for_many() {
    let level = |n| {
        format!(
            r##""l{n}": {{"allOf": [{{"$ref": "#/$defs/l{0}"}}, {{"$ref": "#/$defs/l{0}"}}]}}, "##,
            n + 1
        )
    };
    let levels: String = (0..40).map(level).collect();
    let schema = format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{levels}"l40": {{}}}}}}"##);
    insta::assert_snapshot!(first(&app(&[("app/values.schema.json", &schema)])), @"1 fault(s): Limit app/values.schema.json:1 the chart's schema would compare the values too many times with the same schemas");
    let link = |n| {
        format!(
            r##""l{n}": {{"items": {{"$ref": "#/$defs/l{}"}}}}, "##,
            n + 1
        )
    };
    let links: String = (0..5_000).map(link).collect();
    let schema = format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{links}"l5000": {{}}}}}}"##);
    insta::assert_snapshot!(first(&app(&[("app/values.schema.json", &schema)])), @"1 fault(s): Limit app/values.schema.json:1 the chart's schema nests its schemas too deeply");
}

/// The same is rendered as without a schema, and what was not compared is told.
#[test]
fn schemas_that_stand_elsewhere() {
    let schema = r##"{
        "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {
            "a": {"$ref": "https://example.org/schemas/a.json#/definitions/a"},
            "b": {"$ref": "../b.json"},
            "c": {"type": "string"}
        }
    }"##;
    let files = app(&[
        ("app/values.schema.json", schema),
        ("app/values.yaml", "a: 1\nb: 2\nc: 3\n"),
        ("app/templates/a.yaml", "a: {{ .Values.a }}\n"),
    ]);
    let rendered = rendered(&files, "app", &[]).unwrap();
    let told = |fault: &Fault| {
        let line = fault.at.as_ref().map_or(0, |at| at.start().line);
        format!("{:?} {line} {}\n", fault.kind, fault.message)
    };
    let unchecked: String = rendered.unchecked.iter().map(told).collect();
    insta::assert_snapshot!(unchecked, @r"
    Remote 4 the schema at https://example.org/schemas/a.json#/definitions/a is not checked: it is not in this file
    Remote 5 the schema at ../b.json is not checked: it is not in this file
    ");
    let faults: String = rendered.faults.iter().map(told).collect();
    insta::assert_snapshot!(faults, @r#"Values 3 `c` does not match the chart's schema: the value is not of type "string""#);
    assert_eq!(rendered.manifests.len(), 1);
}
