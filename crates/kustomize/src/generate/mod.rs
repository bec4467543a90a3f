//! `configMapGenerator`, `secretGenerator` and other generators.

pub(crate) mod base64;
pub(crate) mod data;
pub(crate) mod env_file;
pub(crate) mod hash;
pub(crate) mod iam_policy;
mod merge;

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Fault, FaultKind, Source, Unit, lines_of};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accumulate::{Run, State, all};
use crate::fault;
use crate::kustomization::{Behavior, GeneratorArgs, Kustomization};
use crate::paths::Files;
use crate::plugin;
use crate::resource::Resource;
use crate::transform::built_in_origin;

/// An object that a generator made, before it meets those that are there.
pub(crate) struct Generated {
    pub(crate) resource: Resource,
    pub(crate) behavior: Behavior,
}

/// How many faults of generators are told before the others are left for another time: hundreds of
/// generators may read the same faulty file.
const MOST_FAULTS: usize = 1_000;

/// Runs all generators of a kustomization.
pub(crate) fn run(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &mut State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<(), Vec<Fault>> {
    let fields = &kustomization.fields;
    let mut generated = Vec::new();
    let mut faults = Vec::new();
    let kinds = [
        (&fields.config_map_generator, false, "ConfigMapGenerator"),
        (&fields.secret_generator, true, "SecretGenerator"),
    ];
    for (list, secret, kind) in kinds {
        for args in list {
            if faults.len() > MOST_FAULTS {
                return Err(faults);
            }
            let options = fields.generator_options.as_ref();
            match data::make(files, args, options, secret, state.schema.get(), run.budget) {
                Ok(mut object) => {
                    object.resource.origin = Some(built_in_origin(kustomization, kind));
                    generated.push(object);
                }
                Err(more) => {
                    let more = if secret { hidden(more, args) } else { more };
                    match run.options.leave_out_absent && more.iter().all(is_for_want) {
                        true => run.leave_out(state, more.iter())?,
                        false => faults.extend(more),
                    }
                }
            }
        }
    }
    match run.inflate(files, kustomization, state) {
        Ok(objects) => generated.extend(objects),
        Err(more) => faults.extend(more),
    }
    match plugin::generators(run, files, kustomization, state, open) {
        Ok(objects) => generated.extend(objects),
        Err(more) => faults.extend(more),
    }
    all(faults)?;
    let taken = state.objects.as_slice().len() + generated.len();
    run.budget.spend(Unit::Steps, taken)?;
    let faults = absorb(state, generated);
    all(state.certain(faults))
}

/// Whether something else than the kustomization is at fault: a file that is not there.
fn is_for_want(fault: &Fault) -> bool {
    fault.kind == FaultKind::Missing && fault.absent().is_some()
}

/// Faults of the generator of a Secret, which hide what it is made of. The first one in a file
/// does so for all.
fn hidden(faults: Vec<Fault>, args: &GeneratorArgs) -> Vec<Fault> {
    let mut known: FxHashSet<*const Source> = FxHashSet::default();
    let hide = |fault: Fault| {
        let Some(file) = fault.at.as_ref().map(|place| place.file.clone()) else {
            return fault;
        };
        if !known.insert(Arc::as_ptr(&file)) {
            return fault;
        }
        let literals = args.literals.iter().map(|text| text.at().locate());
        fault.hiding(lines_of(&file).into_iter().chain(literals))
    };
    faults.into_iter().map(hide).collect()
}

/// Adds generated objects, or merges them into those of the same identity.
fn absorb(state: &mut State, generated: Vec<Generated>) -> Vec<Fault> {
    if generated.is_empty() {
        return Vec::new();
    }
    let list = state.objects.list_mut();
    let mut by_name: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
    for (index, resource) in list.iter().enumerate() {
        note(&mut by_name, resource, index);
    }
    let mut faults = Vec::new();
    for new in generated {
        let wanted = new.resource.key();
        let candidates = by_name.get(wanted.name).map_or(&[][..], Vec::as_slice);
        let mut matches = candidates.iter().copied().filter(|index| {
            list.get(*index)
                .is_some_and(|old| old.keys().any(|id| id == wanted))
        });
        match (matches.next(), matches.next()) {
            (None, _) if new.behavior == Behavior::Create => {
                note(&mut by_name, &new.resource, list.len());
                list.push(new.resource);
            }
            (None, _) => faults.push(nothing_to_merge(&new)),
            (Some(index), None) => {
                let Some(old) = list.get_mut(index) else {
                    continue;
                };
                match new.behavior {
                    Behavior::Create => faults.push(exists(&new, old)),
                    Behavior::Replace => *old = merge::replace(old, new.resource),
                    Behavior::Merge => *old = merge::merge(old, new.resource),
                }
            }
            (Some(_), Some(_)) => {
                let message = format!("several objects match `{}`", wanted.name);
                let at = new.resource.view().origin();
                faults.push(fault::at(FaultKind::Conflict, message, at.as_ref()));
            }
        }
    }
    if faults.is_empty() {
        faults = state.objects.check_unique();
    }
    faults
}

fn note(by_name: &mut FxHashMap<Box<str>, Vec<usize>>, resource: &Resource, index: usize) {
    for id in resource.keys() {
        match by_name.get_mut(id.name) {
            Some(list) if list.last() == Some(&index) => {}
            Some(list) => list.push(index),
            None => {
                by_name.insert(id.name.into(), vec![index]);
            }
        }
    }
}

fn nothing_to_merge(new: &Generated) -> Fault {
    let id = new.resource.id();
    let behavior = match new.behavior {
        Behavior::Replace => "replace",
        _ => "merge",
    };
    let at = new.resource.view().origin();
    let message = format!("there is no {}/{} to {behavior}", id.kind, id.name);
    fault::at(FaultKind::Missing, message, at.as_ref())
        .help("remove `behavior`, or generate it in a base")
}

fn exists(new: &Generated, old: &Resource) -> Fault {
    let id = new.resource.id();
    let at = new.resource.view().origin();
    let message = format!("{}/{} already exists", id.kind, id.name);
    let fault = fault::at(FaultKind::Conflict, message, at.as_ref())
        .help("add `behavior: merge` or `behavior: replace`");
    match old.view().origin() {
        Some(place) => fault.related("the existing one", place.locate()),
        None => fault,
    }
}

/// Takes objects that were made elsewhere for generated ones.
pub(crate) fn adopt(resource: Resource, origin: &Arc<crate::resource::Origin>) -> Generated {
    Generated {
        resource: Resource {
            origin: Some(origin.clone()),
            ..resource
        },
        behavior: Behavior::Create,
    }
}
