//! Charts as they were read and rendered in one snapshot, for a next one that gives the same.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Chart, Layer, Release};
use manifest::{Amounts, Fault, Node, Reads, Snapshot, Src};
use rustc_hash::FxHashMap;

/// A chart, or why it could not be read.
pub(super) type Loaded = Result<Arc<Chart>, Vec<Fault>>;

/// What was read and rendered.
#[derive(Debug, Default)]
pub struct Outputs {
    /// By the charts' places.
    pub(super) loaded: FxHashMap<Utf8PathBuf, (Loaded, Arc<Reads>)>,
    /// By the names of the releases.
    rendered: FxHashMap<String, Vec<Output>>,
}

/// What a chart gave, and what it was given.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) given: Given,
    pub(super) rendered: Arc<helm::Rendered>,
    /// What rendering took.
    pub(super) taken: Amounts,
}

/// All that decides what a chart gives, the places that are told included.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) chart: Arc<Chart>,
    pub(super) layers: Vec<Layer>,
    pub(super) release: Release,
    pub(super) cluster: Arc<Capabilities>,
}

impl Outputs {
    /// A chart that was read as it would be from a snapshot.
    pub(super) fn chart(&self, snapshot: &dyn Snapshot, place: &Utf8Path) -> Option<Loaded> {
        let (loaded, reads) = self.loaded.get(place)?;
        // What was taken from outside the repository asked nothing.
        let holds = reads.paths().next().is_some() && reads.hold_in(snapshot);
        holds.then(|| loaded.clone())
    }

    /// What came of the same before.
    pub(super) fn find(&self, given: &Given) -> Option<&Output> {
        let mut known = self.rendered.get(&given.release.name)?.iter();
        known.find(|output| output.given.is_same(given))
    }

    /// Keeps what a chart gave.
    pub(super) fn keep(&mut self, output: Output) {
        let name = output.given.release.name.clone();
        self.rendered.entry(name).or_default().push(output);
    }
}

impl Given {
    fn is_same(&self, other: &Self) -> bool {
        let (own, release) = (&self.release, &other.release);
        Arc::ptr_eq(&self.chart, &other.chart)
            && own.name == release.name
            && own.namespace == release.namespace
            && own.is_upgrade == release.is_upgrade
            && is_one_place(own.name_place.as_ref(), release.name_place.as_ref())
            && is_one_place(
                own.namespace_place.as_ref(),
                release.namespace_place.as_ref(),
            )
            && self.layers.len() == other.layers.len()
            && self.layers.iter().zip(&other.layers).all(is_one_layer)
            && self.cluster == other.cluster
    }
}

fn is_one_layer((one, other): (&Layer, &Layer)) -> bool {
    match (one, other) {
        (Layer::Values(one), Layer::Values(other))
        | (Layer::Supposed(one), Layer::Supposed(other)) => is_one_node(one, other),
        (
            Layer::Set {
                path,
                value,
                at,
                kind,
            },
            Layer::Set {
                path: other_path,
                value: other_value,
                at: other_at,
                kind: other_kind,
            },
        ) => {
            path == other_path && value == other_value && kind == other_kind && is_one(at, other_at)
        }
        _ => false,
    }
}

fn is_one_node(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Src(one), Node::Src(other)) => is_one(one, other),
        (Node::Map(one), Node::Map(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

fn is_one_place(one: Option<&Src>, other: Option<&Src>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => is_one(one, other),
        _ => false,
    }
}

/// Whether both are the same node of the same file.
fn is_one(one: &Src, other: &Src) -> bool {
    Arc::ptr_eq(&one.source, &other.source) && one.node == other.node
}
