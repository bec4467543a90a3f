//! Where the paths of a kustomization lead.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Kept, ReadError, Snapshot, Source, Src, normalize};
use spanned_yaml::Tree;

use crate::Options;
use crate::fault;
use crate::remote::Reference;
use crate::text::Text;

/// The files of one kustomization.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) snapshot: &'a dyn Snapshot,
    /// The kustomization's folder.
    pub(crate) folder: &'a Utf8Path,
    /// What it names already, and so does not mean by another name.
    pub(crate) listed: &'a [Text],
    pub(crate) options: Options,
}

impl Files<'_> {
    /// The path of a file that may be read.
    pub(crate) fn path(&self, text: &Text) -> Result<Utf8PathBuf, Fault> {
        self.path_at(text.as_str(), text.at())
    }

    /// As [`Files::path`], for a path that is only a part of what is written at `at`.
    pub(crate) fn path_at(&self, path: &str, at: &Src) -> Result<Utf8PathBuf, Fault> {
        if is_url(path) {
            return Err(remote(path, at));
        }
        let found = normalize(self.folder, path).ok_or_else(|| outside(path, at))?;
        if self.options.load_restrictor && !found.starts_with(self.folder) {
            let why = "kustomize reads no files outside the kustomization's folder";
            return Err(barred(path, at, why, "the kustomization's folder"));
        }
        Ok(found)
    }

    /// A file's bytes.
    pub(crate) fn bytes(&self, path: &str, at: &Src) -> Result<(Utf8PathBuf, Arc<[u8]>), Fault> {
        let found = self.path_at(path, at)?;
        match self.snapshot.bytes(&found) {
            Ok(bytes) => Ok((found, bytes)),
            Err(error) => Err(self.unread(path, &error, at)),
        }
    }

    /// A file as YAML.
    pub(crate) fn source(&self, text: &Text) -> Result<Arc<Source>, Fault> {
        let found = self.path(text)?;
        self.snapshot
            .source(&found)
            .map_err(|error| self.unread(text.as_str(), &error, text.at()))
    }

    /// Why a file could not be read, and which one may have been meant.
    pub(crate) fn unread(&self, path: &str, error: &ReadError, at: &Src) -> Fault {
        let kind = match error {
            ReadError::Outside => FaultKind::Outside,
            ReadError::TooLarge => FaultKind::Limit,
            _ => FaultKind::Missing,
        };
        let mut fault = Fault::new(kind, format!("`{path}` cannot be read: {error}")).at(at);
        if *error == ReadError::Missing
            && let Some(absent) = normalize(self.folder, path)
        {
            fault = fault.for_want_of(absent);
        }
        match self.neighbour(path) {
            Some(near) if *error == ReadError::Missing => {
                fault.help(format!("did you mean `{near}`?"))
            }
            _ => fault,
        }
    }

    /// The path of an existing file or folder that is written almost as this one.
    fn neighbour(&self, path: &str) -> Option<String> {
        let found = normalize(self.folder, path)?;
        let parent = found.parent()?;
        let entries = self.snapshot.list(parent);
        let is_listed = |entry: &&Utf8PathBuf| {
            let mut listed = self.listed.iter();
            listed.any(|text| normalize(self.folder, text.as_str()).as_ref() == Some(entry))
        };
        let free: Vec<&Utf8PathBuf> = entries.iter().filter(|entry| !is_listed(entry)).collect();
        // What all files end in makes none of them like another.
        let is_alike = |entry: &&&Utf8PathBuf| entry.extension() == found.extension();
        let stem = found.file_stem()?;
        let stems = free.iter().filter(is_alike).filter_map(|e| e.file_stem());
        let meant = match suggest::nearest(stem, stems) {
            Some(near) => free
                .iter()
                .filter(is_alike)
                .find(|e| e.file_stem() == Some(near)),
            None => free.iter().find(|e| e.file_stem() == Some(stem)),
        };
        let near = meant?.file_name()?;
        let prefix = path.rfind('/').map_or("", |at| &path[..=at]);
        Some(format!("{prefix}{near}"))
    }

    /// The folder of another kustomization.
    pub(crate) fn folder(&self, text: &Text) -> Result<Utf8PathBuf, Fault> {
        let path = text.as_str();
        if path.is_empty() {
            let message = "the path is empty";
            return Err(fault::at(FaultKind::Missing, message, Some(text.at())));
        }
        if is_remote(path) {
            return Err(remote(path, text.at()));
        }
        let found = normalize(self.folder, path).ok_or_else(|| outside(path, text.at()))?;
        match self.snapshot.kept(&found) {
            // As kustomize does, so that one folder is one base.
            Kept::Folder => Ok(self.snapshot.real(&found)),
            Kept::File => Err(fault::at(
                FaultKind::Field,
                format!("`{path}` is a file where a folder is needed"),
                Some(text.at()),
            )),
            Kept::Outside => Err(outside(path, text.at())),
            Kept::Nothing => Err(self.unread(path, &ReadError::Missing, text.at())),
        }
    }
}

fn outside(path: &str, at: &Src) -> Fault {
    barred(path, at, "it is outside the repository", "the repository")
}

fn barred(path: &str, at: &Src, why: &str, outside: &'static str) -> Fault {
    let message = format!("`{path}` may not be read: {why}");
    let fault = Fault::new(FaultKind::Outside, message);
    fault.barring(path, outside).at(at)
}

fn remote(path: &str, at: &Src) -> Fault {
    let version = match Reference::of(path) {
        Reference::None => ", at whatever its default branch is then".to_owned(),
        Reference::Branch(name) => format!(", at the branch `{name}`"),
        Reference::Tag(name) => format!(", pinned to the tag `{name}`"),
        Reference::Commit(name) => format!(", pinned to the commit `{name}`"),
        Reference::Unknown => String::new(),
    };
    let message = format!("`{path}` is outside this repository{version}");
    Fault::new(FaultKind::Remote, message)
        .at(at)
        .help("nothing is fetched; keep a copy in the repository to have it checked")
}

/// Whether a path is fetched over HTTP.
fn is_url(path: &str) -> bool {
    starts_with_any(path, &["http://", "https://"])
}

/// Whether kustomize takes a path for a git repository or a URL.
pub(crate) fn is_remote(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let path = match starts_with_any(path, &["git::"]) {
        true => &path["git::".len()..],
        false => path,
    };
    if path.starts_with('/') {
        return false;
    }
    let schemes = &["ssh://", "https://", "http://", "file://"];
    if starts_with_any(path, schemes) || starts_with_any(path, &["github.com/", "github.com:"]) {
        return true;
    }
    // user@host:path, or user@host/path
    match path.split_once('@') {
        Some((user, rest)) => {
            user.starts_with(|c: char| c.is_ascii_alphabetic())
                && user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && rest.contains([':', '/'])
        }
        None => false,
    }
}

fn starts_with_any(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        path.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })
}

/// A source for a file that is not YAML: one scalar for each of `spans`.
pub(crate) fn verbatim(
    path: &Utf8Path,
    text: &str,
    spans: impl IntoIterator<Item = manifest::Span>,
) -> Arc<Source> {
    Source::file(path, Tree::of_spans(text, spans))
}
