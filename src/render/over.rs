//! A kustomization around objects that are there already.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Accumulated, Inflate, Inflated, Options};
use manifest::{
    Budget, Entry, Fault, Item, Map, Node, Object, Seq, Snapshot, Source, Src, Step, Unit,
};

/// What stands around objects.
pub(super) struct Over<'a> {
    pub(super) snapshot: &'a dyn Snapshot,
    /// The folder of the kustomization, which holds none.
    pub(super) folder: &'a Utf8Path,
    /// The text that asks for it.
    pub(super) source: &'a Arc<Source>,
    /// Kustomizations below the folder that it takes up.
    pub(super) bases: &'a [Utf8PathBuf],
    /// What these came to, where that is known already.
    pub(super) known: &'a (dyn Fn(&Utf8Path) -> Option<Arc<Accumulated>> + 'a),
    pub(super) options: Options,
    /// What it may take.
    pub(super) budget: &'a Budget,
}

/// Objects in the place of those of a chart.
struct Given(Vec<Node>);

impl Inflate for Given {
    fn inflate(&self, _: &kustomize::Chart<'_>) -> Result<Inflated, Vec<Fault>> {
        Ok(Inflated {
            objects: self.0.clone(),
            ..Inflated::default()
        })
    }
}

/// The objects of a kustomization, which are made anew for whoever asks and paid for by that.
pub(super) fn finished(
    accumulated: &Accumulated,
    options: Options,
    budget: &Budget,
) -> Result<Vec<Object>, Vec<Fault>> {
    budget.spend(Unit::Objects, accumulated.count())?;
    kustomize::finish(accumulated, options)
}

impl Over<'_> {
    /// What becomes of objects in a kustomization that `edit` makes of an empty one, and what
    /// was left out.
    pub(super) fn render(
        &self,
        objects: Vec<Node>,
        edit: &dyn Fn(&Node) -> Result<Node, Vec<Fault>>,
    ) -> Result<(Vec<Object>, Vec<Fault>), Vec<Fault>> {
        let document = edit(&self.document(!objects.is_empty()))?;
        let kustomization = kustomize::load_document(
            self.snapshot,
            self.folder,
            self.source,
            &document,
            self.options,
        )?;
        let accumulated = kustomize::accumulate_within(
            self.snapshot,
            &kustomization,
            self.known,
            &Given(objects),
            self.options,
            self.budget,
        )?;
        let objects = finished(&accumulated, self.options, self.budget)?;
        Ok((objects, accumulated.left_out().to_vec()))
    }

    fn document(&self, has_objects: bool) -> Node {
        // Only what stands somewhere is read.
        let place = self.source.tree.documents().next();
        let step = Step {
            name: "objects",
            by: place.map(|node| Src::new(self.source, node)),
        };
        let text = |text: &str| Node::text(text, step.clone());
        let bases = self.bases.iter().map(|base| {
            let below = base.strip_prefix(self.folder).unwrap_or(base);
            Item::new(text(below.as_str()))
        });
        let list = |items: Vec<Item>| Node::Seq(Arc::new(Seq { place: None, items }));
        let mut entries = vec![Entry::new(text("resources"), list(bases.collect()))];
        if has_objects {
            let chart = Node::Map(Arc::new(Map {
                place: None,
                entries: vec![Entry::new(text("name"), text("objects"))],
            }));
            let charts = list(vec![Item::new(chart)]);
            entries.push(Entry::new(text("helmCharts"), charts));
        }
        Node::Map(Arc::new(Map {
            place: None,
            entries,
        }))
    }
}
