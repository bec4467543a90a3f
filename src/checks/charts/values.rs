//! Values as they are written, layer by layer.

use std::sync::Arc;

use camino::Utf8PathBuf;
use helm::Chart;
use manifest::{Dialect, FieldPath, Location, Node, Scalar, Segment, Snapshot, Source, View};

use crate::deploy::{ChartUse, ValuesFrom};

/// Values deeper than this are not looked at.
const DEPTH: usize = 32;

/// One document of values.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Its file; none for values inside an object.
    pub(super) file: Option<Utf8PathBuf>,
    pub(super) root: Node,
}

/// An entry of a mapping of values.
pub(super) struct Key<'a> {
    pub(super) path: FieldPath,
    pub(super) key: View<'a>,
    pub(super) value: View<'a>,
}

/// The chart's own values and those of a target, mappings only: single parameters are no
/// documents.
pub(super) fn layers(snapshot: &dyn Snapshot, chart: &Chart, used: &ChartUse) -> Vec<Layer> {
    let mut layers: Vec<Layer> = chart.values().and_then(layer).into_iter().collect();
    for from in &used.values {
        match from {
            ValuesFrom::File { path, .. } => {
                layers.extend(snapshot.source(path).ok().as_ref().and_then(layer))
            }
            ValuesFrom::Inline(root) | ValuesFrom::Supposed(root) => layers.push(Layer {
                file: None,
                root: root.clone(),
            }),
            ValuesFrom::Parameter { .. } | ValuesFrom::FileParameter { .. } => {}
        }
    }
    // A target may name the chart's own file once more.
    let default = layers.first().and_then(|first| first.file.clone());
    let mut seen = false;
    layers.retain(|layer| {
        let is_own = layer.file.is_some() && layer.file == default;
        let again = is_own && seen;
        seen |= is_own;
        !again
    });
    layers.retain(|layer| layer.root.view().is_map());
    layers
}

fn layer(source: &Arc<Source>) -> Option<Layer> {
    Some(Layer {
        file: Some(source.path().to_owned()),
        root: source.documents().documents.into_iter().next()?,
    })
}

impl Layer {
    /// Every entry of its mappings, outer ones first. `enter` tells whether to go into one.
    pub(super) fn visit<'a>(&'a self, enter: &mut dyn FnMut(&Key<'a>) -> bool) {
        visit(self.root.view(), &mut FieldPath::default(), 0, enter);
    }
}

fn visit<'a>(
    map: View<'a>,
    path: &mut FieldPath,
    depth: usize,
    enter: &mut dyn FnMut(&Key<'a>) -> bool,
) {
    for entry in map.entries() {
        path.push_key(entry.key.text());
        let key = Key {
            path: path.clone(),
            key: entry.key,
            value: entry.value,
        };
        if enter(&key) && entry.value.is_map() && depth < DEPTH {
            visit(entry.value, path, depth + 1, enter);
        }
        path.pop();
    }
}

/// Where an entry's key stands.
pub(super) fn place(view: View<'_>) -> Option<Location> {
    view.origin().map(|src| src.locate())
}

/// The keys of a path that leads through mappings only.
pub(super) fn keys(path: &FieldPath) -> Vec<&str> {
    path.segments()
        .iter()
        .map_while(|segment| match segment {
            Segment::Key(key) => Some(&**key),
            Segment::Index(_) => None,
        })
        .collect()
}

/// What sort of value it is, in words; none for null and for what is empty, which fit anything.
pub(super) fn sort(value: View<'_>) -> Option<&'static str> {
    if value.is_map() {
        return value.entries().next().map(|_| "a mapping");
    }
    if value.is_seq() {
        return value.items().next().map(|_| "a list");
    }
    match value.scalar(Dialect::Kubectl)? {
        Scalar::Null => None,
        Scalar::Bool(_) => Some("true or false"),
        Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) => Some("a number"),
        Scalar::Str(text) if text.is_empty() => None,
        Scalar::Str(_) => Some("text"),
    }
}
