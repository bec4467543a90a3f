//! kustomize build, natively.
//!
//! [`load`] reads a kustomization, [`accumulate`] applies it to its bases, and [`finish`] turns
//! the result into the objects that are applied; [`build`] does all of it for one folder. Every
//! value of an object still knows where it came from and what changed it.

mod accumulate;
mod compose;
mod config;
mod crds;
mod decode;
mod defaults;
mod edit;
mod effects;
mod encrypted;
mod fault;
mod field_spec;
mod finish;
mod generate;
mod inflate;
mod kustomization;
mod labels;
mod load;
mod metadata;
mod objects;
pub mod openapi;
mod options;
mod order;
pub mod patch;
mod paths;
mod plugin;
mod read;
mod refer;
mod remote;
mod resource;
mod selector;
mod tag;
mod text;
mod transform;

use camino::Utf8Path;
use manifest::{Fault, Object, Press, Sheets, Snapshot};

pub use accumulate::{Accumulated, Bases, accumulate, accumulate_with, accumulate_within};
pub use effects::{Directive, Effect, Effects, Loss, Lost, Note};
pub use finish::{finish, finish_within};
pub use inflate::{Chart, Inflate, Inflated, NoCharts};
pub use kustomization::Kustomization;
pub use load::{FILE_NAMES, find, load, load_document, load_source, named_bases, text};
pub use options::{Options, Reorder};
pub use remote::Reference;

/// Builds the kustomization of a folder with everything that it builds on.
///
/// # Errors
/// Everything found to be wrong up to the first phase that could not be finished.
pub fn build(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Vec<Object>, Vec<Fault>> {
    let kustomization = load(snapshot, folder, options)?;
    let accumulated = accumulate(snapshot, &kustomization, &|_| None, options)?;
    finish(&accumulated, options)
}

/// Prints objects as `kustomize build` does.
///
/// # Errors
/// What cannot be said in JSON, as [`manifest::print`] tells it.
pub fn print(objects: &[Object]) -> Result<String, Vec<Fault>> {
    let mut text = String::new();
    let mut faults = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        match manifest::print(object.node.view()) {
            Ok(printed) => {
                if at > 0 {
                    text.push_str("---\n");
                }
                text.push_str(&printed);
            }
            Err(more) => faults.extend(more),
        }
    }
    match faults.is_empty() {
        true => Ok(text),
        false => Err(faults),
    }
}

/// As [`print`]; what objects share with others from the same press is printed once.
///
/// # Errors
/// As for [`print`].
pub fn print_with(press: &Press, objects: &[Object]) -> Result<Sheets, Vec<Fault>> {
    let mut text = Sheets::default();
    let mut faults = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        if at > 0 {
            text.push("---\n");
        }
        if let Err(more) = press.print(object.node.view(), &mut text) {
            faults.extend(more);
        }
    }
    match faults.is_empty() {
        true => Ok(text),
        false => Err(faults),
    }
}
