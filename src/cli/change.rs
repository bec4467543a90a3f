//! What a change brings, from the command line: which commits it is compared with.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use git_read::{Fault, Id, Repository as Store};
use manifest::{Kept, Snapshot};

use super::Failure;
use super::at::{self, World};
use crate::gate::Scope;
use crate::judge::finding::Finding;
use crate::judge::lines::ChangedLines;
use crate::snapshot::{FileChange, Revision};

/// Which change is looked at, if not all that is there.
#[derive(Args)]
pub(super) struct ChangeArgs {
    /// Report only what the change introduces: uncommitted changes, or with REF everything since
    /// the branch left it, or with `REF..` everything that REF itself does not have. Paths only
    /// add to the files that git reports as changed
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true)]
    changed: Option<Option<String>>,
    /// Report what is new, or every finding of the targets that use a changed file
    #[arg(long, value_enum, value_name = "SCOPE", requires = "changed")]
    changed_scope: Option<ScopeName>,
    /// Report only the targets below this folder, or that use this file; can be repeated. It
    /// narrows what is reported, while paths by themselves add to what counts as changed
    #[arg(long, value_name = "PATH", requires = "changed")]
    only: Vec<Utf8PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScopeName {
    /// Only new findings
    Introduced,
    /// All findings of the targets that use a changed file
    Targets,
}

/// What a change is compared with.
pub(super) struct Before {
    /// The states from which it comes; none, if there was nothing.
    pub(super) revisions: Vec<Revision>,
    /// Their commits.
    pub(super) commits: Vec<Id>,
    /// The files that differ from the first of them, and those that were named.
    pub(super) files: Vec<FileChange>,
    /// The paths that the report is limited to, from the root; none, if it is not.
    pub(super) only: Vec<Utf8PathBuf>,
}

impl ChangeArgs {
    /// Whether only a change is looked at.
    pub(super) fn is_given(&self) -> bool {
        self.changed.is_some()
    }

    pub(super) fn scope(&self) -> Scope {
        match self.changed_scope {
            None | Some(ScopeName::Introduced) => Scope::Introduced,
            Some(ScopeName::Targets) => Scope::Targets,
        }
    }

    /// The paths that the report is limited to, from the root; none, if it is not. They may be
    /// such that are in what was there before.
    pub(super) fn only(
        &self,
        world: &World,
        before: &[Revision],
    ) -> Result<Vec<Utf8PathBuf>, Failure> {
        let paths = self.only.iter();
        paths.map(|path| world.inside_any(path, before)).collect()
    }

    /// What the change is compared with, if one is looked at. `named` are files that count as
    /// changed, whatever git says.
    pub(super) fn open(
        &self,
        world: &World,
        named: &[Utf8PathBuf],
    ) -> Result<Option<Before>, Failure> {
        let Some(reference) = &self.changed else {
            return Ok(None);
        };
        let hook = Hook::of_environment();
        let reference = reference.as_ref().or(hook.from.as_ref());
        let git = world.git()?;
        let store = git.store();
        let heads = heads(world, store)?;
        let commits = match (reference, world.revision_name()) {
            (Some(name), _) => {
                let itself = name.strip_suffix("..");
                let name = itself.unwrap_or(name);
                let given = store.resolve(name);
                let given = given.map_err(|fault| at::unknown(&git, fault, name))?;
                match itself {
                    Some(_) => vec![given],
                    None => bases(store, &heads, &given, name)?,
                }
            }
            // What a commit brings is what its branch did not have.
            (None, Some(_)) => first_parents(store, &heads)?,
            (None, None) => heads,
        };
        let revisions = commits.iter().map(|commit| git.at(commit));
        let revisions = revisions.collect::<Result<Vec<_>, _>>();
        let revisions = revisions.map_err(at::told)?;
        let mut files = match revisions.first() {
            Some(before) => world.changed_since(before)?,
            None => FileChange::all(world.files()),
        };
        for path in named {
            add(&mut files, world, &revisions, path)?;
        }
        files.sort();
        files.dedup_by(|a, b| a.path == b.path);
        if files.is_empty() && hook.is_run && reference.is_none() {
            return Ok(None);
        }
        Ok(Some(Before {
            only: self.only(world, &revisions)?,
            revisions,
            commits,
            files,
        }))
    }
}

impl Before {
    /// The lines of the change in the files where something is found.
    pub(super) fn lines(&self, world: &World, findings: &[Finding]) -> ChangedLines {
        let places = findings.iter().filter_map(|finding| finding.place.as_ref());
        let files: BTreeSet<&Utf8Path> = places.map(|place| place.path()).collect();
        let mut lines = ChangedLines::default();
        for file in self.files.iter().filter(|file| files.contains(&*file.path)) {
            let before = self.revisions.first();
            let before = before.and_then(|before| before.source(&file.path).ok());
            if let Ok(after) = world.files().source(&file.path) {
                let before = before.as_ref().map(|source| source.tree.text());
                lines.add(&file.path, before, after.tree.text());
            }
        }
        lines
    }
}

/// What pre-commit says of its run. It runs hooks on changes, and on everything in CI
/// (`run --all-files`), where nothing is staged.
struct Hook {
    is_run: bool,
    /// The commit from which on changes are looked at.
    from: Option<String>,
}

impl Hook {
    fn of_environment() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_run = variable("PRE_COMMIT").is_some();
        Self {
            is_run,
            from: variable("PRE_COMMIT_FROM_REF").filter(|_| is_run),
        }
    }
}

/// The commits that the change builds on. Without any commit, there is none.
fn heads(world: &World, store: &Store) -> Result<Vec<Id>, Failure> {
    let name = world.revision_name();
    match store.resolve(name.unwrap_or("HEAD")) {
        Ok(head) if name.is_some() => Ok(vec![head]),
        Ok(head) => {
            let merged = store.merge_heads().map_err(at::told)?;
            Ok([head].into_iter().chain(merged).collect())
        }
        Err(Fault::NoRevision { .. }) if name.is_none() => Ok(Vec::new()),
        Err(fault) => Err(at::told(fault)),
    }
}

fn first_parents(store: &Store, heads: &[Id]) -> Result<Vec<Id>, Failure> {
    let mut parents = Vec::new();
    for head in heads {
        let commit = store.commit(head).map_err(at::told)?;
        parents.extend(commit.parents.first());
    }
    Ok(parents)
}

/// The commits that lines of history have last in common with a revision, without those that
/// others of them build on.
fn bases(store: &Store, heads: &[Id], given: &Id, name: &str) -> Result<Vec<Id>, Failure> {
    if heads.is_empty() {
        return Ok(vec![*given]);
    }
    let mut bases: Vec<Id> = Vec::new();
    for head in heads {
        let base = store.merge_base(head, given).map_err(at::told)?;
        let base = base.ok_or_else(|| {
            Failure::new(format!("`{name}` has no commit in common with this branch"))
                .hint("name a revision that the branch started from")
        })?;
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    let all = bases.clone();
    let mut newest = Vec::new();
    for base in bases {
        let mut is_newest = true;
        for other in all.iter().filter(|other| **other != base) {
            let common = store.merge_base(&base, other).map_err(at::told)?;
            is_newest &= common != Some(base);
        }
        if is_newest {
            newest.push(base);
        }
    }
    Ok(newest)
}

/// Adds what a path of the command line names: a file, or all those below a folder.
fn add(
    files: &mut Vec<FileChange>,
    world: &World,
    before: &[Revision],
    path: &Utf8Path,
) -> Result<(), Failure> {
    let path = world.inside_any(path, before)?;
    let is = world.files().kept(&path) == Kept::File;
    let was = before.iter().any(|before| before.kept(&path) == Kept::File);
    if is || was {
        files.push(FileChange { path, was, is });
        return Ok(());
    }
    let all = world.files().walk().files.into_iter();
    let below = all.filter(|file| file.starts_with(&path));
    files.extend(below.map(|path| FileChange {
        was: before.iter().any(|before| before.kept(&path) == Kept::File),
        path,
        is: true,
    }));
    Ok(())
}
