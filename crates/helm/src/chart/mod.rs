//! Charts as they are read.

mod archive;
mod dependency;
mod files;
mod ignore;
mod load;
mod lock;
mod metadata;
mod part;
mod schema;
mod shelf;

use std::sync::Arc;

use crate::render::speaks_of_secret;
use camino::Utf8Path;
use go_template::TemplateSet;
use manifest::{Budget, Fault, FaultKind, Node, Snapshot, Source, Span, Src};
use spanned_yaml::ErrorKind;

pub use dependency::{Dependency, Found};
pub use lock::Lock;
pub use shelf::Shelf;

pub(crate) use dependency::Import;
pub(crate) use load::Package;
pub(crate) use part::{Part, PartTemplate, base, in_order};
pub(crate) use schema::Judgement;

/// A chart with its subcharts, read and parsed. Many releases share it.
#[derive(Debug)]
pub struct Chart {
    pub(crate) root: Part,
    /// The texts that templates stand in, by go-template's numbers.
    pub(crate) texts: Arc<[Arc<Source>]>,
    /// The templates of the chart and all its subcharts.
    pub(crate) templates: TemplateSet,
    faults: Vec<Fault>,
}

impl Chart {
    /// Reads a chart from a folder with a `Chart.yaml`, or from a `.tgz`.
    ///
    /// # Errors
    /// It is not a chart, or one that Helm refuses to read.
    pub fn load(snapshot: &dyn Snapshot, path: &Utf8Path) -> Result<Arc<Self>, Vec<Fault>> {
        Self::load_with(snapshot, path, &Shelf::default())
    }

    /// As [`Chart::load`]; dependencies that are not in the repository are taken from a shelf.
    ///
    /// # Errors
    /// As [`Chart::load`].
    pub fn load_with(
        snapshot: &dyn Snapshot,
        path: &Utf8Path,
        shelf: &Shelf,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        Self::load_within(snapshot, path, shelf, &Budget::default())
    }

    /// As [`Chart::load_with`], within what a budget has left: files and templates cost their
    /// bytes, values their nodes, and each chart counts under each name that it has.
    ///
    /// # Errors
    /// As [`Chart::load`], or a limit is reached.
    pub fn load_within(
        snapshot: &dyn Snapshot,
        path: &Utf8Path,
        shelf: &Shelf,
        budget: &Budget,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        let loader = load::Loader::new(snapshot, shelf, budget);
        Self::finish(loader, path, None, budget)
    }

    /// The chart of a name, in a version that fits, from a shelf. What is wrong with it is told at
    /// what asks for it.
    ///
    /// # Errors
    /// As [`Chart::load`], or the shelf keeps none.
    pub fn load_from_shelf(
        shelf: &Shelf,
        name: &str,
        version: &str,
        by: &Src,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        let Some((folder, path)) = shelf.find(name, version) else {
            let message = format!("the chart {name} {version} is not available");
            return Err(vec![Fault::new(FaultKind::Remote, message).at(by)]);
        };
        let budget = Budget::default();
        let loader = load::Loader::new(folder, shelf, &budget);
        Self::finish(loader, &path, Some(by.clone()), &budget)
    }

    fn finish(
        mut loader: load::Loader<'_>,
        path: &Utf8Path,
        by: Option<Src>,
        budget: &Budget,
    ) -> Result<Arc<Self>, Vec<Fault>> {
        let package = loader.load(path, by)?;
        let texts = loader.texts.into();
        let root = Part::root(&package, budget).map_err(|exceeded| {
            let start = package.metadata.source.locate(Span::new(0, 0));
            vec![exceeded.fault().at_location(start)]
        })?;
        let mut templates = TemplateSet::new();
        for template in part::in_order(root.templates_below()) {
            templates.add(&template.parsed);
        }
        let faults = package.missing();
        Ok(Arc::new(Self {
            root,
            texts,
            templates,
            faults,
        }))
    }

    fn package(&self) -> &Package {
        &self.root.package
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.package().metadata.name
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.package().metadata.version
    }

    /// The version of what it installs.
    pub fn app_version(&self) -> Option<&str> {
        self.package().metadata.app_version.as_deref()
    }

    /// Whether it has nothing to install, only definitions for other charts.
    pub fn is_library(&self) -> bool {
        self.package().metadata.is_library
    }

    /// Its `Chart.yaml`.
    pub fn metadata(&self) -> &Arc<Source> {
        &self.package().metadata.source
    }

    /// Its `values.yaml`.
    pub fn values(&self) -> Option<&Arc<Source>> {
        self.package().values.as_ref().map(|values| &values.source)
    }

    /// Its `values.schema.json`.
    pub fn schema(&self) -> Option<&Arc<Source>> {
        self.package().schema.as_ref().map(|schema| &schema.source)
    }

    /// What it declares to depend on.
    pub fn dependencies(&self) -> &[Dependency] {
        self.package().dependencies.as_deref().unwrap_or_default()
    }

    /// Whether `Chart.lock` fits what is declared.
    pub fn lock(&self) -> &Lock {
        &self.package().lock
    }

    /// The texts of its templates and those of its subcharts.
    pub fn templates(&self) -> &[Arc<Source>] {
        &self.texts
    }

    /// Faults of values that are given to it and cannot be read: if it may print a Secret, nobody
    /// knows which of them that is made of.
    pub fn confide(&self, faults: Vec<Fault>) -> Vec<Fault> {
        let mut texts = self.texts.iter();
        match texts.any(|text| speaks_of_secret(text.tree.text())) {
            true => hidden(faults),
            false => faults,
        }
    }

    /// Why Helm would not render it whatever the values: dependencies that are not there.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

/// Faults of files, with nothing to be seen of these.
fn hidden(mut faults: Vec<Fault>) -> Vec<Fault> {
    let mut known: Vec<*const Source> = Vec::new();
    for fault in &mut faults {
        let file = fault.at.as_ref().map(|place| Arc::as_ptr(&place.file));
        if let Some(file) = file.filter(|file| !known.contains(file)) {
            known.push(file);
            *fault = fault.clone().hiding_file();
        }
    }
    faults
}

/// The first document of a file, which has to be a mapping.
fn document(source: &Arc<Source>) -> Result<Node, Vec<Fault>> {
    let documents = documents(source)?;
    match documents.into_iter().next() {
        Some(node) if node.view().is_map() => Ok(node),
        _ => {
            let fault = Fault::new(FaultKind::Chart, "this file has to be a YAML mapping");
            let start = source.locate(spanned_yaml::Span::new(0, 0));
            Err(vec![fault.at_location(start)])
        }
    }
}

/// The documents of a file. Of duplicate keys the last one counts.
pub(crate) fn documents(source: &Arc<Source>) -> Result<Vec<Node>, Vec<Fault>> {
    let expanded = source.documents();
    let errors = source.tree.errors().iter().chain(&expanded.errors);
    let errors = errors.filter(|error| !matches!(error.kind, ErrorKind::DuplicateKey { .. }));
    let faults: Vec<Fault> = errors
        .map(|error| {
            let kind = match error.kind {
                ErrorKind::Limit => FaultKind::Limit,
                _ => FaultKind::Syntax,
            };
            Fault::new(kind, &error.message).at_location(source.locate(error.span))
        })
        .collect();
    if faults.is_empty() {
        Ok(expanded.documents)
    } else {
        Err(faults)
    }
}
