//! Users' policies that do not end, fill the memory or overflow the stack.

use super::{Class, each};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("policies: deep syntax", syntax),
    ("policies: chains", chains),
    ("policies: doubling", doubling),
    ("policies: loops", loops),
    ("policies: functions that take long", functions),
    ("policies: many slow ones", many),
    ("policies: some steps on many objects", objects),
    ("policies: rules named like functions", shadows),
    ("policies: metadata", metadata),
];

fn deny(number: usize, body: &str) -> String {
    format!("package hostile.p{number}\ndeny contains \"bad\" if {{ {body} }}\n")
}

fn syntax(random: &mut Random, tree: &mut Tree) {
    let depth = *random.pick(&[50, 500, 5_000, 20_000]);
    let (open, close) = *random.pick(&[
        ("-", ""),
        ("[", "]"),
        ("{\"a\": ", "}"),
        ("(", ")"),
        ("not ", ""),
        ("f(", ")"),
        ("[x | ", "]"),
        ("every x in [1] { ", " }"),
        ("1 + ", ""),
    ]);
    let body = format!("x := {}1{}", open.repeat(depth), close.repeat(depth));
    tree.policies([deny(0, &body)]);
}

fn chains(random: &mut Random, tree: &mut Tree) {
    let length = random.between(10, 5_000);
    let text = match random.below(4) {
        0 => {
            deny(0, &format!("r{} > 0", length - 1))
                + "r0 := 1\n"
                + &each(length, |n| format!("r{} := r{n} + 1\n", n + 1))
        }
        1 => {
            deny(0, &format!("f{}(1)", length - 1))
                + "f0(x) := x\n"
                + &each(length, |n| format!("f{}(x) := f{n}(x)\n", n + 1))
        }
        2 => deny(0, "r") + &each(length, |n| format!("r if input.x{n}\n")),
        _ => {
            deny(0, "r == 1")
                + "r := 1 if false\n"
                + &each(length, |n| format!("else := {n} if input.x{n}\n"))
        }
    };
    tree.policies([text]);
}

fn doubling(random: &mut Random, tree: &mut Tree) {
    let times = random.between(5, 60);
    let (start, step) = *random.pick(&[
        ("\"aaaaaaaa\"", "concat(\"\", [P, P])"),
        ("[1, 2, 3]", "array.concat(P, P)"),
        ("\"aaaaaaaa\"", "sprintf(\"%s%s\", [P, P])"),
        ("\"aaaaaaaa\"", "replace(P, \"a\", \"aa\")"),
        ("9999999999999999", "P * P"),
        ("1", "bits.lsh(P, 1000000)"),
        ("[1]", "[P, P]"),
        ("{\"a\": 1}", "{\"a\": P, \"b\": P}"),
        ("\"a\"", "json.marshal([P, P])"),
        ("\"a\"", "base64.encode(P)"),
        ("\"a\"", "hex.encode(P)"),
        ("{1}", "{x + y * 1000 | some x in P; some y in P}"),
        ("\"%d\"", "sprintf(\"%s%s%999999d\", [P, P, 1])"),
    ]);
    let steps = each(times, |n| {
        format!("x{} := {}; ", n + 1, step.replace('P', &format!("x{n}")))
    });
    let last = *random.pick(&[
        "xN != 0",
        "json.marshal(xN) == \"\"",
        "xN == xM",
        "sprintf(\"%v\", [xN]) == \"\"",
        "walk(xN, [_, 0])",
    ]);
    let last = last
        .replace('N', &times.to_string())
        .replace('M', &(times - 1).to_string());
    tree.policies([deny(
        0,
        &format!("walk(input, [_, \"web\"]); x0 := {start}; {steps}{last}"),
    )]);
}

fn loops(random: &mut Random, tree: &mut Tree) {
    let loops = random.between(1, 6);
    let most = random.between(2, 10_000);
    let all = each(loops, |n| {
        format!("some a{n} in numbers.range(0, {most}); ")
    });
    let text = deny(0, &format!("{all} a0 < 0"));
    let set = deny(1, &format!("count({{x | {all} x := [a0]}}) < 0"));
    tree.policies([text, set]);
}

fn functions(random: &mut Random, tree: &mut Tree) {
    let n = *random.pick(&[10, 100, 1_000, 4_000, 200_000]);
    let n = random.between(1, n);
    let ask = random.pick(&[
        "units.parse(\"1e99999999\") > 1".to_owned(),
        "units.parse_bytes(\"9e9999999999\") > 1".to_owned(),
        "g := {a: b | some a in numbers.range(0, 40); b := [a + 1, a + 2]}; count(graph.reachable_paths(g, {0})) > 1".to_owned(),
        format!("regex.match(\"(a{{1,{n}}}){{1,{n}}}$\", \"aaaa\")"),
        format!("regex.match(\"(a+)+$\", \"{}b\")", "a".repeat(n)),
        format!("regex.match(\"{}\", \"a\")", "(".repeat(n)),
        format!("glob.match(\"{}\", [], \"{}\")", "*a".repeat(n % 200), "a".repeat(n)),
        format!("semver.compare(\"{}\", \"1.0.0\") > 0", "9".repeat(n)),
        format!("to_number(\"{}\") > 0", "9".repeat(n)),
        format!("to_number(\"1e{n}\") > 0"),
        format!("json.unmarshal(\"{}\") == 1", "[".repeat(n)),
        format!("yaml.unmarshal(\"{}\") == 1", "[".repeat(n)),
        format!("yaml.unmarshal(\"{}\") == 1", "a: &a [*a, *a]\\n".repeat(n / 100)),
        format!("net.cidr_expand(\"0.0.0.0/{}\") == 1", n % 33),
        format!("count(split(\"{}\", \"\")) < 0", "a".repeat(n)),
        format!("indexof_n(\"{}\", \"a\") == 1", "a".repeat(n)),
        format!("strings.replace_n({{\"a\": \"aaaaaaaaaaaaaaaa\"}}, \"{}\") == 1", "a".repeat(n)),
        "x := [a | some a in numbers.range(0, 10000)]; object.union_n([{a: x} | some a in x]) == 1".to_owned(),
        "1e999999999 * 1e999999999 > 1".to_owned(),
        "x := 1e1000; y := x % 7; y == 3".to_owned(),
        "json.patch(input, [{\"op\": \"copy\", \"from\": \"\", \"path\": \"/a\"}]) == 1".to_owned(),
    ]).clone();
    tree.policies([
        deny(0, &ask),
        deny(1, &format!("walk(input, [_, \"web\"]); {ask}")),
    ]);
}

fn many(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 150);
    let most = random.between(100, 3_000);
    let texts = (0..count).map(|number| {
        deny(number, &format!("some a in numbers.range(0, {most}); some b in numbers.range(0, {most}); a + b < {}", random.between(0, 1)))
    });
    let texts: Vec<String> = texts.collect();
    tree.policies(texts);
}

fn objects(random: &mut Random, tree: &mut Tree) {
    let (policies, objects) = (random.between(1, 150), random.between(100, 20_000));
    let most = random.between(10, 140);
    let texts: Vec<String> = (0..policies)
        .map(|number| {
            deny(
                number,
                &format!("count([1 | some a in numbers.range(0, {most}); some b in numbers.range(0, {most}); a < b]) < 0"),
            )
        })
        .collect();
    tree.policies(texts);
    tree.file(
        "a.yaml",
        each(objects, |n| {
            format!("---\n{}", super::settings(&format!("a{n}"), "b"))
        }),
    );
}

fn shadows(random: &mut Random, tree: &mut Tree) {
    let name = *random.pick(&[
        "count", "sprintf", "numbers", "input", "data", "walk", "concat", "deny", "contains",
        "regex", "object",
    ]);
    let definition = *random.pick(&[
        "(x) := 900000000\n",
        " := 900000000\n",
        " contains 1\n",
        "[x] := x if some x in [1, 2]\n",
        ".range(a, b) := [1]\n",
    ]);
    tree.policies([deny(0, "xs := numbers.range(0, count(1)); xs[3] == 4") + name + definition]);
}

fn metadata(random: &mut Random, tree: &mut Tree) {
    let size = random.between(10, 20_000);
    let block = match random.below(7) {
        0 => format!("# title: {}", "a".repeat(size)),
        1 => format!("# kinds: [{}]", "Pod, ".repeat(size)),
        2 => format!("# a: &a [x]\n# b: [{}]", "*a, ".repeat(size)),
        3 => format!("# parameters: {}", "{a: ".repeat(size)),
        4 => each(size, |n| format!("# key{n}: value\n")),
        5 => "#\n".repeat(size),
        _ => format!(
            "# title: x\n# remediation: |\n{}",
            "#   line \u{1b}[31m\n".repeat(size)
        ),
    };
    let text = format!(
        "# METADATA\n{block}\n# severity: error\npackage hostile.p\ndeny contains {{\"message\": \"{}\", \"path\": [\"a\", 99999999999999999999, -1, \"\u{202e}\"]}} if input\n",
        "m".repeat(size)
    );
    tree.policies([text]);
}
