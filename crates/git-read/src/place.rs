//! Where a repository keeps its things.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{Fault, small};

/// The name of the folder, or of the file that names it.
const GIT: &str = ".git";

/// The folders of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The top of the work tree; a bare repository has none.
    pub work_tree: Option<Utf8PathBuf>,
    /// What belongs to this work tree: its index and its `HEAD`.
    pub git: Utf8PathBuf,
    /// What all work trees share: objects, branches, configuration. Often the same folder.
    pub common: Utf8PathBuf,
}

impl Place {
    /// The repository that `folder` stands in, or that it is if it is a bare one; `None` if it
    /// stands in none.
    ///
    /// # Errors
    /// There is a `.git` that is not followed: see [`Place::at`].
    pub fn find(folder: &Utf8Path) -> Result<Option<Self>, Fault> {
        for ancestor in folder.ancestors() {
            if let Some(place) = Self::at(ancestor)? {
                return Ok(Some(place));
            }
        }
        let parts = ["HEAD", "objects", "refs"];
        let is_bare = parts.iter().all(|part| folder.join(part).exists());
        Ok(is_bare.then(|| Self {
            work_tree: None,
            git: folder.to_owned(),
            common: folder.to_owned(),
        }))
    }

    /// The repository whose work tree has its top at `folder`, if it is such.
    ///
    /// # Errors
    /// `.git` is neither a folder nor a file, or it leads to a folder elsewhere that does not
    /// name this work tree in turn, as those of work trees and submodules do.
    pub fn at(folder: &Utf8Path) -> Result<Option<Self>, Fault> {
        let link = folder.join(GIT);
        let Ok(metadata) = fs::symlink_metadata(&link) else {
            return Ok(None);
        };
        let kind = metadata.file_type();
        if kind.is_dir() {
            return Ok(Some(Self {
                work_tree: Some(folder.to_owned()),
                git: link.clone(),
                common: link,
            }));
        }
        let target = if kind.is_symlink() {
            link.clone()
        } else {
            let text = small::line(&link)?.unwrap_or_default();
            let Some(target) = text.strip_prefix("gitdir:") else {
                return Err(Fault::corrupt(small::shown(&link), "it names no folder"));
            };
            folder.join(target.trim())
        };
        Self::behind(folder, &link, &target).map(Some)
    }

    /// The repository of a `.git` that leads to `target`.
    fn behind(folder: &Utf8Path, link: &Utf8Path, target: &Utf8Path) -> Result<Self, Fault> {
        let resolve = |path: &Utf8Path| {
            path.canonicalize_utf8()
                .map_err(|fault| Fault::unreadable(small::shown(link), fault))
        };
        let refuse = |why| Err(Fault::refused(small::shown(link), why));
        let top = resolve(folder)?;
        let git = resolve(target)?;
        let mut common = git.clone();
        if let Some(text) = small::line(&git.join("commondir"))? {
            common = resolve(&git.join(text))?;
            if git.parent() != Some(&common.join("worktrees")) {
                return refuse("the repository that it leads to has no such work tree");
            }
        }
        if !git.starts_with(&top) && !names_back(&git, &top)? {
            return refuse("it leads to a folder that does not name this work tree in turn");
        }
        Ok(Self {
            work_tree: Some(folder.to_owned()),
            git,
            common,
        })
    }

    /// Where the index is, unless another one was named.
    pub fn index(&self) -> Utf8PathBuf {
        self.git.join("index")
    }
}

/// Whether a git folder names the work tree with its top at `top`: a work tree's in the file
/// `gitdir`, a submodule's in its configuration.
fn names_back(git: &Utf8Path, top: &Utf8Path) -> Result<bool, Fault> {
    let leads_to = |path: Utf8PathBuf| path.canonicalize_utf8().is_ok_and(|path| path == top);
    if let Some(text) = small::line(&git.join("gitdir"))?
        && let Some(named) = git.join(text).parent()
    {
        return Ok(leads_to(named.to_owned()));
    }
    let config = crate::config::Config::read(&git.join("config"))?;
    let named = config.value("core", None, "worktree");
    Ok(named.is_some_and(|named| leads_to(git.join(named))))
}
