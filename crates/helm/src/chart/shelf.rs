//! Charts that are kept outside the repository.

use std::fmt;

use camino::Utf8PathBuf;
use go_template::satisfies;
use manifest::{Kept, Snapshot};

use super::load::name_in;

/// Folders of charts, each as `helm pull` leaves it: archives `NAME-VERSION.tgz` and folders
/// `NAME`. Helm's own cache is one.
#[derive(Default)]
pub struct Shelf {
    folders: Vec<Box<dyn Snapshot + Send>>,
}

impl Shelf {
    /// Adds a folder; earlier ones come first.
    pub fn add(&mut self, folder: impl Snapshot + Send + 'static) {
        self.folders.push(Box::new(folder));
    }

    /// Adds the folders of another one behind its own.
    pub fn append(&mut self, other: Self) {
        self.folders.extend(other.folders);
    }

    /// Whether it keeps a chart of a name in a version that fits; without a version, any does.
    pub fn has(&self, name: &str, version: &str) -> bool {
        self.find(name, version).is_some()
    }

    /// The chart of a name in a version that fits, and the folder that keeps it.
    pub(super) fn find(&self, name: &str, version: &str) -> Option<(&dyn Snapshot, Utf8PathBuf)> {
        let version = match version {
            "" => "*",
            version => version,
        };
        self.folders.iter().find_map(|folder| {
            let entries = folder.list("".into());
            let fits = |entry: &&Utf8PathBuf| {
                version_of(&**folder, entry, name)
                    .is_some_and(|own| satisfies(&own, version).unwrap_or(false))
            };
            // Sorted by name, so that the newest of a series is the last.
            let found = entries.iter().rev().find(fits)?.clone();
            Some((&**folder as &dyn Snapshot, found))
        })
    }
}

/// The version of an entry, if it is a chart of that name.
fn version_of(folder: &dyn Snapshot, entry: &Utf8PathBuf, name: &str) -> Option<String> {
    let file = entry.file_name()?;
    if let Some(stem) = file.strip_suffix(".tgz") {
        let version = stem.strip_prefix(name)?.strip_prefix('-')?;
        let is_version = version
            .trim_start_matches('v')
            .starts_with(|c: char| c.is_ascii_digit());
        return is_version.then(|| version.to_owned());
    }
    let metadata = entry.join("Chart.yaml");
    if folder.kept(&metadata) != Kept::File {
        return None;
    }
    let bytes = folder.bytes(&metadata).ok()?;
    if name_in(&bytes).as_deref() != Some(name) {
        return None;
    }
    let source = folder.source(&metadata).ok()?;
    let documents = source.documents().documents;
    let version = documents.first()?.view().get("version")?;
    Some(version.text().to_owned())
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf of {} folders", self.folders.len())
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use manifest::Memory;

    use super::*;
    use crate::{Capabilities, Chart, Options, Release, print, render};

    const REDIS: &str = "apiVersion: v2\nname: redis\nversion: 1.2.0\n";

    /// What a chart that depends on redis in a version prints, or why nothing.
    fn check(version: &str, entry: &str) -> String {
        let app = format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {{name: redis, version: {version}, repository: 'https://charts.example.org'}}\n"
        );
        let files = Memory::from_iter([("app/Chart.yaml", app)]);
        let mut shelf = Shelf::default();
        shelf.add(Memory::from_iter([
            (format!("{entry}/Chart.yaml"), REDIS),
            (format!("{entry}/templates/a.yaml"), "kind: A\n"),
        ]));
        let chart = Chart::load_with(&files, Utf8Path::new("app"), &shelf).unwrap();
        let release = Release::default();
        let capabilities = Capabilities::default();
        let rendered = render(&chart, &[], &release, &capabilities, Options::default());
        match rendered.faults.first() {
            Some(fault) => fault.message.clone(),
            None => print(&rendered),
        }
    }

    #[test]
    fn takes_what_is_not_in_the_repository_from_a_shelf() {
        let printed = "---\n# Source: app/charts/redis/templates/a.yaml\nkind: A\n";
        assert_eq!(check("1.2.0", "redis"), printed);
        assert_eq!(check("^1.0.0", "pulled"), printed);
        assert_eq!(
            check("2.0.0", "redis"),
            "the chart redis 2.0.0 is not available: it is not in the folder charts/"
        );
    }

    #[test]
    fn tells_versions_from_longer_names() {
        let folder = Memory::new();
        let version = |file: &str| version_of(&folder, &file.into(), "redis");
        assert_eq!(version("redis-1.2.0.tgz").as_deref(), Some("1.2.0"));
        assert_eq!(version("redis-ha-1.2.0.tgz"), None);
        assert_eq!(version("index.yaml"), None);
    }
}
