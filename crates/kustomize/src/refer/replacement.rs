//! `replacements`: fields copied from one object to others.

use std::sync::Arc;

use manifest::{
    Budget, Dialect, Entry, Exceeded, Fault, FaultKind, Kind, Map, Node, Scalar, Step, Style, Unit,
    View, Was,
};

use crate::accumulate::State;
use crate::compose::Composer;
use crate::decode::{Decoder, Mode, kind_of};
use crate::edit::{self, At};
use crate::effects::{Directive, Effect, Effects};
use crate::fault;
use crate::kustomization::{
    FieldOptions, Replacement, ReplacementEntry, ReplacementSource, Selector, Target,
    read_replacement,
};
use crate::labels::Requirements;
use crate::paths::Files;
use crate::refer::field_path::{Field, FieldPath, Place, look_up};
use crate::resource::{Id, Resource, effective_namespace};
use crate::selector::value_of;
use crate::tag::Tag;
use crate::text::{Text, str_of};
use crate::transform::Transformer;

/// The replacements of one kustomization, in order.
pub(crate) struct Replacements(Vec<Arc<Replacement>>);

/// Where a value is taken from or put if no path is written.
const DEFAULT: [&str; 2] = ["metadata", "name"];

impl Replacements {
    pub(crate) fn load(
        files: &Files<'_>,
        entries: &[ReplacementEntry],
    ) -> Result<Self, Vec<Fault>> {
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for entry in entries {
            match &entry.path {
                None => all.push(entry.inline.clone()),
                Some(path) => match load_file(files, path, &entry.inline) {
                    Ok(more) => all.extend(more),
                    Err(more) => faults.extend(more),
                },
            }
        }
        match faults.is_empty() {
            true => Ok(Self(all)),
            false => Err(faults),
        }
    }
}

fn load_file(
    files: &Files<'_>,
    path: &Text,
    inline: &Replacement,
) -> Result<Vec<Arc<Replacement>>, Vec<Fault>> {
    let targets = inline.targets.as_ref();
    if inline.source.is_some() || targets.is_some_and(|t| !t.is_empty()) {
        let message = "a replacement has either a `path` or a source and targets";
        return Err(vec![fault::at(FaultKind::Field, message, Some(path.at()))]);
    }
    let source = files.source(path).map_err(|fault| vec![fault])?;
    let errors = source.tree.errors();
    if !errors.is_empty() {
        return Err(errors.iter().map(|e| fault::of_yaml(&source, e)).collect());
    }
    let expanded = source.documents();
    let view = expanded.documents.first().map_or(View::Gone, Node::view);
    let mut decoder = Decoder::new(Mode::Lenient, Some(path.at().clone()));
    let read = |decoder: &mut Decoder, view| Some(Arc::new(read_replacement(decoder, view)));
    let list = match view.kind() {
        Kind::Seq => decoder.list(Some(view), "replacements", read),
        Kind::Map => read(&mut decoder, view).into_iter().collect(),
        Kind::Scalar | Kind::Alias => {
            let message = format!("`{path}` contains no replacement");
            return Err(vec![fault::at(FaultKind::Field, message, Some(path.at()))]);
        }
    };
    match decoder.faults.is_empty() {
        true => Ok(list),
        false => Err(decoder.faults),
    }
}

impl Transformer for Replacements {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let schema = state.schema.clone();
        let effects = &mut state.effects;
        let is_partial = !state.left_out.is_empty();
        let resources = state.objects.list_mut();
        let mut faults = Vec::new();
        for replacement in &self.0 {
            if let Err(exceeded) = budget.spend(Unit::Steps, resources.len()) {
                faults.push(limit(exceeded, replacement));
                break;
            }
            let applied = apply(replacement, resources, effects, budget);
            if is_partial
                && applied
                    .as_ref()
                    .is_err_and(|f| f.kind == FaultKind::Missing)
            {
                faults.extend(hold_open(replacement, resources, budget).err());
            }
            faults.extend(applied.err());
            if let Some(exceeded) = budget.exceeded() {
                faults.retain(|fault| fault.kind != FaultKind::Limit || fault.at.is_some());
                faults.push(limit(exceeded, replacement));
                break;
            }
            for resource in resources.iter_mut() {
                resource.refresh(schema.get());
            }
        }
        faults
    }
}

/// A limit that was reached, at the replacement that reached it.
fn limit(exceeded: Exceeded, replacement: &Replacement) -> Fault {
    let fault = exceeded.fault();
    match &replacement.at {
        Some(at) => fault.at(at),
        None => fault,
    }
}

/// How many levels an object may have.
const MAX_DEPTH: usize = 260;

/// Spends what a value takes in every place where it is put, and tells how many levels it has.
fn weigh(value: View<'_>, budget: &Budget) -> Result<usize, Fault> {
    budget.spend(Unit::Nodes, 1)?;
    budget.spend(Unit::Bytes, value.text().len())?;
    let mut levels = 0;
    for item in value.items() {
        levels = levels.max(weigh(item, budget)?);
    }
    for entry in value.entries() {
        budget.spend(Unit::Bytes, entry.key.text().len())?;
        levels = levels.max(weigh(entry.value, budget)?);
    }
    Ok(levels + 1)
}

fn apply(
    replacement: &Replacement,
    resources: &mut [Resource],
    effects: &mut Effects,
    budget: &Budget,
) -> Result<(), Fault> {
    let (Some(source), Some(targets)) = (&replacement.source, &replacement.targets) else {
        let message = "a replacement needs a source and targets";
        let at = replacement.at.as_ref();
        return Err(fault::at(FaultKind::Field, message, at));
    };
    let found = find_source(source, resources)?;
    let is_secret = found.gvk.is_secret();
    let value = read_source(source, found)?;
    let writes = Writes { value, budget };
    let step = Step {
        name: "replacements",
        by: replacement.at.clone(),
    };
    for target in targets {
        let matcher = Targets::new(target)?;
        let mut effect = Effect::Unmatched;
        budget.spend(Unit::Steps, resources.len())?;
        for resource in resources.iter_mut() {
            if matcher.fits(resource) {
                let put = writes.put(resource, target, &step);
                put.map_err(|fault| match is_secret || resource.gvk.is_secret() {
                    true => fault::of_secret(fault, scalars(&writes.value)),
                    false => fault,
                })?;
                effect = Effect::Changed;
            }
        }
        let at = matcher.select.at.as_ref().or(target.at.as_ref());
        effects.note(Directive::ReplacementTarget, at, effect);
    }
    Ok(())
}

/// Marks the fields that a replacement would set if its source had not been left out: what stands
/// there is not what is applied.
fn hold_open(
    replacement: &Replacement,
    resources: &mut [Resource],
    budget: &Budget,
) -> Result<(), Fault> {
    let source = replacement.source.as_ref();
    if source.is_none_or(|source| find_source(source, resources).is_ok()) {
        return Ok(());
    }
    let step = Step {
        name: "replacements",
        by: replacement.at.clone(),
    };
    for target in replacement.targets.iter().flatten() {
        let matcher = Targets::new(target)?;
        budget.spend(Unit::Steps, resources.len())?;
        for resource in resources.iter_mut().filter(|own| matcher.fits(own)) {
            for text in &target.field_paths {
                let fields = FieldPath::new(text)?.find(resource.view(), false, budget)?;
                let open: Vec<_> = fields
                    .into_iter()
                    .filter_map(|field| held(field, &step))
                    .collect();
                for (way, value) in open {
                    budget.spend(Unit::Nodes, 4 * way.len())?;
                    set(&mut resource.node, &way, value, &step);
                }
            }
        }
    }
    Ok(())
}

/// A field with its own value as one that only stands for another.
fn held(field: Field<'_>, step: &Step) -> Option<(Vec<Place>, Node)> {
    let old = field.value.filter(|old| old.kind() == Kind::Scalar)?;
    let value = Composer::new().view(old).finish_like(old, step);
    Some((field.way, value.as_placeholder()))
}

fn find_source<'r>(
    source: &ReplacementSource,
    resources: &'r [Resource],
) -> Result<&'r Resource, Fault> {
    let at = source.selector.at.as_ref();
    let mut matches = resources.iter().filter(|r| selects(&source.selector, r));
    match (matches.next(), matches.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => {
            let message = "no object matches this replacement's source";
            Err(fault::at(FaultKind::Missing, message, at))
        }
        (Some(first), Some(second)) => {
            let message = "several objects match this replacement's source";
            let mut fault = fault::at(FaultKind::Conflict, message, at);
            for one in [first, second] {
                if let Some(place) = one.view().origin() {
                    fault = fault.related("one of them", place.locate());
                }
            }
            Err(fault)
        }
    }
}

/// A value if messages may quote it: nothing is said of what a collection holds.
fn scalars(value: &Node) -> impl Iterator<Item = View<'_>> {
    let is_quoted = value.view().kind() == Kind::Scalar;
    is_quoted.then_some(value.view()).into_iter()
}

/// The value that is copied.
fn read_source(source: &ReplacementSource, found: &Resource) -> Result<Node, Fault> {
    let at = source.selector.at.as_ref();
    let value = match &source.field_path {
        Some(path) => FieldPath::new(path)?.look_up(found.view())?,
        None => look_up(found.view(), DEFAULT.into_iter()).unwrap_or(None),
    };
    let empty = |v: &View<'_>| {
        v.is_null()
            || (v.is_map() && v.entries().next().is_none())
            || (v.is_seq() && v.items().next().is_none())
    };
    let Some(value) = value.filter(|v| !empty(v)) else {
        let path = source.field_path.as_ref();
        let name = path.map_or("metadata.name", Text::as_str);
        let message = format!("the source of this replacement has no field `{name}`");
        let at = path.map(Text::at).or(at);
        return Err(fault::at(FaultKind::Missing, message, at));
    };
    refine(value, &source.options).map_err(|fault| match found.gvk.is_secret() {
        true => fault::of_secret(fault, scalars(&value.to_node())),
        false => fault,
    })
}

/// The part of the source's value that is asked for.
fn refine(value: View<'_>, options: &FieldOptions) -> Result<Node, Fault> {
    let Some(delimiter) = &options.delimiter else {
        return Ok(value.to_node());
    };
    let wrong = |message: String| fault::at(FaultKind::Field, message, options.at.as_ref());
    if value.kind() != Kind::Scalar {
        return Err(wrong(format!("{} cannot be split", kind_of(value))));
    }
    let parts = split(value.text(), delimiter.as_str());
    let index = usize::try_from(options.index).ok();
    let Some(part) = index.and_then(|index| parts.get(index)) else {
        return Err(wrong(format!(
            "part {} of `{}` does not exist",
            options.index,
            value.text()
        )));
    };
    let step = Step {
        name: "replacements",
        by: options.at.clone(),
    };
    Ok(Composer::new()
        .slice(value, part.clone())
        .finish_like(value, &step))
}

/// The bytes between delimiters.
fn split(text: &str, delimiter: &str) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split(delimiter) {
        parts.push(start..start + part.len());
        start += part.len() + delimiter.len();
    }
    parts
}

/// Which objects a replacement changes.
struct Targets<'t> {
    target: &'t Target,
    select: &'t Selector,
    wanted: Conditions,
    rejected: Vec<Conditions>,
}

/// What a selector asks of labels and annotations.
struct Conditions {
    labels: Option<Requirements>,
    annotations: Option<Requirements>,
}

impl Conditions {
    fn new(selector: &Selector) -> Result<Self, Fault> {
        let read = |text: &Option<Text>| text.as_ref().map(Requirements::parse).transpose();
        Ok(Self {
            labels: read(&selector.labels)?,
            annotations: read(&selector.annotations)?,
        })
    }

    fn fit(&self, resource: &Resource) -> bool {
        let fits = |requirements: &Option<Requirements>, field: &str| {
            requirements
                .as_ref()
                .is_none_or(|r| r.fits(|key| value_of(resource, field, key)))
        };
        fits(&self.labels, "labels") && fits(&self.annotations, "annotations")
    }
}

impl<'t> Targets<'t> {
    fn new(target: &'t Target) -> Result<Self, Fault> {
        let Some(select) = &target.select else {
            let message = "a target needs `select`";
            return Err(fault::at(FaultKind::Field, message, target.at.as_ref()));
        };
        let conditional = |s: &&Selector| s.labels.is_some() || s.annotations.is_some();
        let rejected = target.reject.iter().filter(conditional);
        Ok(Self {
            target,
            select,
            wanted: Conditions::new(select)?,
            rejected: rejected.map(Conditions::new).collect::<Result<_, _>>()?,
        })
    }

    fn fits(&self, resource: &Resource) -> bool {
        let mut rejects = self.target.reject.iter().filter(|r| !r.is_empty());
        selects(self.select, resource)
            && self.wanted.fit(resource)
            && !self
                .rejected
                .iter()
                .any(|conditions| conditions.fit(resource))
            && !rejects.any(|reject| selects(reject, resource))
    }
}

/// Whether the object has, or had, an identity that fits. Nothing here is a regular expression.
fn selects(selector: &Selector, resource: &Resource) -> bool {
    let open = |wanted: &Option<Text>, is: &str| wanted.is_none() || str_of(wanted) == is;
    let id = resource.id();
    let now = Id {
        namespace: effective_namespace(id.namespace, false),
        ..id
    };
    let namespace = effective_namespace(str_of(&selector.namespace), false);
    [now].into_iter().chain(resource.past_keys()).any(|id| {
        open(&selector.name, id.name)
            && (selector.namespace.is_none() || namespace == id.namespace)
            && open(&selector.group, id.group)
            && open(&selector.version, id.version)
            && open(&selector.kind, id.kind)
    })
}

/// A value that is put into objects.
struct Writes<'b> {
    value: Node,
    budget: &'b Budget,
}

impl Writes<'_> {
    /// Puts it into an object.
    fn put(&self, resource: &mut Resource, target: &Target, step: &Step) -> Result<(), Fault> {
        if target.field_paths.is_empty() {
            let way = DEFAULT.map(At::Key);
            let Some(old) = edit::get(resource.view(), &way) else {
                return Err(missing(resource, "metadata.name", target, None));
            };
            let new = self.replaced(Some(old), target, step, way.len())?;
            edit::set(&mut resource.node, &way, new, step);
            return Ok(());
        }
        for text in &target.field_paths {
            let path = FieldPath::new(text)?;
            let fields = path.find(resource.view(), target.options.create, self.budget)?;
            if fields.is_empty() {
                return Err(missing(resource, text.as_str(), target, Some(text)));
            }
            let mut changes = Vec::new();
            for Field { way, value: old } in fields {
                changes.push((self.replaced(old, target, step, way.len())?, way));
            }
            for (new, way) in changes {
                set(&mut resource.node, &way, new, step);
            }
        }
        Ok(())
    }

    /// What comes into the place of `old`, at a depth.
    fn replaced(
        &self,
        old: Option<View<'_>>,
        target: &Target,
        step: &Step,
        depth: usize,
    ) -> Result<Node, Fault> {
        let new = replaced(old, &self.value, &target.options, step)?;
        // What stands on the way becomes the object's own.
        self.budget.spend(Unit::Nodes, 4 * depth)?;
        if depth + weigh(new.view(), self.budget)? > MAX_DEPTH {
            let message = format!("an object would be nested more than {MAX_DEPTH} levels deep");
            return Err(fault::at(FaultKind::Limit, message, step.by.as_ref()));
        }
        Ok(new)
    }
}

fn missing(resource: &Resource, path: &str, target: &Target, text: Option<&Text>) -> Fault {
    let id = resource.id();
    let message = format!("{}/{} has no field `{path}`", id.kind, id.name);
    let at = text.map(Text::at).or(target.at.as_ref());
    fault::at(FaultKind::Missing, message, at)
        .help("add `options: {create: true}` to create it, or narrow `select`")
}

/// What comes into the place of `old`.
fn replaced(
    old: Option<View<'_>>,
    value: &Node,
    options: &FieldOptions,
    step: &Step,
) -> Result<Node, Fault> {
    let value = value.view();
    let is_scalar = |view: View<'_>| view.kind() == Kind::Scalar;
    if let Some(delimiter) = &options.delimiter {
        let wrong = |view| {
            let message = format!("{} cannot be split", kind_of(view));
            fault::at(FaultKind::Field, message, options.at.as_ref())
        };
        // What is made has the kind of the value.
        let kind_of_old = old.unwrap_or(value);
        if !is_scalar(kind_of_old) {
            return Err(wrong(kind_of_old));
        }
        let old = old.unwrap_or(View::Gone);
        let joined = join(old, value, delimiter.as_str(), options.index);
        return finish(joined, old, step);
    }
    match old {
        Some(old) if is_scalar(old) => finish(Composer::new().view(value), old, step),
        None if is_scalar(value) => {
            // kustomize drops the quotes, but empty text keeps its type.
            let style = match value.text() {
                "" => Style::DoubleQuoted,
                _ => Style::Plain,
            };
            Ok(Composer::new().view(value).finish(style, step))
        }
        _ => Ok(value.to_node()),
    }
}

/// A new scalar keeps the type of the one that it replaces.
fn finish(text: Composer, old: View<'_>, step: &Step) -> Result<Node, Fault> {
    if old.as_str().is_some() {
        return Ok(text.finish(Style::DoubleQuoted, step));
    }
    let new = text.finish(Style::Plain, step);
    if !matches!(old, View::Gone) && misfits(new.view(), old) {
        let message = format!(
            "`{}` cannot replace {}, whose type must stay",
            new.view().text(),
            kind_of(old)
        );
        let fault = fault::at(FaultKind::Field, message, step.by.as_ref());
        return Err(match old.origin() {
            Some(place) => fault.related("the field that is replaced", place.locate()),
            None => fault,
        });
    }
    Ok(new)
}

/// The old text with one of its parts replaced, or with another part before or behind it.
fn join(old: View<'_>, value: View<'_>, delimiter: &str, index: i64) -> Composer {
    let parts = split(old.text(), delimiter);
    let replaced = usize::try_from(index).ok();
    let mut composer = Composer::new();
    if replaced.is_none() {
        composer = composer.view(value).str(delimiter);
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            composer = composer.str(delimiter);
        }
        composer = match replaced == Some(at) {
            true => composer.view(value),
            false => composer.slice(old, part.clone()),
        };
    }
    match replaced {
        Some(at) if at >= parts.len() => composer.str(delimiter).view(value),
        _ => composer,
    }
}

/// Sets a field, with everything missing on the way.
fn set(node: &mut Node, way: &[Place], value: Node, step: &Step) {
    let Some((place, rest)) = way.split_first() else {
        return;
    };
    let at = match place {
        Place::Key(key) => At::Key(key),
        Place::Item(index) => At::Item(*index),
        Place::New(item) => return append(node, item.as_ref(), rest, value, step),
    };
    if rest.is_empty() {
        edit::set(node, &[at], value, step);
        return;
    }
    let there = edit::get(node.view(), &[at]).is_some_and(|v| v.is_map() || v.is_seq());
    if !there {
        edit::set(node, &[at], collection_for(rest), step);
    }
    if let Some(inner) = edit::node_mut(node, &[at]) {
        set(inner, rest, value, step);
    }
}

/// The empty collection into which a way leads.
fn collection_for(way: &[Place]) -> Node {
    match way.first() {
        Some(Place::Key(_)) | None => Node::Map(Arc::default()),
        Some(_) => Node::Seq(Arc::default()),
    }
}

fn append(
    node: &mut Node,
    item: Option<&(String, String)>,
    rest: &[Place],
    value: Node,
    step: &Step,
) {
    let mut new = match item {
        // An item that is a value is found by itself and then replaced.
        Some((field, _)) if field.is_empty() => value.clone(),
        Some((field, text)) => {
            let text = Node::made(text.as_str(), Style::Plain, [], step.clone());
            Node::Map(Arc::new(Map {
                place: step.by.clone(),
                entries: vec![Entry {
                    key: Node::text(field.as_str(), step.clone()),
                    value: text,
                    was: Some(Was::nothing(step.clone())),
                }],
            }))
        }
        None if rest.is_empty() => value.clone(),
        None => collection_for(rest),
    };
    match rest.is_empty() {
        true => new = value,
        false => set(&mut new, rest, value, step),
    }
    if let Some(seq) = node.seq_mut() {
        seq.items.push(manifest::Item {
            value: new,
            was: Some(Was::nothing(step.clone())),
        });
    }
}

/// Whether a scalar's text cannot be read with the type of the one that it replaces: kustomize
/// keeps the type, and then refuses the object.
fn misfits(new: View<'_>, old: View<'_>) -> bool {
    match (Tag::of(new), Tag::of(old)) {
        (_, Tag::Str) => false,
        // go-yaml makes a float of no integer that needs all 64 bits.
        (Tag::Int, Tag::Float) => matches!(new.scalar(Dialect::Kustomize), Some(Scalar::Uint(_))),
        (new, old) => new != old,
    }
}
