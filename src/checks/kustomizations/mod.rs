//! What is wrong with kustomizations themselves, whatever the objects are that they give.

mod deprecated;
mod effects;
mod generators;
mod losses;
mod namespaces;
mod own;
mod pinned;
mod rules;
mod selectors;
mod unreferenced;
mod unused;
mod written;

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Kustomization;
use manifest::path_order;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::deploy::Content;
use crate::problem::Problem;
use crate::render::{Deeds, Graph, Rendered};

pub(crate) use generators::name_before_hash;
pub(crate) use rules::{
    DEPRECATED_FIELD, FLOATING_REMOTE_RESOURCE, RULES, UNMATCHED_IMAGE, UNMATCHED_PATCH,
    UNMATCHED_REPLACEMENT, UNREFERENCED_MANIFEST,
};

/// What is looked at.
pub struct Kustomizations<'a> {
    /// How kustomizations refer to one another.
    pub graph: &'a Graph,
    /// What their directives did.
    pub deeds: &'a Deeds,
    /// The targets.
    pub rendered: &'a [Rendered],
    /// The files that kustomizations name and did not come to read.
    pub named: &'a FxHashSet<Utf8PathBuf>,
    /// The addresses that git knows of the repository.
    pub remotes: &'a [String],
}

impl Kustomizations<'_> {
    /// Everything that is wrong, in the order of places.
    pub fn problems(&self) -> Vec<Problem> {
        let users = Users::of(self);
        let mut problems = effects::problems(self.deeds, self.graph, &users);
        problems.extend(losses::problems(self.deeds, &users));
        let addresses = own::Own::of(self.remotes, self.rendered);
        for (folders, kustomization) in self.all() {
            let mut own = written::problems(kustomization, &addresses);
            own.extend(deprecated::problems(kustomization));
            let affecting = |problem: Problem| problem.affecting(users.targets(&folders));
            problems.extend(own.into_iter().map(affecting));
        }
        problems.extend(generators::problems(self.targets()));
        problems.extend(namespaces::problems(self, &users));
        let unreferenced = unreferenced::problems(self.graph, self.named, self.rendered);
        problems.extend(unreferenced);
        problems.extend(selectors::problems(self.targets()));
        problems.extend(unused::problems(self.graph, self.rendered, &users));
        problems.sort_by_cached_key(|problem| {
            let place = problem.place();
            let place = place.map(|at| (at.path().as_str().to_owned(), at.span));
            (place, problem.rule.clone())
        });
        problems
    }

    /// Every kustomization and component, once, with the folders of those that render it.
    fn all(&self) -> Vec<(BTreeSet<&Utf8Path>, &Kustomization)> {
        let mut all: Vec<(BTreeSet<&Utf8Path>, &Kustomization)> = Vec::new();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (folder, kustomization) in self.graph.kustomizations() {
            let mut open: Vec<&Kustomization> = vec![kustomization];
            while let Some(one) = open.pop() {
                let place = *places.entry(one.folder().as_str()).or_insert(all.len());
                if place == all.len() {
                    all.push((BTreeSet::new(), one));
                }
                all[place].0.insert(folder);
                open.extend(one.components().map(|component| &**component));
            }
        }
        all.sort_by(|(_, one), (_, other)| path_order(one.folder(), other.folder()));
        all
    }

    /// The targets that kustomizations are, with their indices.
    fn targets(&self) -> impl Iterator<Item = (usize, &Rendered)> {
        let targets = self.rendered.iter().enumerate();
        targets.filter(|(_, target)| matches!(target.spec.content, Content::Kustomization))
    }
}

/// The targets that build on each kustomization.
struct Users<'a>(FxHashMap<&'a Utf8Path, Vec<usize>>);

impl<'a> Users<'a> {
    fn of(all: &Kustomizations<'a>) -> Self {
        let mut users: FxHashMap<&Utf8Path, Vec<usize>> = FxHashMap::default();
        for (at, target) in all.rendered.iter().enumerate() {
            if !matches!(target.spec.content, Content::Kustomization) {
                continue;
            }
            let mut open = vec![target.spec.path.as_path()];
            let mut seen = BTreeSet::new();
            while let Some(folder) = open.pop() {
                if seen.insert(folder) {
                    users.entry(folder).or_default().push(at);
                    open.extend(all.graph.bases(folder));
                }
            }
        }
        Self(users)
    }

    /// The targets that build on any of these folders, or are one of them.
    fn targets<'f>(&self, folders: impl IntoIterator<Item = &'f &'f Utf8Path>) -> BTreeSet<usize> {
        let users = folders.into_iter().filter_map(|folder| self.0.get(*folder));
        users.flatten().copied().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use manifest::Memory;

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
            leave_out_absent: true,
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
            &mut deeds,
            &mut manifest::Total::default(),
        );
        let all = Kustomizations {
            graph: &graph,
            deeds: &deeds,
            rendered: &rendered,
            named: &FxHashSet::default(),
            remotes: &["https://github.com/acme/own.git".to_owned()],
        };
        let lines = all.problems().into_iter().map(|problem| {
            let at = problem.place().unwrap();
            let start = at.start();
            let help = problem.help.as_ref();
            let help = help.map(|help| format!(" ({help})")).unwrap_or_default();
            let (path, line, column) = (at.path(), start.line, start.column);
            format!(
                "{path}:{line}:{column} {}: {}{help}\n",
                problem.rule, problem.message
            )
        });
        lines.collect()
    }
}
