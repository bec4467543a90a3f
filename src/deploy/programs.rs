//! Manifests that belong to a program: what it fills in and creates itself, or is tested with.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Snapshot};
use rustc_hash::FxHashMap;

/// What the files of programs end in.
const CODE: [&str; 9] = ["go", "java", "js", "kt", "py", "rb", "rs", "sh", "ts"];

/// The file that makes a folder a package of Python, whose data stands beside it.
const PACKAGE: &str = "__init__.py";

/// The file at the root of a module of Go, and what folders in it are called that nothing but its
/// own code may use.
const MODULE: &str = "go.mod";
const OF_MODULE: &str = "internal";

/// What is known of the folders that manifests stand in.
pub(super) struct Programs<'a> {
    snapshot: &'a dyn Snapshot,
    folders: FxHashMap<Utf8PathBuf, Folder>,
}

#[derive(Clone, Copy, Default)]
struct Folder {
    is_of_code: bool,
    has_tests: bool,
}

impl<'a> Programs<'a> {
    pub(super) fn new(snapshot: &'a dyn Snapshot) -> Self {
        Self {
            snapshot,
            folders: FxHashMap::default(),
        }
    }

    /// Whether a file is part of a program: it stands in a package, or is called a test beside the
    /// tests of one.
    pub(super) fn have(&mut self, file: &Utf8Path) -> bool {
        let parent = file.parent().unwrap_or(Utf8Path::new(""));
        let folder = match self.folders.get(parent) {
            Some(known) => *known,
            None => {
                let mut folder = Folder::of(&self.snapshot.list(parent));
                folder.is_of_code |= is_internal(self.snapshot, parent);
                self.folders.insert(parent.to_owned(), folder);
                folder
            }
        };
        folder.is_of_code || folder.has_tests && is_test(file)
    }
}

impl Folder {
    fn of(entries: &[Utf8PathBuf]) -> Self {
        let is_code = |file: &&Utf8PathBuf| file.extension().is_some_and(|own| CODE.contains(&own));
        let mut tests = entries.iter().filter(is_code);
        Self {
            is_of_code: entries.iter().any(|file| file.file_name() == Some(PACKAGE)),
            has_tests: tests.any(|file| is_test(file)),
        }
    }
}

/// Whether a folder is one that a module of Go keeps to itself.
fn is_internal(snapshot: &dyn Snapshot, folder: &Utf8Path) -> bool {
    let mut above = folder
        .ancestors()
        .skip_while(|own| own.file_name() != Some(OF_MODULE));
    above.any(|own| snapshot.kept(&own.join(MODULE)) == Kept::File)
}

/// Whether a file is named as tests and what they are run with are.
fn is_test(file: &Utf8Path) -> bool {
    let stem = file.file_stem().unwrap_or_default();
    let begins = ["test_", "test-"].iter().any(|mark| stem.starts_with(mark));
    let ends = ["_test", "-test", ".test", ".spec"];
    begins || ends.iter().any(|mark| stem.ends_with(mark))
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    fn check(file: &str, beside: &[&str]) -> bool {
        let files = beside.iter().chain([&file]).map(|path| (*path, ""));
        let snapshot: Memory = files.collect();
        Programs::new(&snapshot).have(file.into())
    }

    #[test]
    fn what_a_program_is_tested_with() {
        assert!(check(
            "a/test_release.yaml",
            &["a/test_parse.py", "a/parse.py"]
        ));
        assert!(check("a/pod_test.yaml", &["a/pod_test.go"]));
        assert!(!check("a/release.yaml", &["a/test_parse.py"]));
        assert!(!check("a/test-runner.yaml", &["a/main.py"]));
        assert!(!check("a/test-runner.yaml", &["b/test_parse.py"]));
    }

    #[test]
    fn what_stands_in_a_package() {
        assert!(check("a/b/job.yaml", &["a/b/__init__.py"]));
        assert!(!check("a/job.yaml", &["a/b/__init__.py"]));
        assert!(check("cli/internal/templates/pod.yaml", &["cli/go.mod"]));
        assert!(!check("cli/templates/pod.yaml", &["cli/go.mod"]));
        assert!(!check("clusters/internal/pod.yaml", &["cli/go.mod"]));
        assert!(!check("a/deployment.yaml", &["a/main.py", "a/Dockerfile"]));
    }
}
