//! Text to tree: this crate's parser, its slower one for all of YAML, granit-parser's bare
//! events, and yaml_serde's values, over the same texts.
//!
//! `GITOPSLINT_CORPUS` may name a folder: its YAML files are then a fourth set.

use std::fmt::Write;
use std::sync::LazyLock;

use camino::Utf8PathBuf;
use divan::Bencher;
use divan::counter::BytesCount;
use spanned_yaml::Tree;

fn main() {
    divan::main();
}

const SETS: &[&str] = &["small", "large", "json", "corpus"];

/// The texts of a set.
fn texts(set: &str) -> &'static [String] {
    static SMALL: LazyLock<Vec<String>> = LazyLock::new(|| (0..200).map(deployment).collect());
    static LARGE: LazyLock<Vec<String>> = LazyLock::new(|| vec![definition(6, 4)]);
    static JSON: LazyLock<Vec<String>> = LazyLock::new(|| vec![json(2000)]);
    static CORPUS: LazyLock<Vec<String>> = LazyLock::new(corpus);
    match set {
        "small" => &SMALL,
        "large" => &LARGE,
        "json" => &JSON,
        _ => &CORPUS,
    }
}

/// A Deployment and a Service, as people write them: about a kilobyte.
fn deployment(at: usize) -> String {
    format!(
        "# Serves the API.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api-{at}
  namespace: shop
  labels:
    app.kubernetes.io/name: api
    app.kubernetes.io/part-of: shop
spec:
  replicas: 3
  selector:
    matchLabels: {{app: api}}
  template:
    metadata:
      labels:
        app: api
      annotations:
        prometheus.io/scrape: \"true\"
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
      - name: api
        image: ghcr.io/acme/api:1.{at}.0 # bumped by a robot
        args: [\"--listen\", \":8080\", \"--log-format=json\"]
        ports:
        - containerPort: 8080
          name: http
        env:
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: database
              key: url
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
---
apiVersion: v1
kind: Service
metadata:
  name: api-{at}
spec:
  type: ClusterIP
  ports:
  - port: 80
    targetPort: http
"
    )
}

/// A CustomResourceDefinition with deep schemas and long descriptions.
fn definition(depth: usize, width: usize) -> String {
    let mut out = String::from(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  schema:\n",
    );
    properties(&mut out, depth, width, 4);
    out
}

fn properties(out: &mut String, depth: usize, width: usize, column: usize) {
    let _ = writeln!(out, "{:column$}properties:", "");
    for at in 0..width {
        let inner = column + 4;
        let _ = writeln!(out, "{:1$}field{at}:", "", column + 2);
        let _ = writeln!(
            out,
            "{:inner$}description: Says how many of the things are wanted before the next one\n\
             {:inner$}  is begun, and what becomes of those that are left over.",
            "", ""
        );
        let _ = writeln!(out, "{:inner$}nullable: true", "");
        if depth > 0 {
            let _ = writeln!(out, "{:inner$}type: object", "");
            properties(out, depth - 1, width, inner);
        } else {
            let _ = writeln!(
                out,
                "{:inner$}default: |-\n{:inner$}  first line\n{:inner$}  second line\n\
                 {:inner$}type: string",
                "", "", "", ""
            );
        }
    }
}

fn json(len: usize) -> String {
    let items: Vec<String> = (0..len)
        .map(|at| {
            format!("    {{\"name\": \"item-{at}\", \"value\": {at}, \"tags\": [\"a\", \"b\\n\"]}}")
        })
        .collect();
    format!("{{\n  \"items\": [\n{}\n  ]\n}}\n", items.join(",\n"))
}

/// Every YAML file below the folder that is UTF-8 and free of errors.
fn corpus() -> Vec<String> {
    let Ok(root) = std::env::var("GITOPSLINT_CORPUS") else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    let mut folders = vec![Utf8PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path.to_owned()),
                Ok(kind) if kind.is_file() && matches!(path.extension(), Some("yaml" | "yml")) => {
                    texts.extend(std::fs::read_to_string(path));
                }
                _ => {}
            }
        }
    }
    texts.retain(|text| Tree::parse(text.as_str()).errors().is_empty());
    texts.sort();
    texts
}

/// Measures `read` over all texts of a set, of which each run gets copies.
fn measure<O>(bencher: Bencher<'_, '_>, set: &str, read: impl Fn(Vec<u8>) -> O + Sync) {
    let texts = texts(set);
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .with_inputs(|| {
            texts
                .iter()
                .map(|t| t.clone().into_bytes())
                .collect::<Vec<_>>()
        })
        .bench_values(|copies| copies.into_iter().map(&read).collect::<Vec<O>>());
}

#[divan::bench(args = SETS)]
fn tree(bencher: Bencher<'_, '_>, set: &str) {
    measure(bencher, set, Tree::parse_bytes);
}

#[divan::bench(args = SETS)]
fn tree_of_all_yaml(bencher: Bencher<'_, '_>, set: &str) {
    measure(bencher, set, |bytes| {
        String::from_utf8(bytes).map(Tree::parse_full)
    });
}

#[divan::bench(args = SETS)]
fn granit_events(bencher: Bencher<'_, '_>, set: &str) {
    measure(bencher, set, |bytes| {
        let text = String::from_utf8(bytes).unwrap_or_default();
        granit_parser::Parser::new_from_str(&text).count()
    });
}

#[divan::bench(args = SETS)]
fn yaml_serde_values(bencher: Bencher<'_, '_>, set: &str) {
    use serde::Deserialize;
    measure(bencher, set, |bytes| {
        yaml_serde::Deserializer::from_slice(&bytes)
            .map(yaml_serde::Value::deserialize)
            .collect::<Vec<_>>()
    });
}
