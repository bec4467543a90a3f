//! `patches`, `patchesStrategicMerge` and `patchesJson6902`: which patch changes what.

use std::sync::Arc;

use manifest::{Budget, Fault, FaultKind, Node, Source, Src, Step, Unit, View, held_by_secret};

use super::Transformer;
use crate::accumulate::{Consulted, State};
use crate::edit::{self, At};
use crate::effects::{Directive, Effect, Note};
use crate::fault;
use crate::kustomization::{self, Selector};
use crate::metadata;
use crate::objects::Objects;
use crate::openapi::Schema;
use crate::patch::json6902::{self, JsonPatch};
use crate::patch::repeated::Repeated;
use crate::patch::strategic::{self, Outcome};
use crate::patch::tally::Tally;
use crate::paths::Files;
use crate::plugin;
use crate::read;
use crate::resource::{Id, Resource, effective_namespace};
use crate::selector::Matcher;
use crate::text::Text;

/// The strategic merges of `patchesStrategicMerge`, each for one object.
pub(crate) struct MergeList(Vec<Merge>);

/// An entry of `patches`.
pub(crate) struct Patch {
    content: Content,
    target: Option<Matcher>,
    /// Where the entry is written.
    at: Option<Src>,
}

/// An entry of `patchesJson6902`.
pub(crate) struct JsonOnly {
    patch: JsonPatch,
    target: Matcher,
    step: Step,
    /// Where the entry is written.
    at: Option<Src>,
}

enum Content {
    Merges(Vec<Merge>),
    Json(JsonPatch, Step),
}

/// One strategic merge.
struct Merge {
    patch: Node,
    repeated: Repeated,
    allow_name_change: bool,
    allow_kind_change: bool,
    step: Step,
}

impl MergeList {
    pub(crate) fn load(
        files: &Files<'_>,
        texts: &[Text],
        budget: &Budget,
    ) -> Result<Self, Vec<Fault>> {
        let mut merges = Vec::new();
        let mut faults = Vec::new();
        for text in texts {
            let source = match plugin::inline(text) {
                Some(source) => Ok(source),
                None => files.source(text).map_err(|fault| vec![fault]),
            };
            match source.and_then(|source| read::merges(&source, budget)) {
                Ok(nodes) => merges.extend(nodes.into_iter().map(|(patch, repeated)| Merge {
                    patch: stringified(patch),
                    repeated,
                    allow_name_change: false,
                    allow_kind_change: false,
                    step: Step::new("patchesStrategicMerge", text.at().clone()),
                })),
                Err(more) => faults.extend(more),
            }
        }
        if merges.is_empty() && faults.is_empty() {
            let at = texts.first().map(Text::at);
            faults.push(empty("patchesStrategicMerge", at));
        }
        match faults.is_empty() {
            true => Ok(Self(merges)),
            false => Err(faults),
        }
    }

    /// The merges of one text.
    pub(crate) fn of_source(
        source: &Arc<Source>,
        at: &Src,
        budget: &Budget,
    ) -> Result<Self, Vec<Fault>> {
        let merges = read::merges(source, budget)?
            .into_iter()
            .map(|(patch, repeated)| Merge {
                patch: stringified(patch),
                repeated,
                allow_name_change: false,
                allow_kind_change: false,
                step: Step::new("patchesStrategicMerge", at.clone()),
            });
        let merges: Vec<Merge> = merges.collect();
        match merges.is_empty() {
            true => Err(vec![empty("patches", Some(at))]),
            false => Ok(Self(merges)),
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What kustomize makes of a patch that it applies to selected objects: its labels and
/// annotations become texts, so that null removes nothing there.
fn stringified(mut patch: Node) -> Node {
    for field in ["labels", "annotations"] {
        metadata::stringify(&mut patch, field, |_| false);
    }
    patch
}

/// What kustomize makes of a patch that may change identities, which it notes in the patch's
/// annotations.
fn annotated(mut patch: Node) -> Node {
    metadata::stringify(&mut patch, "annotations", |_| false);
    patch
}

fn empty(field: &str, at: Option<&Src>) -> Fault {
    fault::at(FaultKind::Patch, format!("`{field}` contains no patch"), at)
}

impl Transformer for MergeList {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let mut faults = Vec::new();
        let schema = state.schema.clone();
        for merge in &self.0 {
            if budget.exceeded().is_some() {
                break;
            }
            match find_one(&state.objects, merge, schema.get(), budget) {
                Ok(index) => {
                    let at = merge.step.by.as_ref();
                    let within = Within {
                        unique: true,
                        at,
                        budget,
                    };
                    faults.extend(merge.apply_to(state, &[index], schema.get(), &within));
                }
                Err(fault) => faults.push(fault),
            }
            state.objects.drop_deleted();
        }
        faults
    }
}

impl Patch {
    pub(crate) fn load(
        files: &Files<'_>,
        patch: &kustomization::Patch,
        budget: &Budget,
    ) -> Result<Self, Vec<Fault>> {
        let at = patch.at.as_ref();
        let wrong = |message: &str| vec![fault::at(FaultKind::Field, message, at)];
        let (source, by) = match (&patch.path, &patch.patch) {
            (Some(path), None) => (files.source(path).map_err(|fault| vec![fault])?, path.at()),
            (None, Some(inline)) if !inline.as_str().trim().is_empty() => {
                (inline.source(), inline.at())
            }
            (None, _) => return Err(wrong("a patch needs `path` or `patch`")),
            (Some(_), Some(inline)) if inline.as_str().trim().is_empty() => {
                return Err(wrong("a patch has either `path` or `patch`"));
            }
            (Some(_), Some(_)) => {
                return Err(wrong("a patch has either `path` or `patch`, not both"));
            }
        };
        let step = Step::new("patches", by.clone());
        let content = if is_operations(&source) {
            if patch.target.is_none() {
                let fault = fault::at(FaultKind::Patch, "a JSON patch needs a target", at);
                let help = "add `target:` with the kind and name of what is to be changed";
                return Err(vec![fault.help(help)]);
            }
            Content::Json(JsonPatch::parse(&source)?, step)
        } else {
            let nodes = read::merges(&source, budget)?;
            let changes_identity = patch.allow_name_change || patch.allow_kind_change;
            let merges: Vec<Merge> = nodes
                .into_iter()
                .map(|(node, repeated)| Merge {
                    repeated,
                    patch: match patch.target {
                        Some(_) => stringified(node),
                        None if changes_identity => annotated(node),
                        None => node,
                    },
                    allow_name_change: patch.allow_name_change,
                    allow_kind_change: patch.allow_kind_change,
                    step: step.clone(),
                })
                .collect();
            if merges.is_empty() {
                let message = "this patch has no content: kustomize before 5.7.1 rejects it";
                let fault = fault::at(FaultKind::EmptyPatch, message, Some(by));
                return Err(vec![fault]);
            }
            if merges.len() > 1 && patch.target.is_some() {
                let message = "a patch of several documents cannot have a target";
                return Err(vec![
                    fault::at(FaultKind::Patch, message, at)
                        .help("each document names its object by itself; or split them"),
                ]);
            }
            Content::Merges(merges)
        };
        let target = patch.target.as_ref();
        let target = target
            .map(|target| Matcher::new(target, budget))
            .transpose();
        Ok(Self {
            content,
            target: target.map_err(|fault| vec![fault])?,
            at: patch.at.clone(),
        })
    }
}

/// Whether a patch is a list of operations rather than an object.
fn is_operations(source: &Arc<Source>) -> bool {
    let first = source.tree.documents().next();
    first.is_some_and(|root| View::Src(source, root).is_seq())
}

impl Transformer for Patch {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let schema = state.schema.clone();
        let schema = schema.get();
        let at = self.at.as_ref();
        match (&self.content, &self.target) {
            (Content::Merges(merges), Some(target)) => {
                let selected = select(&state.objects, target);
                if selected.is_empty() {
                    note_unmatched(state, target, at);
                }
                let within = Within {
                    unique: true,
                    at,
                    budget,
                };
                let merges = merges.iter();
                merges
                    .flat_map(|merge| merge.apply_to(state, &selected, schema, &within))
                    .collect()
            }
            (Content::Merges(merges), None) => {
                let mut faults = Vec::new();
                let within = Within {
                    unique: false,
                    at,
                    budget,
                };
                for merge in merges {
                    if budget.exceeded().is_some() {
                        break;
                    }
                    match find_one(&state.objects, merge, schema, budget) {
                        Ok(index) => {
                            faults.extend(merge.apply_to(state, &[index], schema, &within));
                        }
                        Err(fault) => faults.push(fault),
                    }
                }
                faults
            }
            (Content::Json(patch, step), Some(target)) => {
                apply_json(state, target, patch, step, true, at, budget)
            }
            (Content::Json(..), None) => {
                let message = "a JSON patch needs a target";
                vec![fault::at(FaultKind::Patch, message, at)]
            }
        }
    }
}

impl JsonOnly {
    pub(crate) fn load(
        files: &Files<'_>,
        patch: &kustomization::Patch,
        budget: &Budget,
    ) -> Result<Self, Vec<Fault>> {
        let at = patch.at.as_ref();
        let wrong = |message: &str| vec![fault::at(FaultKind::Patch, message, at)];
        let Some(target) = &patch.target else {
            return Err(wrong("a JSON patch needs a target"));
        };
        if target.name.is_none() {
            return Err(wrong("the target of a JSON patch needs a name"));
        }
        let (source, by) = match (&patch.path, &patch.patch) {
            (Some(path), None) => (files.source(path).map_err(|fault| vec![fault])?, path.at()),
            (None, Some(inline)) => (inline.source(), inline.at()),
            (None, None) => return Err(wrong("a patch needs `path` or `patch`")),
            (Some(_), Some(_)) => {
                return Err(wrong("a patch has either `path` or `patch`, not both"));
            }
        };
        let step = Step::new("patchesJson6902", by.clone());
        Self::new(&source, target, step, patch.at.clone(), budget)
    }

    fn new(
        source: &Arc<Source>,
        target: &Selector,
        step: Step,
        at: Option<Src>,
        budget: &Budget,
    ) -> Result<Self, Vec<Fault>> {
        if !is_operations(source) {
            let message = "a JSON patch is a list of operations";
            return Err(vec![fault::at(FaultKind::Patch, message, step.by.as_ref())]);
        }
        Ok(Self {
            patch: JsonPatch::parse(source)?,
            target: Matcher::new(target, budget).map_err(|fault| vec![fault])?,
            step,
            at,
        })
    }
}

impl Transformer for JsonOnly {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let at = self.at.as_ref();
        apply_json(
            state,
            &self.target,
            &self.patch,
            &self.step,
            false,
            at,
            budget,
        )
    }
}

fn select(objects: &Objects, target: &Matcher) -> Vec<usize> {
    let objects = objects.iter().enumerate();
    objects
        .filter(|(_, resource)| !resource.is_deleted() && target.fits(resource))
        .map(|(index, _)| index)
        .collect()
}

/// Notes a patch whose target matches nothing.
fn note_unmatched(state: &mut State, target: &Matcher, at: Option<&Src>) {
    // Where there is nothing at all, what is to be patched is still to come.
    if state.objects.as_slice().is_empty() {
        return;
    }
    let hint = target.nearest(&state.objects);
    let effects = &mut state.effects;
    effects.note_with_hint(Directive::Patch, at, Effect::Unmatched, hint);
}

fn apply_json(
    state: &mut State,
    target: &Matcher,
    patch: &JsonPatch,
    step: &Step,
    remember: bool,
    at: Option<&Src>,
    budget: &Budget,
) -> Vec<Fault> {
    let schema = state.schema.clone();
    let mut faults = Vec::new();
    let mut effects = patch.no_effects();
    let selected = select(&state.objects, target);
    for index in &selected {
        let index = *index;
        let Some(resource) = state.objects.list_mut().get_mut(index) else {
            continue;
        };
        if remember {
            resource.remember();
        }
        // kustomize keeps its notes in the annotations, so that patches find them there.
        let noted = !resource.past.ids.is_empty() || !resource.past.prefixes.is_empty();
        let annotations = [At::Key("metadata"), At::Key("annotations")];
        let missing = edit::get(resource.view(), &annotations).is_none_or(View::is_null);
        if noted && missing {
            let own = Step::own("annotations");
            edit::set(
                &mut resource.node,
                &annotations,
                edit::map_of([], &own),
                &own,
            );
        }
        let node = &mut resource.node;
        let applied = json6902::apply_counted(node, patch, step, &mut effects, budget);
        faults.extend(applied.err().map(|fault| match resource.gvk.is_secret() {
            // The first one hides them for all.
            true => fault::of_secret(fault, patch.values().filter(|_| faults.is_empty())),
            false => fault,
        }));
        resource.refresh(schema.get());
        if budget.exceeded().is_some() {
            return faults;
        }
    }
    if selected.is_empty() {
        note_unmatched(state, target, at);
        return faults;
    }
    let effect = effects.iter().copied().max().unwrap_or(Effect::Unchanged);
    state.effects.note(Directive::Patch, at, effect);
    for (operation, effect) in patch.places().zip(effects) {
        state.effects.notes.extend(operation.map(|place| Note {
            directive: Directive::Operation,
            at: place.clone(),
            effect,
            within: at.cloned(),
            hint: None,
        }));
    }
    faults
}

/// The one object that has, or had, the identity that a patch names.
fn find_one(
    objects: &Objects,
    merge: &Merge,
    schema: &Schema,
    budget: &Budget,
) -> Result<usize, Fault> {
    budget.spend(Unit::Steps, objects.as_slice().len())?;
    let wanted = Id::of(merge.patch.view());
    let cluster_scoped = schema.is_namespaced(&wanted.to_gvk()) == Some(false);
    let wanted = Id {
        namespace: effective_namespace(wanted.namespace, cluster_scoped),
        ..wanted
    };
    let objects_of = |resource: &Resource| resource.keys().any(|id| id == wanted);
    let mut found = objects
        .iter()
        .enumerate()
        .filter(|(_, resource)| !resource.is_deleted() && objects_of(resource));
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (None, _) => Err(fits_nothing(objects, merge, wanted)),
        (Some(_), Some(_)) => {
            let message = format!(
                "the patch matches several objects: {}/{}",
                wanted.kind, wanted.name
            );
            Err(patch_fault(merge, message))
        }
    }
}

fn fits_nothing(objects: &Objects, merge: &Merge, wanted: Id<'_>) -> Fault {
    let message = format!(
        "the patch matches no object: there is no {}/{}",
        wanted.kind, wanted.name
    );
    let fault = patch_fault(merge, message);
    let all = || objects.iter().map(Resource::id);
    let close = all().find(|id| id.kind == wanted.kind && id.name == wanted.name);
    if let Some(close) = close {
        let differs = match (close.group, close.version) == (wanted.group, wanted.version) {
            true => format!("its namespace is `{}`", close.namespace),
            false => format!("its apiVersion is `{}`", close.to_gvk().api_version()),
        };
        return fault.help(format!("there is one with that name, but {differs}"));
    }
    let names: Vec<&str> = all()
        .filter(|id| id.kind == wanted.kind)
        .map(|id| id.name)
        .collect();
    match suggest::nearest(wanted.name, names.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault,
    }
}

fn patch_fault(merge: &Merge, message: String) -> Fault {
    let view = merge.patch.view();
    let name = view.get_path(&["metadata", "name"]).and_then(View::origin);
    let fault = fault::at(
        FaultKind::Patch,
        message,
        name.or_else(|| view.origin()).as_ref(),
    );
    match &merge.step.by {
        Some(by) => fault.related("the patch is named here", by.locate()),
        None => fault,
    }
}

/// How a patch is applied.
struct Within<'a> {
    /// Whether objects may not come out the same.
    unique: bool,
    /// The entry that brings the patch.
    at: Option<&'a Src>,
    budget: &'a Budget,
}

impl Merge {
    /// Merges the patch into the objects at `indices`.
    fn apply_to(
        &self,
        state: &mut State,
        indices: &[usize],
        schema: &Schema,
        within: &Within<'_>,
    ) -> Vec<Fault> {
        let Within { unique, at, budget } = *within;
        let mut faults = Vec::new();
        if !indices.is_empty() {
            state.consulted = Consulted::Read;
        }
        let may_rename = self.allow_name_change || self.allow_kind_change;
        let (name, kind) = (self.allow_name_change, self.allow_kind_change);
        let mut tally = Tally::of(self.patch.view(), name, kind);
        for index in indices {
            if let Some(resource) = state.objects.iter_mut().nth(*index) {
                faults.extend(self.merge_into(resource, schema, &mut tally).err());
                if !self.repeated.is_empty() {
                    faults.extend(self.repeated.in_object(resource.view()));
                }
            }
            if let Err(exceeded) = tally.spend(budget) {
                faults.push(exceeded.fault());
                return faults;
            }
        }
        if !indices.is_empty() {
            let effect = Effect::of(tally.changed);
            state.effects.note(Directive::Patch, at, effect);
        }
        tally.tell(&self.patch, at, &mut state.effects);
        let repeated = self.repeated.faults.iter().cloned();
        state.effects.repeated.extend(repeated);
        if may_rename {
            state.objects.list_mut();
        }
        if unique && faults.is_empty() {
            let objects = state.objects.as_slice().len();
            if let Err(exceeded) = budget.spend(Unit::Steps, objects) {
                return exceeded.into();
            }
            state.objects.drop_deleted();
            faults.extend(state.objects.check_unique());
        }
        faults
    }

    fn merge_into(
        &self,
        resource: &mut Resource,
        schema: &Schema,
        tally: &mut Tally,
    ) -> Result<(), Fault> {
        if self.allow_name_change || self.allow_kind_change {
            resource.remember();
        }
        let gvk = resource.gvk.clone();
        let before = resource.node.clone();
        let patch = self.patch.view();
        let node = &mut resource.node;
        let outcome = strategic::merge_counted(node, patch, schema, &gvk, &self.step, tally);
        let outcome = outcome.map_err(|fault| match gvk.is_secret() {
            true => fault::of_secret(fault, held_by_secret(patch).map(|entry| entry.value)),
            false => fault,
        })?;
        if outcome == Outcome::Deleted {
            resource.node = Node::Gone;
            return Ok(());
        }
        let metadata = [At::Key("metadata")];
        if !self.allow_kind_change {
            restore(&mut resource.node, &before, &[], "kind");
        }
        if !self.allow_name_change {
            restore(&mut resource.node, &before, &metadata, "name");
        }
        restore(&mut resource.node, &before, &[], "apiVersion");
        restore(&mut resource.node, &before, &metadata, "namespace");
        resource.refresh(schema);
        Ok(())
    }
}

/// Gives an entry back the value and the past that it had, as if it had not been touched.
fn restore(node: &mut Node, before: &Node, way: &[At<'_>], key: &str) {
    let mut old = before.clone();
    let old = edit::node_mut(&mut old, way)
        .and_then(Node::map_mut)
        .and_then(|map| map.entry(key).cloned());
    let now = edit::get(node.view(), way).and_then(|map| map.get(key));
    let same = match (&old, now) {
        (None, None) => true,
        (Some(old), Some(now)) => {
            old.value.view().origin() == now.origin() && old.value.view().text() == now.text()
        }
        _ => false,
    };
    if same {
        return;
    }
    let Some(old) = old else {
        if let Some(map) = edit::node_mut(node, way).and_then(Node::map_mut) {
            map.entries.retain(|entry| entry.key.view().text() != key);
        }
        return;
    };
    let step = Step::own("patches");
    let path: Vec<At<'_>> = way.iter().copied().chain([At::Key(key)]).collect();
    edit::set(node, &path, old.value.clone(), &step);
    let entry = edit::node_mut(node, way)
        .and_then(Node::map_mut)
        .and_then(|map| map.entry_mut(key));
    if let Some(entry) = entry {
        *entry = old;
    }
}
