//! What is wrong with kustomizations themselves, whatever the objects are that they give.

mod deprecated;
mod duplicates;
mod effects;
mod generators;
mod losses;
mod namespaces;
mod rules;
mod selectors;
mod unreferenced;
mod unused;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Kustomization;
use manifest::{Location, Snapshot};
use rustc_hash::FxHashMap;

use crate::deploy::Content;
use crate::render::{Deeds, Graph, Rendered};

pub use rules::rules;

/// The rule on fields for which there are others by now.
pub const DEPRECATED_FIELD: &str = "deprecated-field";

/// Something that a kustomization gets wrong, told once for all targets that use it.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The rule's id.
    pub rule: &'static str,
    /// The bytes that are wrong.
    pub at: Location,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// How to mend this very case, where there is more to say than the rule's remediation.
    pub help: Option<String>,
    /// Other places that matter, each with what it is.
    pub related: Vec<(String, Location)>,
    /// The folders of the kustomizations whose rendering it is part of.
    pub folders: BTreeSet<Utf8PathBuf>,
}

impl Remark {
    /// A remark that is not yet assigned to kustomizations.
    fn at(rule: &'static str, at: Location, message: String) -> Self {
        Self {
            rule,
            at,
            message,
            help: None,
            related: Vec::new(),
            folders: BTreeSet::new(),
        }
    }
}

/// What is looked at.
pub struct Kustomizations<'a> {
    /// How kustomizations refer to one another.
    pub graph: &'a Graph,
    /// What their directives did.
    pub deeds: &'a Deeds,
    /// The targets.
    pub rendered: &'a [Rendered],
    /// The files.
    pub snapshot: &'a dyn Snapshot,
}

impl Kustomizations<'_> {
    /// Everything that is wrong, in the order of places.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = effects::remarks(self.deeds);
        remarks.extend(losses::remarks(self.deeds));
        for (folders, kustomization) in self.all() {
            let mut own = written::remarks(kustomization);
            own.extend(deprecated::remarks(kustomization));
            remarks.extend(own.into_iter().map(|remark| Remark {
                folders: folders.clone(),
                ..remark
            }));
        }
        for target in self.targets() {
            let mut own = duplicates::remarks(&target.objects);
            own.extend(generators::remarks(&target.objects));
            remarks.extend(own.into_iter().map(|remark| Remark {
                folders: BTreeSet::from([target.spec.path.clone()]),
                ..remark
            }));
        }
        remarks.extend(namespaces::remarks(self.targets()));
        let unreferenced = unreferenced::remarks(self.graph, self.snapshot, self.rendered);
        remarks.extend(unreferenced);
        remarks.extend(selectors::remarks(self.targets()));
        remarks.extend(unused::remarks(self.graph, self.rendered));
        remarks.sort_by(|a, b| {
            let place = |r: &Remark| (r.at.path().to_owned(), r.at.span, r.rule);
            place(a).cmp(&place(b))
        });
        remarks
    }

    /// Every kustomization and component, once, with the folders of those that render it.
    fn all(&self) -> Vec<(BTreeSet<Utf8PathBuf>, &Kustomization)> {
        let mut all: BTreeMap<&Utf8Path, (BTreeSet<Utf8PathBuf>, &Kustomization)> = BTreeMap::new();
        for (folder, kustomization) in self.graph.kustomizations() {
            let mut open: Vec<&Kustomization> = vec![kustomization];
            while let Some(one) = open.pop() {
                let (folders, _) = all.entry(one.folder()).or_insert((BTreeSet::new(), one));
                folders.insert(folder.to_owned());
                open.extend(one.components().map(|component| &**component));
            }
        }
        all.into_values().collect()
    }

    /// The targets that kustomizations are.
    fn targets(&self) -> impl Iterator<Item = &Rendered> {
        let is_one = |target: &&Rendered| matches!(target.spec.content, Content::Kustomization);
        self.rendered.iter().filter(is_one)
    }

    /// The targets that build on each kustomization, as indices.
    pub fn users(&self) -> FxHashMap<&Utf8Path, Vec<usize>> {
        let mut users: FxHashMap<&Utf8Path, Vec<usize>> = FxHashMap::default();
        for (at, target) in self.rendered.iter().enumerate() {
            if !matches!(target.spec.content, Content::Kustomization) {
                continue;
            }
            let mut open = vec![target.spec.path.as_path()];
            let mut seen = BTreeSet::new();
            while let Some(folder) = open.pop() {
                if seen.insert(folder) {
                    users.entry(folder).or_default().push(at);
                    open.extend(self.graph.bases(folder));
                }
            }
        }
        users
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use manifest::{Memory, Reads};

    use super::*;
    use crate::deploy::TargetSpec;
    use crate::render::render_kustomizations;
    use crate::settings::Config;

    /// What is told of the kustomizations among some files, one line each.
    pub(crate) fn check(files: &[(&str, &str)]) -> String {
        let snapshot: Memory = files.iter().copied().collect();
        let folders = files.iter().filter_map(|(path, _)| {
            let path = Utf8Path::new(path);
            let is_one = path.file_name() == Some("kustomization.yaml");
            path.parent().filter(|_| is_one).map(Utf8Path::to_owned)
        });
        let options = kustomize::Options {
            leave_out_remote: true,
            ..kustomize::Options::default()
        };
        let graph = Graph::load(&snapshot, folders, options);
        let spec = |folder| TargetSpec::new(folder, Content::Kustomization, &Config::default());
        let specs = graph.roots().into_iter().map(spec).collect();
        let mut deeds = Deeds::default();
        let rendered = render_kustomizations(
            &graph,
            &snapshot,
            specs,
            options,
            &mut Reads::default(),
            &mut deeds,
        );
        let all = Kustomizations {
            graph: &graph,
            deeds: &deeds,
            rendered: &rendered,
            snapshot: &snapshot,
        };
        let lines = all.remarks().into_iter().map(|remark| {
            let start = remark.at.start();
            let help = remark
                .help
                .map(|help| format!(" ({help})"))
                .unwrap_or_default();
            let (path, line, column) = (remark.at.path(), start.line, start.column);
            format!(
                "{path}:{line}:{column} {}: {}{help}\n",
                remark.rule, remark.message
            )
        });
        lines.collect()
    }
}
