//! What the server says about whole objects, by family of kinds. An object is one line of YAML in
//! flow style, with one fault; its verdict stands below it.

mod admission;
mod config;
mod metadata;
mod network;
mod pods;
mod rest;
mod workloads;

use manifest::{Dialect, Source};
use spanned_yaml::Tree;

use crate::{Catalog, Version, ViolationKind};

/// What a version says, a line for each violation.
fn told_by(version: &str, yaml: &str) -> String {
    let source = Source::file("object.yaml", Tree::parse(yaml));
    assert_eq!(source.tree.errors(), [], "{yaml}");
    let object = source.documents().documents.remove(0);
    let version = Version::parse(version).unwrap();
    let verdict = Catalog::builtin().validate(object.view(), version, Dialect::Kustomize);
    let lines = verdict.violations.iter().map(|told| {
        let colon = if told.at_key { ":" } else { "" };
        let softly = match told.kind {
            ViolationKind::DuplicateApplyKey => "(applied server-side) ",
            _ => "",
        };
        let help = match &told.suggestion {
            Some(help) => format!(" ({help})"),
            None => String::new(),
        };
        format!("{}{colon} {softly}{}{help}", told.path, told.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the newest version says.
fn told(yaml: &str) -> String {
    told_by("1.37", yaml)
}

/// The verdicts of several objects that differ in one part, each behind that part.
fn each(parts: &[&str], object: impl Fn(&str) -> String) -> String {
    let verdicts = parts.iter().map(|part| {
        let verdict = told(&object(part));
        format!("{part}\n  {}", verdict.replace('\n', "\n  "))
    });
    verdicts.collect::<Vec<_>>().join("\n")
}

/// Whether the newest version has nothing against any of several objects.
#[track_caller]
fn fine(parts: &[&str], object: impl Fn(&str) -> String) {
    for part in parts {
        assert_eq!(told(&object(part)), "", "{part}");
    }
}
