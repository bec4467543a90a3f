//! Definitions of custom resources whose rules take long, and objects of them; queries of
//! monitoring rules.

use super::{Class, each};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("definitions: rules that loop", loops),
    ("definitions: rules on many objects", many),
    ("definitions: alternatives on many objects", alternatives),
    ("definitions: rules with deep syntax", syntax),
    ("definitions: patterns", patterns),
    ("definitions: deep and wide schemas", schemas),
    ("definitions: many versions and kinds", versions),
    ("definitions: admission policies", admission),
    ("queries: deep and long", queries),
];

fn definition(schema: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: gadgets.hostile.example.com}}\nspec:\n  group: hostile.example.com\n  scope: Namespaced\n  names: {{kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec: {schema}\n"
    )
}

fn gadgets(count: usize, spec: &str) -> String {
    each(count, |n| {
        format!(
            "---\napiVersion: hostile.example.com/v1\nkind: Gadget\nmetadata: {{name: g{n}}}\nspec: {spec}\n"
        )
    })
}

fn put(tree: &mut Tree, schema: &str, objects: String) {
    tree.file("app/kustomization.yaml", "resources: [crd.yaml, a.yaml]\n");
    tree.file("app/crd.yaml", definition(schema));
    tree.file("app/a.yaml", objects);
}

fn loops(random: &mut Random, tree: &mut Tree) {
    let (depth, size, rules) = (
        random.between(1, 8),
        random.between(1, 3_000),
        random.between(1, 100),
    );
    let word = *random.pick(&["all", "exists", "exists_one", "filter", "map"]);
    let mut rule = random
        .pick(&[
            "x0 != 'never'",
            "x0.matches('(a+)+$')",
            "size(self.l.join(x0)) > 0",
            "(x0 + x0 + x0 + x0).size() > 0",
            "x0.replace('a', 'aaaaaaaaaa').size() > 0",
            "x0.split('').size() > 0",
        ])
        .to_string();
    for level in (0..depth).rev() {
        rule = format!("self.l.{word}(x{level}, {rule})");
    }
    let close = if word == "filter" || word == "map" {
        ".size() >= 0"
    } else {
        ""
    };
    let rules = each(rules, |n| {
        format!(
            "{{rule: \"{rule}{close}\", message: m{n}, messageExpression: \"'a' + self.l.join(',')\"}}, "
        )
    });
    let schema = format!(
        "{{type: object, properties: {{l: {{type: array, items: {{type: string}}}}}}, x-kubernetes-validations: [{rules}]}}"
    );
    put(
        tree,
        &schema,
        gadgets(
            random.between(1, 20),
            &format!("{{l: [{}]}}", "aaaaaaaaaaaaaaaaaaaaaaaa, ".repeat(size)),
        ),
    );
}

fn many(random: &mut Random, tree: &mut Tree) {
    let (objects, items, rules) = (
        random.between(10, 5_000),
        random.between(1, 100),
        random.between(1, 50),
    );
    let rules = each(rules, |n| {
        format!("{{rule: 'self.l.all(a, self.l.all(b, a + b != \"{n}\"))'}}, ")
    });
    let schema = format!(
        "{{type: object, properties: {{i: {{type: integer}}, l: {{type: array, items: {{type: string}}}}}}, x-kubernetes-validations: [{rules}]}}"
    );
    let list = "aaaa, ".repeat(items);
    put(tree, &schema, numbered(objects, &list));
}

fn alternatives(random: &mut Random, tree: &mut Tree) {
    let (objects, items, schemas) = (
        random.between(10, 1_000),
        random.between(1, 1_000),
        random.between(1, 3_000),
    );
    let word = *random.pick(&["anyOf", "oneOf", "allOf"]);
    let all = each(schemas, |n| {
        let rule = [
            "pattern: '^b.*c$'",
            "minLength: 9",
            "enum: [b, c, d]",
            "not: {maxLength: 9}",
        ][n % 4];
        format!("{{{rule}}}, ")
    });
    let schema = format!(
        "{{type: object, properties: {{i: {{type: integer}}, l: {{type: array, items: {{type: string, {word}: [{all}]}}}}}}}}"
    );
    let list = "aaaa, ".repeat(items);
    put(tree, &schema, numbered(objects, &list));
}

/// Objects that differ, each with the same list.
fn numbered(count: usize, list: &str) -> String {
    each(count, |n| {
        format!(
            "---\napiVersion: hostile.example.com/v1\nkind: Gadget\nmetadata: {{name: g{n}}}\nspec: {{i: {n}, l: [{list}]}}\n"
        )
    })
}

fn syntax(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(10, 20_000);
    let rule = random
        .pick(&[
            format!("{}1{} == 1", "(".repeat(depth), ")".repeat(depth)),
            format!("{}true", "!".repeat(depth)),
            format!("{}1 == 1", "-".repeat(depth)),
            format!("{}1{} == 1", "[".repeat(depth), "]".repeat(depth)),
            format!("1 {} == 1", "+ 1".repeat(depth)),
            format!("true {}", "? true : true".repeat(depth)),
            format!("true {}", "&& true".repeat(depth)),
            format!("self{}", ".a".repeat(depth)),
            format!("self{}", "[0]".repeat(depth)),
            format!("'{}' == ''", "a".repeat(depth)),
            format!("{{{}}} == {{}}", "'a': 1, ".repeat(depth)),
            format!("{} == 1", "9".repeat(depth)),
            "cel.bind(a, self, ".repeat(depth) + "a" + &")".repeat(depth),
            format!("self.{}map(x, x).size() > 0", "map(x, x).".repeat(depth)),
            "int('9999999999999999999') / 0 == 9223372036854775807 * 9223372036854775807"
                .to_owned(),
            "duration('9999999999999h') == timestamp('9999-99-99T00:00:00Z')".to_owned(),
            "quantity('9e999999').isGreaterThan(quantity('1'))".to_owned(),
            "'a'.format(['%s']) == '%99999999999d'.format([1])".to_owned(),
        ])
        .clone();
    let rule = rule.replace('"', "'");
    let schema = format!(
        "{{type: object, x-kubernetes-preserve-unknown-fields: true, x-kubernetes-validations: [{{rule: \"{rule}\"}}]}}"
    );
    put(tree, &schema, gadgets(3, "{a: [1, 2]}"));
}

fn patterns(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 50_000);
    let pattern = random
        .pick(&[
            "(a+)+$".to_owned(),
            format!("(a{{1,{n}}}){{1,{n}}}"),
            "(".repeat(n),
            format!("^({}b)$", "a?".repeat(n % 3_000)),
            "(?=a)".to_owned(),
            "\\pL{1000}{1000}".to_owned(),
            "[".to_owned(),
            format!("({})*", "a|".repeat(n)),
            format!("a{{{n}}}"),
        ])
        .clone();
    let schema = format!(
        "{{type: object, properties: {{a: {{type: string, pattern: '{pattern}', maxLength: 9999999999999999999, minLength: -1, format: what}}, b: {{type: array, maxItems: 1, uniqueItems: true, items: {{type: string, enum: [{}]}}, x-kubernetes-list-type: set}}}}}}",
        each(n % 5_000, |at| format!("e{at}, "))
    );
    put(
        tree,
        &schema,
        gadgets(
            10,
            &format!(
                "{{a: '{}', b: [{}]}}",
                "a".repeat(n),
                each(n % 3_000, |at| format!("f{}, ", at % 50))
            ),
        ),
    );
}

fn schemas(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(2, 250);
    let (open, close, value, last) = *random.pick(&[
        ("{type: object, properties: {a: ", "}}", "{a: ", "}"),
        ("{type: array, items: ", "}", "[", "]"),
        ("{type: object, additionalProperties: ", "}", "{b: ", "}"),
        ("{type: object, allOf: [", "]}", "{a: ", "}"),
        ("{not: ", "}", "{a: ", "}"),
        ("{anyOf: [{}, ", "]}", "{a: ", "}"),
        (
            "{type: object, required: [a, a], nullable: true, default: {a: {}}, properties: {a: ",
            "}}",
            "{a: ",
            "}",
        ),
    ]);
    let leaf = *random.pick(&[
        "{type: string}",
        "{}",
        "{type: integer, default: x}",
        "{$ref: '#'}",
        "{type: [string]}",
        "{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-int-or-string: true}",
    ]);
    let schema = format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth));
    put(
        tree,
        &schema,
        gadgets(
            random.between(1, 500),
            &format!(
                "{}x{}",
                value.repeat(depth.min(200)),
                last.repeat(depth.min(200))
            ),
        ),
    );
}

fn versions(random: &mut Random, tree: &mut Tree) {
    let (count, fields) = (random.between(2, 800), random.between(1, 200));
    let properties = each(fields, |n| format!("f{n}: {{type: string, default: x}}, "));
    let versions = each(count, |n| {
        format!(
            "  - {{name: v{n}, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{{properties}}}}}}}}}\n"
        )
    });
    let head = definition("{}")
        .lines()
        .take(7)
        .map(|line| line.to_owned() + "\n")
        .collect::<String>();
    tree.file("crd.yaml", format!("{head}  versions:\n{versions}"));
    tree.file("a.yaml", each(count, |n| format!("---\napiVersion: hostile.example.com/v{n}\nkind: Gadget\nmetadata: {{name: g}}\nf0: 1\n")));
}

fn admission(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 300);
    let variables = each(count, |n| {
        format!(
            "{{name: v{n}, expression: 'variables.v{} + variables.v{}'}}, ",
            n + 1,
            n + 1
        )
    });
    let validations = each(count, |n| {
        format!(
            "{{expression: 'object.spec.containers.all(c, variables.v{n} == c.name)', messageExpression: 'variables.v0'}}, "
        )
    });
    tree.file("a.yaml", format!("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: hostile}}\nspec:\n  failurePolicy: Fail\n  matchConstraints: {{resourceRules: [{{apiGroups: [hostile], apiVersions: ['*'], operations: ['*'], resources: ['*']}}]}}\n  variables: [{variables}]\n  validations: [{validations}]\n"));
}

fn queries(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(10, 20_000);
    let query = random
        .pick(&[
            format!("{}a{}", "(".repeat(depth), ")".repeat(depth)),
            format!("{}1", "-".repeat(depth)),
            format!("{}a{}", "sum(".repeat(depth), ")".repeat(depth)),
            format!("a{}", " + a".repeat(depth)),
            format!("a{{{}}}", "b=~\"(a+)+\",".repeat(depth)),
            format!("a{{b=~\"{}\"}}", "(".repeat(depth)),
            format!("rate(a[{}])", "9y".repeat(depth)),
            format!("a[1m{}", ":1m][1m".repeat(depth)),
            format!("a{}", " offset 1m".repeat(depth)),
            format!("a ^ {}", "a ^ ".repeat(depth)),
            "9".repeat(depth),
            format!("\"{}", "\\x".repeat(depth)),
            format!("#{}", "#\\n".repeat(depth)),
        ])
        .clone();
    let rules = each(random.between(1, 100), |n| {
        format!(
            "    - {{alert: A{n}, expr: '{query}', for: {}m, labels: {{severity: '{{{{ range .Labels }}}}'}}, annotations: {{summary: '{{{{ {} }}}}'}}}}\n",
            "9".repeat(n % 40),
            "(".repeat(n * 100)
        )
    });
    let rules: String = rules.chars().take(2_000_000).collect();
    tree.file("a.yaml", format!("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: hostile}}\nspec:\n  groups:\n  - name: g\n    rules:\n{rules}"));
}
