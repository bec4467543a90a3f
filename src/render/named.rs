//! The files that kustomizations name, read or not.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kind, Snapshot, Source, View};
use rustc_hash::FxHashSet;

use super::Graph;

/// Which of some files a kustomization names: one that fails names more than it reads.
pub fn named_files(
    graph: &Graph,
    snapshot: &dyn Snapshot,
    among: &[&Utf8Path],
) -> FxHashSet<Utf8PathBuf> {
    let mut named = Named {
        among: among.iter().map(|file| file.as_str()).collect(),
        files: FxHashSet::default(),
    };
    if among.is_empty() {
        return named.files;
    }
    for (folder, source) in texts(graph, snapshot) {
        for document in source.documents().documents {
            named.visit(folder, document.view());
        }
    }
    named.files
}

/// The folders of those of some files that a kustomization above has in its lists, commented out:
/// it is a menu, of which nothing is chosen.
pub fn menus(graph: &Graph, snapshot: &dyn Snapshot, among: &[&Utf8Path]) -> Vec<Utf8PathBuf> {
    let among: FxHashSet<&Utf8Path> = among.iter().copied().collect();
    let mut folders = Vec::new();
    for (folder, source) in texts(graph, snapshot) {
        let entries = source.tree.text().lines().filter_map(commented_entry);
        let files = entries.filter_map(|entry| manifest::normalize(folder, entry));
        let files = files.filter(|file| file.starts_with(folder) && among.contains(&**file));
        folders.extend(files.filter_map(|file| Some(file.parent()?.to_owned())));
    }
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// The path in a line such as `# - some/file.yaml` or `#- path: some/file.yaml`.
fn commented_entry(line: &str) -> Option<&str> {
    let comment = line.trim_start().strip_prefix('#')?;
    let comment = comment.trim_start_matches(['#', ' ', '\t']);
    let entry = comment.strip_prefix("- ")?.trim_start();
    let entry = entry.strip_prefix("path:").unwrap_or(entry);
    let path = entry.split_whitespace().next()?;
    Some(path.trim_matches(['"', '\'']))
}

/// The texts of all kustomizations, with their folders. What one names that could not be read is
/// not known to the end, but what can be seen of it counts.
fn texts<'a>(
    graph: &'a Graph,
    snapshot: &'a dyn Snapshot,
) -> impl Iterator<Item = (&'a Utf8Path, Arc<Source>)> {
    let unreadable = graph.unreadable().flat_map(move |folder| {
        let names = kustomize::FILE_NAMES.into_iter();
        names.filter_map(move |name| Some((folder, snapshot.source(&folder.join(name)).ok()?)))
    });
    let read = graph.kustomizations();
    read.map(|(folder, kustomization)| (folder, kustomization.source().clone()))
        .chain(unreadable)
}

struct Named<'a> {
    among: FxHashSet<&'a str>,
    files: FxHashSet<Utf8PathBuf>,
}

impl Named<'_> {
    fn visit(&mut self, folder: &Utf8Path, view: View<'_>) {
        match view.kind() {
            Kind::Map => {
                for entry in view.entries() {
                    self.visit(folder, entry.value);
                }
            }
            Kind::Seq => {
                for item in view.items() {
                    self.visit(folder, item);
                }
            }
            Kind::Scalar | Kind::Alias => {
                let text = view.text();
                if text.contains('\n') {
                    return;
                }
                let file = text.rsplit_once('=').map_or(text, |(_, file)| file);
                for path in [text, file] {
                    let path = manifest::normalize(folder, path);
                    let path = path.filter(|path| self.among.contains(path.as_str()));
                    self.files.extend(path);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::commented_entry;

    #[test]
    fn entries_that_are_commented_out() {
        for line in [
            "#- a/b.yaml",
            "  # - a/b.yaml  # not yet",
            "## -  \"a/b.yaml\"",
            "#- path: a/b.yaml",
        ] {
            assert_eq!(commented_entry(line), Some("a/b.yaml"), "{line}");
        }
        for line in ["- a/b.yaml", "# see a/b.yaml", "#", "#-"] {
            assert_eq!(commented_entry(line), None, "{line}");
        }
    }
}
