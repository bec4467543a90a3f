//! Charts that ask for themselves, for one another many times over, or print without end.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("charts: aliases of a local dependency", aliases),
    ("charts: dependencies in a circle", circle),
    ("charts: work in a loop", work),
    ("charts: templates that call themselves", calls),
    ("charts: large output", output),
    ("charts: values that grow", values),
    ("charts: many files", files),
    ("charts: archives", archives),
    ("charts: conditions and imports", imports),
    ("charts: deep syntax", syntax),
];

fn head(name: &str, more: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}")
}

fn aliases(random: &mut Random, tree: &mut Tree) {
    let (levels, width) = (random.between(2, 8), random.between(2, 12));
    for level in 0..levels {
        let dependencies = each(width, |n| {
            format!(
                "- {{name: c{}, alias: a{n}, version: '*', repository: 'file://../c{}'}}\n",
                level + 1,
                level + 1
            )
        });
        let more = if level + 1 < levels {
            format!("dependencies:\n{dependencies}")
        } else {
            String::new()
        };
        tree.file(
            format!("c{level}/Chart.yaml"),
            head(&format!("c{level}"), &more),
        );
        let size = random.between(1, 200_000);
        tree.file(
            format!("c{level}/templates/a.yaml"),
            settings("{{ .Release.Name }}-{{ .Chart.Name }}", &"x".repeat(size)),
        );
    }
}

fn circle(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 6);
    for at in 0..count {
        let next = (at + 1) % count;
        let width = random.between(1, 4);
        let dependencies = each(width, |n| {
            format!(
                "- {{name: c{next}, alias: a{n}, version: 1.0.0, repository: 'file://../c{next}'}}\n"
            )
        });
        tree.file(
            format!("c{at}/Chart.yaml"),
            head(&format!("c{at}"), &format!("dependencies:\n{dependencies}")),
        );
        tree.file(format!("c{at}/templates/a.yaml"), settings("a", "b"));
    }
}

/// A chart with one template.
fn template(tree: &mut Tree, text: &str) {
    tree.file("chart/Chart.yaml", head("chart", ""));
    tree.file("chart/values.yaml", "a: {b: [1, 2, 3]}\ntext: some text\n");
    tree.file("chart/templates/a.yaml", text);
}

fn work(random: &mut Random, tree: &mut Tree) {
    let (size, times) = (
        random.between(1_000, 50_000_000),
        random.between(100, 10_000_000),
    );
    let ask = *random.pick(&[
        "sha512sum $x",
        "sha1sum $x",
        "upper $x",
        "regexReplaceAll \"a+\" $x \"b\"",
        "regexMatch \"(a*)*b\" $x",
        "b64enc $x",
        "splitList \"\" $x | len",
        "replace \"a\" \"aaaa\" $x | len",
        "nospace $x",
        "trim $x",
        "shuffle $x",
        "snakecase $x",
        "wrap 1 $x",
        "indent 100 $x",
        "quote $x | len",
        "toJson $x | len",
        "adler32sum $x",
        "contains \"b\" $x",
        "reverse (splitList \"a\" $x) | len",
        "sortAlpha (splitList \"a\" $x) | len",
        "uniq (splitList \"a\" $x) | len",
        "regexFindAll \"a\" $x -1 | len",
        "derivePassword 1 \"long\" $x \"u\" \"s\"",
        "initials $x",
        "cat $x $x | len",
        "fromYaml $x",
        "fromJson $x",
        "tpl $x $ | len",
        "b32enc $x | len",
        "mustRegexSplit \"a\" $x -1 | len",
        "semverCompare \">1\" $x",
        "htpasswd \"u\" $x",
        "bcrypt $x",
        "genPrivateKey \"rsa\"",
        "randAlphaNum 1000000 | len",
        "encryptAES \"k\" $x | len",
        "toDate \"2006\" $x",
        "urlParse $x | len",
        "dig \"a\" \"b\" $x (dict) | len",
    ]);
    let text = format!(
        "{{{{ $x := repeat {size} \"a\" }}}}{{{{ range until {times} }}}}{{{{ $y := {ask} }}}}{{{{ end }}}}\n"
    );
    template(tree, &text);
}

fn calls(random: &mut Random, tree: &mut Tree) {
    let text = *random.pick(&[
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ define \"a\" }}{{ include \"b\" . }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ template \"a\" . }}",
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
        "{{ $x := \"{{ tpl .x . }}\" }}{{ tpl $x (dict \"x\" $x \"Template\" .Template) }}",
        "{{ define \"a\" }}{{ if gt . 0 }}{{ include \"a\" (sub . 1) }}{{ include \"a\" (sub . 1) }}{{ end }}{{ end }}{{ include \"a\" 60 }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d | toJson }}{{ printf \"%v\" $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}{{ deepEqual $d $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ merge (dict) $d $d }}{{ mergeOverwrite $d $d }}",
        "{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}",
        "{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x (deepCopy $x) }}",
        "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}",
        "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ $x }}",
        "{{ $x := \"{{ 1 }}\" }}{{ range until 30 }}{{ $x = print $x $x }}{{ end }}{{ tpl $x . }}",
        "{{ range until 60 }}{{ $_ := set $.Values (toString .) (deepCopy $.Values) }}{{ end }}{{ toYaml $.Values }}",
        "{{ range $.Files.Glob \"**\" }}{{ . }}{{ end }}{{ toYaml (lookup \"v1\" \"Pod\" \"\" \"\") }}{{ .Files.Get \"../../secret.txt\" }}",
    ]);
    template(tree, text);
}

fn output(random: &mut Random, tree: &mut Tree) {
    let (one, two) = (random.between(10, 100_000), random.between(10, 10_000_000));
    let text = random.pick(&[
        format!("{{{{ range until {two} }}}}a: b\n{{{{ end }}}}"),
        format!("{{{{ range until {two} }}}}\n---\n{}{{{{ end }}}}", settings("a", "b")),
        format!("{{{{ range until {one} }}}}{{{{ range until {one} }}}}{{{{ end }}}}{{{{ end }}}}"),
        format!("{{{{ repeat {one} (repeat {one} \"a\") }}}}"),
        format!("{{{{ printf \"%{two}d\" 1 }}}}{{{{ printf \"%.{two}f\" 1.0 }}}}{{{{ printf \"%-{two}s|\" \"a\" }}}}"),
        format!("a: {{{{ repeat {one} \"[\" }}}}"),
        format!("{{{{ range untilStep 0 {two} 1 }}}}a{{{{ . }}}}: &a [*a]\n{{{{ end }}}}"),
        format!("{{{{ seq 1 {two} }}}}{{{{ until {two} | toJson }}}}"),
        format!("{{{{ indent {two} \"a\\na\\na\" }}}}{{{{ list | join (repeat {two} \",\") }}}}"),
        "{{ 9223372036854775807 | until }}{{ -1 | until }}{{ repeat 9223372036854775807 \"a\" }}".to_owned(),
        "{{ substr -1 99999999999 .Values.text }}{{ trunc -9223372036854775808 .Values.text }}{{ index .Values.a.b 99999999 }}{{ slice .Values.a.b -1 }}".to_owned(),
        "{{ div 1 0 }}".to_owned(), "{{ mod 1 0 }}{{ divf 1 0 }}".to_owned(), "{{ div -9223372036854775808 -1 }}".to_owned(),
        "{{ round 1e308 400 }}{{ floor 1e999 }}{{ int64 1e30 }}{{ pow 9 999999999 }}{{ mul 9223372036854775807 9223372036854775807 }}".to_owned(),
        "{{ now | date (repeat 1000000 \"2006\") }}{{ ago \"x\" }}{{ duration 99999999999999999999 }}{{ dateModify \"-999999999h\" now }}".to_owned(),
    ]).clone();
    template(tree, &text);
}

fn values(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(2, 20);
    let mut text = "a: &a {x: y}\n".to_owned();
    for level in 0..depth {
        text += &format!(
            "b{level}: &b{level} [{0}, {0}, {0}]\n",
            if level == 0 {
                "*a".to_owned()
            } else {
                format!("*b{}", level - 1)
            }
        );
    }
    template(
        tree,
        "a: {{ toYaml .Values | indent 2 }}\n{{ range $k, $v := .Values }}{{ tpl (toYaml $v) $ }}{{ end }}\n",
    );
    tree.file("chart/values.yaml", text);
    for name in ["dev", "stage", "production"] {
        let size = random.between(1, 20_000);
        tree.file(
            format!("chart/values-{name}.yaml"),
            each(size, |n| format!("k{n}: {{a: {n}}}\n")),
        );
    }
}

fn files(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 1_500);
    template(
        tree,
        "{{ range $path, $_ := .Files.Glob \"**\" }}{{ $.Files.Get $path }}{{ end }}{{ (.Files.Glob \"*\").AsConfig }}{{ (.Files.Glob \"**/*\").AsSecrets }}\n",
    );
    for at in 0..count {
        tree.file(
            format!("chart/files/f{at}.txt"),
            "x".repeat(random.below(200)),
        );
        tree.file(
            format!("chart/templates/t{at}.yaml"),
            settings(&format!("t{at}"), "{{ include \"x\" . }}"),
        );
    }
    tree.file(
        "chart/.helmignore",
        "*a".repeat(random.between(1, 500)) + "b\n" + &"**/".repeat(random.between(1, 200)),
    );
}

fn archives(random: &mut Random, tree: &mut Tree) {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |path: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        // Names that its author would not let through are written as they are.
        let name = &mut header.as_old_mut().name;
        let length = path.len().min(name.len());
        name[..length].copy_from_slice(&path.as_bytes()[..length]);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, bytes).unwrap();
    };
    add("chart/Chart.yaml", head("chart", "").as_bytes());
    add("chart/templates/a.yaml", settings("a", "b").as_bytes());
    match random.below(5) {
        0 => add("chart/zeros", &vec![0; random.between(1, 64) << 20]),
        1 => (0..random.between(1, 30_000)).for_each(|n| add(&format!("chart/f{n}"), b"")),
        2 => [
            "../../../home/written",
            "/etc/written",
            "chart/../../x",
            "chart/././/a",
        ]
        .into_iter()
        .for_each(|path| add(path, b"x")),
        3 => (0..random.between(1, 40))
            .for_each(|n| add(&format!("chart/templates/z{n}.yaml"), &vec![b'a'; 1 << 20])),
        _ => add(&format!("chart/{}", "a/".repeat(45)), b"x"),
    }
    let mut bytes = archive.into_inner().unwrap();
    if random.once_in(3) {
        bytes.truncate(random.below(bytes.len()));
    }
    for _ in 0..random.below(4) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = random.below(256) as u8;
        }
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&bytes).unwrap();
    let mut packed = encoder.finish().unwrap();
    if random.once_in(4) {
        packed.truncate(random.below(packed.len()));
    }
    tree.file(
        "parent/Chart.yaml",
        head("parent", "dependencies: [{name: chart, version: 1.0.0}]\n"),
    );
    tree.file("parent/charts/chart-1.0.0.tgz", packed);
}

fn imports(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 40);
    let path = vec!["a"; random.between(1, 500)].join(".");
    let dependencies = each(count, |n| {
        format!(
            "- {{name: c, alias: c{n}, version: '>=1 <2 || ^1 || ~1.0 || 1.x', repository: 'file://../c', condition: '{path},c{n}.on', tags: [t, u], import-values: [data, {{child: '{path}', parent: '{path}'}}, {{child: '', parent: ''}}]}}\n"
        )
    });
    tree.file(
        "p/Chart.yaml",
        head("p", &format!("dependencies:\n{dependencies}")),
    );
    tree.file(
        "p/values.yaml",
        format!(
            "tags: {{t: true}}\nglobal: {}1{}\n",
            "{a: ".repeat(200),
            "}".repeat(200)
        ),
    );
    tree.file("p/templates/a.yaml", settings("a", "{{ len .Values }}"));
    tree.file("c/Chart.yaml", head("c", "type: library\n"));
    tree.file("c/values.yaml", "exports: {data: {x: 1}}\na: {a: {a: 1}}\n");
    tree.file("c/templates/_a.tpl", "{{ define \"x\" }}{{ end }}");
}

fn syntax(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(100, 50_000);
    let text = random
        .pick(&[
            format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth)),
            "{{ if true }}".repeat(depth),
            format!(
                "{}{}",
                "{{ if true }}".repeat(depth),
                "{{ end }}".repeat(depth)
            ),
            format!("{{{{ 1 {} }}}}", "| toString ".repeat(depth)),
            format!("{{{{ .{} }}}}", "a.".repeat(depth)),
            format!(
                "{{{{ if true }}}}{}{{{{ end }}}}",
                "{{ else if true }}".repeat(depth)
            ),
            "{{ $a := 1 }}".repeat(depth),
            "{{ define \"a\" }}{{ end }}".repeat(depth),
            "{{".repeat(depth),
            "{{/*".repeat(depth),
            format!("{{{{ \"{} }}}}", "\\".repeat(depth)),
            format!("{{{{ dict {} }}}}", "\"a\" 1 ".repeat(depth)),
            format!("{{{{ printf \"{}\" }}}}", "%[1]*".repeat(depth)),
        ])
        .clone();
    template(tree, &text);
}
