//! Values: from how they are written to what templates see.

mod coalesce;
mod dependencies;
pub(crate) mod document;
mod merge;
mod open;
mod places;
mod set;
mod table;

use go_template::{Map, Value};
use manifest::{Fault, FaultKind, Node, Source, Src};
use std::rc::Rc;
use std::sync::Arc;

use crate::chart::documents;

pub(crate) use coalesce::coalesce_values;
pub(crate) use dependencies::{Instance, process};
pub(crate) use document::Document;
pub(crate) use open::open_missing;
pub(crate) use places::{Places, made};
pub(crate) use table::{path_value, table};

/// Values for a release. Of several layers, later ones win.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A mapping: a values file's document, or values that are written in place.
    Values(Node),
    /// As [`Layer::Values`], printed by a template whose own values nobody here gives: what it
    /// printed nothing for is not known.
    Supposed(Node),
    /// One assignment, as behind `--set` and its relatives.
    Set {
        /// Which value, such as `ingress.hosts[0].name`. Commas, brackets and dots that belong
        /// to a name stand behind a backslash.
        path: String,
        /// What it is set to, as it would stand on the command line.
        value: String,
        /// Where the value is written.
        at: Src,
        /// How the value is read.
        kind: SetKind,
    },
}

impl Layer {
    /// The values of a file: its first document; none if it is empty.
    ///
    /// # Errors
    /// It is not YAML.
    pub fn of_file(source: &Arc<Source>) -> Result<Option<Self>, Vec<Fault>> {
        let documents = documents(source)?;
        Ok(documents.into_iter().next().map(Self::Values))
    }
}

/// How the value of an assignment is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: integers, booleans and null are recognised; `{a,b}` is a list.
    Infer,
    /// `--set-string`: it is text; `{a,b}` is a list of texts.
    Text,
    /// `--set-json`: it is JSON.
    Json,
    /// `--set-file` and `--set-literal`: the value is text as it stands; behind `--set-file`,
    /// what the file holds.
    Literal,
}

/// The values of all layers together.
pub(crate) fn merge_layers(
    layers: &[Layer],
    places: &mut Places<'_>,
    faults: &mut Vec<Fault>,
) -> Rc<Map> {
    let base = Rc::new(Map::default());
    for layer in layers {
        match layer {
            Layer::Values(node) => add(&base, Document::of([node]), places, faults),
            Layer::Supposed(node) => add(&base, Document::supposed(node), places, faults),
            Layer::Set {
                path,
                value,
                at,
                kind,
            } => {
                let tag = places.place(at);
                let written = set::Written {
                    text: value,
                    is_whole: value == at.text(),
                    tag,
                };
                if let Err(message) = set::set(&base, path, &written, *kind) {
                    let message = format!("`{path}` cannot be set: {message}");
                    faults.push(Fault::new(FaultKind::Values, message).at(at));
                }
            }
        }
    }
    base
}

/// Adds a document to what earlier layers gave.
fn add(
    base: &Rc<Map>,
    document: Result<Document, Vec<Fault>>,
    places: &mut Places<'_>,
    faults: &mut Vec<Fault>,
) {
    match document {
        Ok(document) => {
            let Value { data, .. } = places.thaw(&Arc::new(document));
            if let go_template::Data::Map(map) = data {
                merge::merge(base, &map);
            }
        }
        Err(mut wrong) => faults.append(&mut wrong),
    }
}
