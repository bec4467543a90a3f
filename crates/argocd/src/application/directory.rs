//! Plain manifests: which files of a folder are deployed.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::glob::{Dialect, Pattern};
use manifest::{Fault, FaultKind, Kept, Node, Snapshot, View};
use memchr::memmem;

use crate::text::{Flag, Text, flag, is_on, text};

/// Options for plain manifests.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The mapping.
    pub node: Node,
    /// Whether folders in the folder are deployed, too.
    pub recurse: Option<Flag>,
    /// The pattern of what is deployed.
    pub include: Option<Text>,
    /// The pattern of what is not.
    pub exclude: Option<Text>,
    /// Whether anything is given to Jsonnet.
    pub has_jsonnet: bool,
    /// Whether files of any name are deployed.
    pub takes_any_extension: bool,
}

/// The files that a folder of plain manifests deploys.
#[derive(Clone, Debug, Default)]
pub struct DirectoryFiles {
    /// Manifests, in the order in which Argo CD reads them.
    pub manifests: Vec<Utf8PathBuf>,
    /// Jsonnet, which is not run here.
    pub jsonnet: Vec<Utf8PathBuf>,
    /// What is wrong with the patterns.
    pub faults: Vec<Fault>,
}

/// How deeply folders may be nested: a link can lead back to where it stands.
const DEPTH: usize = 64;
/// With this in it a file is left out.
const SKIPPED: &[u8] = b"+argocd:skip-file-rendering";

impl Directory {
    pub(super) fn of(view: View<'_>) -> Self {
        Self {
            node: view.to_node(),
            recurse: flag(view, "recurse"),
            include: text(view, "include"),
            exclude: text(view, "exclude"),
            has_jsonnet: view.get("jsonnet").is_some(),
            takes_any_extension: is_on(view, "disableExtensionFilter"),
        }
    }
}

impl DirectoryFiles {
    /// The files of a folder, by the options of its source.
    pub fn of(options: Option<&Directory>, snapshot: &dyn Snapshot, folder: &Utf8Path) -> Self {
        let mut files = Self::default();
        let include = options.and_then(|options| options.include.as_ref());
        let exclude = options.and_then(|options| options.exclude.as_ref());
        let walk = Walk {
            snapshot,
            folder,
            recurse: options.is_some_and(|options| Flag::is_on(options.recurse.as_ref())),
            takes_any: options.is_some_and(|options| options.takes_any_extension),
            include: include.map(|pattern| files.pattern(pattern)),
            exclude: exclude.map(|pattern| files.pattern(pattern)),
        };
        walk.go(folder, 0, &mut files);
        files
    }

    /// Compiles a pattern. To Argo CD, an invalid one matches nothing.
    fn pattern(&mut self, pattern: &Text) -> Option<Pattern> {
        let compiled = Pattern::compile(pattern.as_str(), Dialect::GobwasFlat);
        if compiled.is_none() {
            let message = format!("`{pattern}` is not a valid pattern, so it matches no files");
            let fault = Fault::new(FaultKind::Field, message);
            self.faults.push(match pattern.place() {
                Some(place) => fault.at(&place),
                None => fault,
            });
        }
        compiled
    }
}

struct Walk<'a> {
    snapshot: &'a dyn Snapshot,
    folder: &'a Utf8Path,
    recurse: bool,
    takes_any: bool,
    /// None inside if the pattern is malformed.
    include: Option<Option<Pattern>>,
    exclude: Option<Option<Pattern>>,
}

impl Walk<'_> {
    fn go(&self, at: &Utf8Path, depth: usize, files: &mut DirectoryFiles) {
        for path in self.snapshot.list(at) {
            match self.snapshot.kept(&path) {
                Kept::Folder if self.recurse && depth < DEPTH => self.go(&path, depth + 1, files),
                Kept::File if self.takes(&path) => {
                    match path.extension() {
                        Some("jsonnet") => files.jsonnet.push(path),
                        _ => files.manifests.push(path),
                    };
                }
                _ => {}
            }
        }
    }

    fn takes(&self, path: &Utf8Path) -> bool {
        let extension = path.extension();
        let is_known = matches!(extension, Some("yaml" | "yml" | "json" | "jsonnet"));
        if !is_known && !self.takes_any {
            return false;
        }
        let relative = path.strip_prefix(self.folder).unwrap_or(path).as_str();
        let fits = |pattern: &Option<Pattern>| {
            pattern
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(relative))
        };
        if self.exclude.as_ref().is_some_and(fits) || !self.include.as_ref().is_none_or(fits) {
            return false;
        }
        let bytes = self.snapshot.bytes(path);
        bytes.is_ok_and(|bytes| memmem::find(&bytes, SKIPPED).is_none())
    }
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;
    use crate::application::tests::read;

    fn check(options: &str) -> String {
        let files = Memory::from_iter([
            ("app/a.yaml", "a"),
            ("app/b.yml", "# +argocd:skip-file-rendering"),
            ("app/c.json", "{}"),
            ("app/d.txt", "d"),
            ("app/e.jsonnet", "{}"),
            ("app/sub/f.yaml", "f"),
            ("app/sub/values.yaml", "v"),
        ]);
        let application = read(&format!("spec: {{source: {{directory: {options}}}}}"));
        let options = application.sources[0].directory.as_ref();
        let found = DirectoryFiles::of(options, &files, Utf8Path::new("app"));
        let all = found.manifests.iter().chain(&found.jsonnet);
        let names: Vec<&str> = all.map(|path| path.as_str()).collect();
        let faults = found.faults.iter().map(|fault| &*fault.message);
        names
            .into_iter()
            .chain(faults)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn takes_the_files_that_argo_cd_takes() {
        for (options, expect) in [
            ("{}", "app/a.yaml app/c.json app/e.jsonnet"),
            (
                "{recurse: true, exclude: '*values*'}",
                "app/a.yaml app/c.json app/sub/f.yaml app/e.jsonnet",
            ),
            (
                "{recurse: true, include: '*.yaml'}",
                "app/a.yaml app/sub/f.yaml app/sub/values.yaml",
            ),
            (
                "{include: '{a,d}.*', disableExtensionFilter: true}",
                "app/a.yaml app/d.txt",
            ),
            (
                "{include: '[a'}",
                "`[a` is not a valid pattern, so it matches no files",
            ),
        ] {
            assert_eq!(check(options), expect, "{options}");
        }
    }
}
