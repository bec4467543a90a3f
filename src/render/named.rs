//! The files that kustomizations name, read or not.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kind, Snapshot, View};
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
    for (folder, kustomization) in graph.kustomizations() {
        for document in kustomization.source().documents().documents {
            named.visit(folder, document.view());
        }
    }
    // What a kustomization names that could not be read is not known to the end, but what can
    // be seen of it counts.
    for folder in graph.unreadable() {
        for name in kustomize::FILE_NAMES {
            if let Ok(source) = snapshot.source(&folder.join(name)) {
                for document in source.documents().documents {
                    named.visit(folder, document.view());
                }
            }
        }
    }
    named.files
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
