//! What stands in the repositories that generators read.

use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use go_template::Failure;
use manifest::glob::{self, Pattern};
use manifest::{Kept, Snapshot, Source, Src, normalize};
use rustc_hash::FxHashMap;
use spanned_yaml::{Span, Tree};

use super::super::pathspec::Pathspec;
use super::super::work::Work;
use super::World;
use crate::applicationset::Globbing;

/// How deeply folders may be nested: a link can lead back to where it stands.
const DEPTH: usize = 64;
/// How many paths are compared for the price of one value.
const COMPARED: usize = 8;

/// Repositories, and what was found in them.
#[derive(Default)]
pub(in super::super) struct Files<'a> {
    repositories: Vec<(String, String, Repository<'a>)>,
    listed: FxHashMap<(usize, Utf8PathBuf), Rc<[Stands]>>,
    found: FxHashMap<(usize, Globbing, bool, String), Found>,
    starts: FxHashMap<Utf8PathBuf, Src>,
}

/// A repository that is here.
#[derive(Clone, Copy)]
pub(super) struct Repository<'a> {
    number: usize,
    pub(super) snapshot: &'a dyn Snapshot,
}

/// Paths that fit a pattern, or why it is none.
type Found = Result<Rc<[Utf8PathBuf]>, String>;

/// What stands in a folder.
struct Stands {
    path: Utf8PathBuf,
    is_folder: bool,
}

impl<'a> Files<'a> {
    pub(super) fn repository(
        &mut self,
        world: &'a dyn World,
        url: &str,
        revision: &str,
    ) -> Option<Repository<'a>> {
        let known = self.repositories.iter();
        let mut known = known.filter(|(a, b, _)| a == url && b == revision);
        if let Some((.., repository)) = known.next() {
            return Some(*repository);
        }
        let repository = Repository {
            number: self.repositories.len(),
            snapshot: world.repository(url, revision)?,
        };
        let entry = (url.to_owned(), revision.to_owned(), repository);
        self.repositories.push(entry);
        Some(repository)
    }

    /// The folders that a pattern fits, hidden ones and what is in them aside.
    pub(super) fn folders(
        &mut self,
        repository: &Repository<'a>,
        pattern: &str,
        work: &mut Work,
    ) -> Result<Rc<[Utf8PathBuf]>, Failure> {
        let key = (
            repository.number,
            Globbing::Pathspec,
            true,
            pattern.to_owned(),
        );
        if let Some(Ok(found)) = self.found.get(&key) {
            return Ok(found.clone());
        }
        let mut found = Vec::new();
        if let Some(compiled) = Pattern::compile(pattern, glob::Dialect::GoPath) {
            let (literal, open) = before_wildcard(pattern, &['*', '?', '[', '\\']);
            let start = Utf8Path::new(literal);
            let is_hidden = literal.split('/').any(|part| part.starts_with('.'));
            let depth = match open.contains('[') {
                // A set may hold a slash.
                true => DEPTH,
                false => open.matches('/').count() + 1,
            };
            if !is_hidden && open.is_empty() && repository.snapshot.kept(start) == Kept::Folder {
                found.extend((!literal.is_empty()).then(|| start.to_owned()));
            }
            if !is_hidden && !open.is_empty() {
                let mut seen = |stands: &Stands| {
                    let is_hidden = stands.path.file_name().is_some_and(|n| n.starts_with('.'));
                    let enters = stands.is_folder && !is_hidden;
                    if enters && compiled.is_match(stands.path.as_str()) {
                        found.push(stands.path.clone());
                    }
                    enters
                };
                self.walk(repository, start, depth, work, &mut seen)?;
            }
        }
        let found: Rc<[Utf8PathBuf]> = found.into();
        self.found.insert(key, Ok(found.clone()));
        Ok(found)
    }

    /// The files that a pattern fits; a message, if Argo CD fails on the pattern.
    pub(super) fn files(
        &mut self,
        repository: &Repository<'a>,
        pattern: &str,
        globbing: Globbing,
        work: &mut Work,
    ) -> Result<Found, Failure> {
        let key = (repository.number, globbing, false, pattern.to_owned());
        if let Some(found) = self.found.get(&key) {
            return Ok(found.clone());
        }
        let found = match globbing {
            Globbing::Pathspec => self.by_pathspec(repository, pattern, work)?,
            Globbing::Doublestar => self.by_doublestar(repository, pattern, work)?,
        };
        self.found.insert(key, found.clone());
        Ok(found)
    }

    fn by_pathspec(
        &mut self,
        repository: &Repository<'a>,
        pattern: &str,
        work: &mut Work,
    ) -> Result<Found, Failure> {
        let spec = match Pathspec::parse(pattern) {
            Ok(spec) => spec,
            Err(message) => return Ok(Err(message)),
        };
        let mut found = Vec::new();
        let start = Utf8Path::new(spec.folder());
        match repository.snapshot.kept(start) {
            Kept::File if spec.is_match(start.as_str()) => found.push(start.to_owned()),
            Kept::Folder => {
                let mut seen = |stands: &Stands| {
                    if !stands.is_folder && spec.is_match(stands.path.as_str()) {
                        found.push(stands.path.clone());
                    }
                    stands.is_folder
                };
                self.walk(repository, start, DEPTH, work, &mut seen)?;
            }
            _ => {}
        }
        Ok(Ok(found.into()))
    }

    fn by_doublestar(
        &mut self,
        repository: &Repository<'a>,
        pattern: &str,
        work: &mut Work,
    ) -> Result<Found, Failure> {
        let malformed = || Ok(Err(format!("`{pattern}` is not a valid pattern")));
        let root = Utf8Path::new("");
        let Some(pattern) = normalize(root, pattern.trim_start_matches('/')) else {
            // It leads out of the repository, where nothing is looked for.
            return Ok(Ok(Rc::new([])));
        };
        let Some(compiled) = Pattern::compile(pattern.as_str(), glob::Dialect::Doublestar) else {
            return malformed();
        };
        let (literal, open) = before_wildcard(pattern.as_str(), &['*', '?', '[', '{', '\\']);
        let start = Utf8Path::new(literal);
        let mut found = Vec::new();
        let mut folder = None;
        if open.is_empty() || compiled.is_match(literal) {
            match repository.snapshot.kept(start) {
                Kept::File => found.push(start.to_owned()),
                Kept::Folder => folder = Some(start.to_owned()),
                _ => {}
            }
        }
        if !open.is_empty() {
            let mut seen = |stands: &Stands| {
                if compiled.is_match(stands.path.as_str()) {
                    match stands.is_folder {
                        true => folder = folder.take().or_else(|| Some(stands.path.clone())),
                        false => found.push(stands.path.clone()),
                    }
                }
                stands.is_folder
            };
            self.walk(repository, start, DEPTH, work, &mut seen)?;
        }
        Ok(match folder {
            Some(folder) => Err(format!(
                "`{pattern}` matches the folder `{folder}`, which Argo CD fails to read as a file"
            )),
            None => Ok(found.into()),
        })
    }

    /// Goes through what stands below a folder, as deep as `seen` says.
    fn walk(
        &mut self,
        repository: &Repository<'a>,
        folder: &Utf8Path,
        depth: usize,
        work: &mut Work,
        seen: &mut dyn FnMut(&Stands) -> bool,
    ) -> Result<(), Failure> {
        let listed = self.list(repository, folder, work)?;
        work.spend(1 + listed.len() / COMPARED)?;
        for stands in listed.iter() {
            if seen(stands) && depth > 1 {
                self.walk(repository, &stands.path, depth - 1, work, seen)?;
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        repository: &Repository<'a>,
        folder: &Utf8Path,
        work: &mut Work,
    ) -> Result<Rc<[Stands]>, Failure> {
        let key = (repository.number, folder.to_owned());
        if let Some(listed) = self.listed.get(&key) {
            return Ok(listed.clone());
        }
        let paths = repository.snapshot.list(folder);
        work.spend(paths.len())?;
        let tracked = paths
            .into_iter()
            .filter(|path| path.file_name() != Some(".git"));
        let listed = tracked.filter_map(|path| {
            let kept = repository.snapshot.kept(&path);
            let is_folder = kept == Kept::Folder;
            (is_folder || kept == Kept::File).then_some(Stands { path, is_folder })
        });
        let listed: Rc<[Stands]> = listed.collect();
        self.listed.insert(key, listed.clone());
        Ok(listed)
    }

    /// The first byte of a file, which stands for its path.
    pub(super) fn start(&mut self, source: &Arc<Source>) -> Option<Src> {
        if let Some(start) = self.starts.get(source.path()) {
            return Some(start.clone());
        }
        let tree = Tree::of_spans(source.tree.text(), [Span::new(0, 0)]);
        let of_path = Source::file(source.path(), tree);
        let start = Src::new(&of_path, of_path.tree.documents().next()?);
        self.starts.insert(source.path().to_owned(), start.clone());
        Some(start)
    }
}

/// A pattern's folders before the first special character, and the rest.
fn before_wildcard<'p>(pattern: &'p str, special: &[char]) -> (&'p str, &'p str) {
    let Some(at) = pattern.find(special) else {
        return (pattern, "");
    };
    match pattern[..at].rfind('/') {
        Some(slash) => (&pattern[..slash], &pattern[slash + 1..]),
        None => ("", pattern),
    }
}
