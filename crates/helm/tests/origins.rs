//! A rendered field says from which values it came. It is right if, and only if, changing these
//! values changes the field: each value is changed where it stands, and what changes then is
//! compared with what claimed to come from there.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use common::{charts, read, template};
use helm::Rendered;
use manifest::{Dialect, Memory, Place, Scalar, Snapshot, Source, Span, Src, Style};
use spanned_yaml::{Kind, NodeId, resolve};

/// A field of a rendered object: the template, the document's number in it, and the path.
type Field = String;

/// What stands in the fields, and the values that each claims to come from.
#[derive(Default)]
struct Fields {
    texts: BTreeMap<Field, String>,
    claims: BTreeMap<Field, Vec<Src>>,
}

impl Fields {
    fn of(rendered: &Rendered) -> Self {
        let mut fields = Self::default();
        let mut numbers = BTreeMap::<&str, usize>::new();
        for manifest in &rendered.manifests {
            let number = numbers.entry(&manifest.template).or_default();
            *number += 1;
            if let Some(root) = manifest.document() {
                let start = format!("{}#{number}", manifest.template);
                fields.add(&manifest.source, root, &start);
            }
        }
        fields
    }

    fn add(&mut self, source: &Source, node: NodeId, path: &str) {
        let tree = &source.tree;
        match tree.kind(node) {
            Kind::Map => {
                for (key, value) in tree.entries(node) {
                    self.add(source, value, &format!("{path}.{}", tree.scalar(key)));
                }
            }
            Kind::Seq => {
                for (index, item) in tree.items(node).enumerate() {
                    self.add(source, item, &format!("{path}[{index}]"));
                }
            }
            Kind::Scalar | Kind::Alias => {
                self.texts
                    .insert(path.to_owned(), tree.scalar(node).to_owned());
                let claims = claims(source, tree.span(node));
                self.claims.insert(path.to_owned(), claims);
            }
        }
    }

    /// The fields that are not the same in both.
    fn changed(&self, other: &Self) -> BTreeSet<Field> {
        let fields = self.texts.keys().chain(other.texts.keys());
        let differs = |field: &&Field| self.texts.get(*field) != other.texts.get(*field);
        fields.filter(differs).cloned().collect()
    }

    /// The fields that claim to come from a value.
    fn claiming(&self, value: &Src) -> BTreeSet<Field> {
        let claims = self.claims.iter();
        let claims = claims.filter(|(_, claims)| claims.iter().any(|one| is_same(one, value)));
        claims.map(|(field, _)| field.clone()).collect()
    }
}

fn is_same(a: &Src, b: &Src) -> bool {
    a.source.path() == b.source.path() && a.node == b.node
}

fn claims(source: &Source, span: Span) -> Vec<Src> {
    let Place::Printed(printed) = &source.place else {
        return Vec::new();
    };
    let pieces = printed.pieces_in(span);
    let values = pieces.filter_map(|(_, piece)| piece.value);
    values
        .map(|value| printed.values[value.index as usize].clone())
        .collect()
}

/// Another scalar of the same type in the place of one; none for null.
fn perturbed(value: &Src) -> Option<(Span, String)> {
    let tree = &value.source.tree;
    let span = tree.span(value.node);
    let (content, style) = (tree.scalar(value.node), tree.style(value.node));
    Some(
        match resolve(content, style, tree.tag(value.node), Dialect::Kubectl) {
            Scalar::Null => return None,
            Scalar::Bool(flag) => (span, (!flag).to_string()),
            Scalar::Int(int) => (span, (int + 3).to_string()),
            Scalar::Uint(int) => (span, (int - 3).to_string()),
            Scalar::Float(float) => (span, (float * 3.0).to_string()),
            Scalar::Str(_) if content.is_empty() => (span, "q".to_owned()),
            Scalar::Str(_) => {
                // A letter more inside of the last word leaves everything else as it is.
                let last = content.rfind(|c: char| c.is_alphabetic())?;
                let at = u32::try_from(last).unwrap();
                let at = match style {
                    Style::Plain => span.start + at,
                    _ => tree.outer_span(value.node, Span::new(at, at + 1)).start,
                };
                (Span::new(at, at), "q".to_owned())
            }
        },
    )
}

fn scalars(source: &std::sync::Arc<Source>) -> Vec<Src> {
    fn below(source: &std::sync::Arc<Source>, node: NodeId, found: &mut Vec<Src>) {
        let tree = &source.tree;
        match tree.kind(node) {
            Kind::Map => tree
                .entries(node)
                .for_each(|(_, value)| below(source, value, found)),
            Kind::Seq => tree.items(node).for_each(|item| below(source, item, found)),
            Kind::Scalar | Kind::Alias => found.push(Src::new(source, node)),
        }
    }
    let mut found = Vec::new();
    for root in source.tree.documents() {
        below(source, root, &mut found);
    }
    found
}

/// Changes every value of a chart in turn. The values on which templates decide, given by their
/// lines, may change more than what claims them.
#[track_caller]
fn check(chart: &str, deciding: &[&str]) {
    let files = read(&charts());
    let before = Fields::of(&template(&files, chart, &[]).unwrap());
    let is_values =
        |path: &&Utf8Path| path.starts_with(chart) && path.file_name() == Some("values.yaml");
    let mut tried = 0;
    let mut wrong = Vec::new();
    for path in files.paths().filter(is_values) {
        let source = files.source(path).unwrap();
        for value in scalars(&source) {
            let Some((span, text)) = perturbed(&value) else {
                continue;
            };
            let mut changed = source.tree.text().to_owned();
            changed.replace_range(span.range(), &text);
            let after = template(&with(&files, path, &changed), chart, &[]).unwrap();
            let after = Fields::of(&after);
            let (claiming, changed) = (before.claiming(&value), before.changed(&after));
            tried += usize::from(!claiming.is_empty());
            let line = source.tree.position(span.start).line;
            let place = format!("{path}:{line}");
            let is_right = match deciding.contains(&&*place) {
                true => claiming.is_subset(&changed),
                false => claiming == changed,
            };
            if !is_right {
                let lost = claiming.difference(&changed).cloned().collect::<Vec<_>>();
                let more = changed.difference(&claiming).cloned().collect::<Vec<_>>();
                wrong.push(format!(
                    "{place}\n  claim only: {lost:?}\n  changed only: {more:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 1, "nothing claims to come from values");
}

fn with(files: &Memory, path: &Utf8Path, text: &str) -> Memory {
    let paths: Vec<Utf8PathBuf> = files.paths().map(Utf8Path::to_owned).collect();
    let mut copy: Memory = paths
        .into_iter()
        .map(|path| {
            let bytes = files.bytes(&path).unwrap();
            (path, bytes)
        })
        .collect();
    copy.insert(path, text);
    copy
}

#[test]
fn fields_come_from_the_values_they_claim() {
    check("origins", &[]);
}

#[test]
fn so_do_values_of_subcharts() {
    check(
        "family",
        &[
            "family/values.yaml:23",
            "family/charts/child/values.yaml:21",
        ],
    );
}

#[test]
fn so_do_values_in_other_notations() {
    check("convert", &[]);
}

#[test]
fn so_do_values_that_are_templates() {
    // It is an expression, whose output is another value.
    check("text", &["text/values.yaml:2"]);
}
