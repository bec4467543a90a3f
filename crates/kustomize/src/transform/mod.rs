//! What changes objects that are there: the transformers, in kustomize's order.

pub(crate) mod affix;
pub(crate) mod images;
pub(crate) mod labels;
pub(crate) mod namespace;
pub(crate) mod patches;
pub(crate) mod replicas;
pub(crate) mod value_add;

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{
    Budget, Exceeded, Fault, FaultKind, Gvk, Kind, Node, ObjectId, Seq, Src, Step, Unit, View,
};

use crate::accumulate::{Run, State, all};
use crate::config::Config;
use crate::edit::{self, At};
use crate::fault;
use crate::field_spec::{FieldSpec, Found, Leaf, What};
use crate::kustomization::Kustomization;
use crate::paths::Files;
use crate::plugin;
use crate::refer::replacement::Replacements;
use crate::resource::{Id, Origin, Resource};
use crate::text::Text;

/// Something that changes objects.
pub(crate) trait Transformer {
    /// Changes the objects, and tells what could not be done. Where a limit is reached, it stops.
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault>;
}

/// A transformer with what configures it.
pub(crate) struct Configured {
    pub(crate) transformer: Box<dyn Transformer>,
    pub(crate) origin: Arc<Origin>,
    /// Where it is asked for.
    pub(crate) at: Option<Src>,
}

impl Configured {
    /// Applies it; a limit that is reached stands where it is asked for.
    pub(crate) fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let objects = state.objects.as_slice().len();
        let mut faults = match budget.spend(Unit::Steps, objects) {
            Ok(()) => self.transformer.apply(state, budget),
            Err(exceeded) => vec![exceeded.fault()],
        };
        for fault in faults.iter_mut().filter(|f| f.kind == FaultKind::Limit) {
            let at = fault.at.take();
            fault.at = at.or_else(|| self.at.as_ref().map(Src::locate));
        }
        faults
    }
}

/// Applies everything that a kustomization asks for.
pub(crate) fn run(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &mut State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    let mut transformers = built_in(run, files, kustomization, state, &mut faults);
    match plugin::transformers(run, files, kustomization, state, open) {
        Ok(more) => transformers.extend(more),
        Err(more) => faults.extend(more),
    }
    let is_left_out =
        |fault: &Fault| run.options.leave_out_absent && fault.kind == FaultKind::EmptyPatch;
    let (empty, faults): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(is_left_out);
    run.leave_out(state, empty.iter())?;
    all(faults)?;
    let mut faults = Vec::new();
    for configured in &transformers {
        faults.extend(configured.apply(state, run.budget));
        if run.budget.exceeded().is_some() {
            break;
        }
        state.objects.drop_deleted();
        for resource in state.objects.iter_mut() {
            match resource.origin {
                None => resource.origin = Some(configured.origin.clone()),
                Some(_) => resource.transformations.push(configured.origin.clone()),
            }
        }
    }
    all(state.certain(faults))
}

/// The transformers that the kustomization's own fields ask for.
fn built_in(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &State,
    faults: &mut Vec<Fault>,
) -> Vec<Configured> {
    let fields = &kustomization.fields;
    let config = state.config();
    let mut list = List {
        kustomization,
        all: Vec::new(),
        faults,
    };
    if !fields.patches_strategic_merge.is_empty() {
        let texts = &fields.patches_strategic_merge;
        let patches = patches::MergeList::load(files, texts, run.budget);
        let at = texts.first().map(Text::at);
        list.add("PatchStrategicMergeTransformer", at, patches);
    }
    for patch in &fields.patches {
        let loaded = patches::Patch::load(files, patch, run.budget);
        list.add("PatchTransformer", patch.at.as_ref(), loaded);
    }
    if let Some(namespace) = &fields.namespace {
        let transformer = namespace::Namespace::new(namespace, &config.namespace);
        list.add(
            "NamespaceTransformer",
            Some(namespace.at()),
            Ok(transformer),
        );
    }
    if let Some(prefix) = &fields.name_prefix {
        let affix = affix::Affix::new(affix::Side::Prefix, prefix, &config.name_prefix);
        list.add("PrefixTransformer", Some(prefix.at()), Ok(affix));
    }
    if let Some(suffix) = &fields.name_suffix {
        let affix = affix::Affix::new(affix::Side::Suffix, suffix, &config.name_suffix);
        list.add("SuffixTransformer", Some(suffix.at()), Ok(affix));
    }
    add_labels(&mut list, kustomization, &config);
    if !fields.common_annotations.is_empty() {
        let annotations = labels::Labels::new(
            "commonAnnotations",
            fields.common_annotations.clone(),
            config.common_annotations.clone(),
        );
        let at = fields.common_annotations.first().map(|(key, _)| key.at());
        list.add("AnnotationsTransformer", at, Ok(annotations));
    }
    for patch in &fields.patches_json6902 {
        let loaded = patches::JsonOnly::load(files, patch, run.budget);
        list.add("PatchJson6902Transformer", patch.at.as_ref(), loaded);
    }
    for replica in &fields.replicas {
        let replicas = replicas::Replicas::new(replica, &config.replicas);
        list.add("ReplicaCountTransformer", replica.at.as_ref(), Ok(replicas));
    }
    for image in &fields.images {
        let images = images::Images::new(image, &config.images, run.budget);
        let images = images.map_err(|fault| vec![fault]);
        list.add("ImageTagTransformer", image.at.as_ref(), images);
    }
    if !fields.replacements.is_empty() {
        let replacements = Replacements::load(files, &fields.replacements);
        list.add("ReplacementTransformer", None, replacements);
    }
    list.all
}

fn add_labels(list: &mut List<'_>, kustomization: &Kustomization, config: &Config) {
    let fields = &kustomization.fields;
    if fields.labels.is_empty() && fields.common_labels.is_empty() {
        return;
    }
    for label in &fields.labels {
        let specs = labels::fields_of(label, config)
            .map_err(|message| vec![fault::at(FaultKind::Conflict, message, label.at.as_ref())]);
        let labels = specs.map(|specs| labels::Labels::new("labels", label.pairs.clone(), specs));
        list.add("LabelTransformer", label.at.as_ref(), labels);
    }
    let labels = labels::Labels::new(
        "commonLabels",
        fields.common_labels.clone(),
        config.common_labels.clone(),
    );
    let at = fields.common_labels.first().map(|(key, _)| key.at());
    list.add("LabelTransformer", at, Ok(labels));
}

struct List<'a> {
    kustomization: &'a Kustomization,
    all: Vec<Configured>,
    faults: &'a mut Vec<Fault>,
}

impl List<'_> {
    fn add(
        &mut self,
        kind: &str,
        at: Option<&Src>,
        transformer: Result<impl Transformer + 'static, Vec<Fault>>,
    ) {
        match transformer {
            Ok(transformer) => self.all.push(Configured {
                transformer: Box::new(transformer),
                origin: built_in_origin(self.kustomization, kind),
                at: at.cloned(),
            }),
            Err(faults) => self.faults.extend(faults),
        }
    }
}

/// How build metadata tells of what a kustomization's own field did.
pub(crate) fn built_in_origin(kustomization: &Kustomization, kind: &str) -> Arc<Origin> {
    Arc::new(Origin::Configured {
        file: kustomization.path.clone(),
        by: ObjectId {
            gvk: Gvk {
                group: "".into(),
                version: "builtin".into(),
                kind: kind.into(),
            },
            ..ObjectId::default()
        },
    })
}

/// The fields that a path leads to in an object that it is for.
pub(crate) fn find<'s, 'o>(
    resource: &'o Resource,
    spec: &'s FieldSpec,
    leaf: Leaf,
) -> Result<Vec<Found<'s, 'o>>, Fault> {
    if !spec.gvk.fits_kind(&resource.gvk) {
        return Ok(Vec::new());
    }
    spec.find(resource.view(), leaf)
}

/// Spends what it takes to set a value at the end of a way: what stands on it becomes the
/// object's own, and a text that was put together is kept.
pub(crate) fn spend_change(budget: &Budget, way: &[At<'_>], new: &Node) -> Result<(), Exceeded> {
    /// How many entries a collection has, mostly.
    const ENTRIES: usize = 4;
    budget.spend(Unit::Nodes, ENTRIES * way.len())?;
    let parts = match new {
        Node::Made(made) => size_of_val(&*made.parts),
        _ => 0,
    };
    budget.spend(Unit::Bytes, new.view().text().len() + parts)
}

/// Sets scalars that a path leads to. `value` gives the new value for the one that is there, or
/// for none; it gives none where nothing changes.
pub(crate) fn set_scalars(
    resource: &mut Resource,
    spec: &FieldSpec,
    leaf: Leaf,
    step: &Step,
    budget: &Budget,
    value: &dyn Fn(Option<View<'_>>) -> Option<Node>,
) -> Result<bool, Fault> {
    let found = find(resource, spec, leaf)?;
    if found.is_empty() {
        return Ok(false);
    }
    let mut changes = Vec::with_capacity(found.len());
    for field in found {
        let new = match field.what {
            What::Missing => value(None),
            What::NullList => Some(Node::Seq(Arc::new(Seq::default()))),
            What::Is(view) if view.kind() == Kind::Scalar => value(Some(view)),
            What::Is(view) => {
                let message = format!("`{}` leads to a collection, not to a value", spec.path);
                return Err(fault::at(FaultKind::Field, message, view.origin().as_ref()));
            }
        };
        if let Some(new) = new {
            spend_change(budget, &field.path, &new)?;
            changes.push((field.path, new));
        }
    }
    let changed = !changes.is_empty();
    if changed {
        let mut node = std::mem::replace(&mut resource.node, Node::Gone);
        // The paths borrow from the specification only.
        for (path, new) in changes {
            edit::set(&mut node, &path, new, step);
        }
        resource.node = node;
        if matches!(&*spec.path, "kind" | "apiVersion") {
            resource.gvk = Arc::new(Id::of(resource.view()).to_gvk());
        }
    }
    Ok(changed)
}
