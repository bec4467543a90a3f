//! `values.schema.json` that takes long to compile or to hold values to.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("schemas: references twice", doubled),
    ("schemas: references in a circle", circle),
    ("schemas: patterns", patterns),
    ("schemas: large", large),
    ("schemas: deep values", deep),
    ("schemas: foreign references", foreign),
];

fn chart(tree: &mut Tree, schema: String, values: String) {
    tree.file(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    tree.file("chart/templates/a.yaml", settings("a", "{{ len .Values }}"));
    tree.file("chart/values.yaml", values);
    tree.file("chart/values.schema.json", schema);
}

fn doubled(random: &mut Random, tree: &mut Tree) {
    let (levels, width) = (random.between(2, 60), random.between(2, 6));
    let word = *random.pick(&["allOf", "anyOf", "oneOf"]);
    let draft = *random.pick(&[
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-04/schema#",
    ]);
    let below = each(levels, |level| {
        let reference = format!("{{\"$ref\": \"#/definitions/d{}\"}}", level + 1);
        format!(
            "\"d{level}\": {{\"{word}\": [{}]}}, ",
            vec![reference; width].join(", ")
        )
    });
    let last = *random.pick(&[
        "{\"type\": \"object\"}",
        "{\"type\": \"string\"}",
        "{\"not\": {}}",
        "true",
    ]);
    let schema = format!(
        "{{\"$schema\": \"{draft}\", \"definitions\": {{{below}\"d{levels}\": {last}}}, \"$ref\": \"#/definitions/d0\"}}"
    );
    chart(tree, schema, "a: {b: 1}\n".to_owned());
}

fn circle(random: &mut Random, tree: &mut Tree) {
    let schema = *random.pick(&[
        "{\"$ref\": \"#\"}",
        "{\"allOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}",
        "{\"additionalProperties\": {\"$ref\": \"#\"}}",
        "{\"additionalProperties\": {\"anyOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}, {\"not\": {\"$ref\": \"#\"}}]}}",
        "{\"not\": {\"$ref\": \"#\"}}",
        "{\"$dynamicRef\": \"#a\", \"$dynamicAnchor\": \"a\"}",
        "{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}, \"$ref\": \"#/$defs/a\"}",
        "{\"patternProperties\": {\".*\": {\"$ref\": \"#\"}, \"^.\": {\"$ref\": \"#\"}}}",
        "{\"unevaluatedProperties\": {\"$ref\": \"#\"}, \"allOf\": [{\"additionalProperties\": {\"$ref\": \"#\"}}]}",
        "{\"propertyNames\": {\"$ref\": \"#\"}, \"additionalProperties\": {\"$ref\": \"#\"}}",
        "{\"if\": {\"$ref\": \"#\"}, \"then\": {\"$ref\": \"#\"}, \"else\": {\"$ref\": \"#\"}}",
    ]);
    let depth = random.between(1, 120);
    let values = format!("a: {}1{}\n", "{a: ".repeat(depth), "}".repeat(depth));
    chart(tree, schema.to_owned(), values);
}

fn patterns(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 60_000);
    let pattern = random
        .pick(&[
            "(a+)+$".to_owned(),
            "(a|aa)+$".to_owned(),
            "^(?=a)(?!b)(a*)*$".to_owned(),
            format!("(a{{1,{n}}}){{1,{n}}}"),
            "(".repeat(n),
            "a?".repeat(n % 2_000) + &"a".repeat(n % 2_000),
            "(\\\\1a)*".to_owned(),
            format!("[{}]", "a-z".repeat(n)),
            "\\\\p{L}+".repeat(n % 500),
        ])
        .clone();
    let schema = format!(
        "{{\"properties\": {{\"a\": {{\"pattern\": \"{pattern}\"}}}}, \"patternProperties\": {{\"{pattern}\": {{}}}}}}"
    );
    chart(tree, schema, format!("a: {}b\n", "a".repeat(n)));
}

fn large(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 20_000);
    let schema = match random.below(5) {
        0 => format!("{{\"enum\": [{}1]}}", each(n, |at| format!("{at}, "))),
        1 => "{\"properties\": {\"a\": {\"uniqueItems\": true, \"contains\": {\"const\": -1}}}}"
            .to_owned(),
        2 => format!(
            "{{\"required\": [{}\"x\"]}}",
            each(n, |at| format!("\"k{at}\", "))
        ),
        3 => format!(
            "{{\"properties\": {{{}\"x\": {{}}}}, \"additionalProperties\": false}}",
            each(n, |at| format!(
                "\"k{at}\": {{\"type\": \"string\", \"minLength\": {at}}}, "
            ))
        ),
        _ => format!(
            "{{\"anyOf\": [{}false]}}",
            each(n, |at| format!(
                "{{\"required\": [\"k{at}\"], \"maxProperties\": {at}}}, "
            ))
        ),
    };
    let values = format!(
        "a: [{}]\n{}",
        each(n, |at| format!("{{x: {at}}}, ")),
        each(n, |at| format!("k{at}: 1\n"))
    );
    chart(tree, schema, values);
}

fn deep(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(10, 20_000);
    let (open, close) = *random.pick(&[
        ("{\"not\": ", "}"),
        ("{\"allOf\": [", "]}"),
        ("{\"additionalProperties\": ", "}"),
        ("[", "]"),
        ("{\"items\": ", "}"),
    ]);
    let schema = format!("{}{{}}{}", open.repeat(depth), close.repeat(depth));
    chart(tree, schema, "a: 1\n".to_owned());
}

fn foreign(random: &mut Random, tree: &mut Tree) {
    let reference = *random.pick(&[
        "http://127.0.0.1:9/schema.json",
        "file:///etc/passwd",
        "../../../secret.txt",
        "file://../../../secret.txt",
        "https://schema.invalid/x",
        "urn:x",
        "#/nowhere",
        "//",
        "\\u0000",
        "values.yaml",
    ]);
    let schema = format!(
        "{{\"$id\": \"{reference}\", \"properties\": {{\"a\": {{\"$ref\": \"{reference}\"}}}}}}"
    );
    chart(tree, schema, "a: 1\n".to_owned());
}
