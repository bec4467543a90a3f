//! The kustomization file: its fields, typed and with their places.

mod args;
mod read;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Location, Node, Source};

pub(crate) use args::{
    Behavior, FieldOptions, GeneratorArgs, GeneratorOptions, Image, Label, Patch, Replacement,
    ReplacementEntry, ReplacementSource, Replica, Selector, SortOptions, Target, Var,
    read_generator, read_image, read_replacement, read_replacement_entry, read_replica,
    read_selector,
};
pub(crate) use read::read;

use crate::decode::Pairs;
use crate::text::Text;

/// One kustomization or component, read and checked by itself.
#[derive(Debug)]
pub struct Kustomization {
    pub(crate) path: Utf8PathBuf,
    pub(crate) folder: Utf8PathBuf,
    pub(crate) source: Arc<Source>,
    pub(crate) component: bool,
    pub(crate) fields: Fields,
    /// What `resources` leads to.
    pub(crate) resources: Vec<Operand>,
    /// The components, read in turn.
    pub(crate) components: Vec<(Text, Arc<Kustomization>)>,
    /// Resources and components that stand in other repositories or nowhere, and were left out.
    pub(crate) left_out: Vec<(Text, Fault)>,
}

/// What an entry of `resources` leads to.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    /// A file of objects.
    File(Text, Utf8PathBuf),
    /// The folder of another kustomization.
    Base(Text, Utf8PathBuf),
}

impl Kustomization {
    /// The file.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The folder that its paths start from.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// The file's text.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Whether it is a Component, which only others can take up.
    pub fn is_component(&self) -> bool {
        self.component
    }

    /// The folders whose accumulation it needs first, those that its components need included.
    pub fn bases(&self) -> Vec<&Utf8Path> {
        let own = self.resources.iter().filter_map(|operand| match operand {
            Operand::Base(_, folder) => Some(folder.as_path()),
            Operand::File(..) => None,
        });
        let of_components = self.components.iter().flat_map(|(_, c)| c.bases());
        own.chain(of_components).collect()
    }

    /// The entry that leads to a base, if one of its own or of its components does.
    pub fn reference_to(&self, base: &Utf8Path) -> Option<Location> {
        let own = self.resources.iter().find_map(|operand| match operand {
            Operand::Base(entry, folder) if folder == base => Some(entry.at().locate()),
            Operand::Base(..) | Operand::File(..) => None,
        });
        own.or_else(|| self.components().find_map(|c| c.reference_to(base)))
    }

    /// Resources and components in other repositories that were left out, with where they are
    /// named.
    pub fn remote(&self) -> impl Iterator<Item = (&str, Location)> {
        let left_out = self.left_out.iter();
        let remote = left_out.filter(|(_, fault)| fault.kind == FaultKind::Remote);
        remote.map(|(text, _)| (text.as_str(), text.at().locate()))
    }

    /// The components it takes up, in their order.
    pub fn components(&self) -> impl Iterator<Item = &Arc<Kustomization>> {
        self.components.iter().map(|(_, component)| component)
    }
}

/// The fields as they are written; deprecated ones are already where their successors stand.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) resources: Vec<Text>,
    pub(crate) components: Vec<Text>,
    pub(crate) crds: Vec<Text>,
    pub(crate) configurations: Vec<Text>,
    pub(crate) generators: Vec<Text>,
    pub(crate) transformers: Vec<Text>,
    pub(crate) validators: Vec<Text>,
    pub(crate) openapi: OpenApi,
    pub(crate) name_prefix: Option<Text>,
    pub(crate) name_suffix: Option<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) common_labels: Pairs,
    pub(crate) labels: Vec<Label>,
    pub(crate) common_annotations: Pairs,
    pub(crate) patches_strategic_merge: Vec<Text>,
    pub(crate) patches_json6902: Vec<Patch>,
    pub(crate) patches: Vec<Patch>,
    pub(crate) images: Vec<Image>,
    pub(crate) replacements: Vec<ReplacementEntry>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) vars: Vec<Var>,
    pub(crate) sort_options: Option<SortOptions>,
    pub(crate) config_map_generator: Vec<GeneratorArgs>,
    pub(crate) secret_generator: Vec<GeneratorArgs>,
    pub(crate) generator_options: Option<GeneratorOptions>,
    pub(crate) helm_globals: Option<Node>,
    pub(crate) helm_charts: Vec<Node>,
    pub(crate) build_metadata: Vec<Text>,
}

/// The field `openapi`.
#[derive(Debug, Default)]
pub(crate) struct OpenApi {
    pub(crate) path: Option<Text>,
    pub(crate) version: Option<Text>,
}
