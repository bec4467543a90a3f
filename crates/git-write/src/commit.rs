use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use git_read::{Id, Repository};

use crate::objects::{Kind, put};
use crate::{Identity, Refused, tree};

/// What a file holds in a new commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// This text. A file that is there keeps its mode; a new one is a regular file.
    Text(String),
    /// It goes.
    Gone,
}

/// A commit to be written.
#[derive(Clone, Debug)]
pub struct NewCommit<'a> {
    /// The one that it follows.
    pub parent: Id,
    /// The files that change, by their paths from the top of the work tree.
    pub files: &'a BTreeMap<Utf8PathBuf, Content>,
    /// The message. Space at its end and NUL bytes are left out.
    pub message: &'a str,
    /// Who wrote it.
    pub author: &'a Identity,
    /// Who makes it a commit.
    pub committer: &'a Identity,
}

/// Writes a commit, which no branch leads to yet. Returns its id.
///
/// # Errors
/// A path leads through a link or to something other than a regular file, or git's objects
/// cannot be read or written.
pub fn commit(repository: &Repository, new: &NewCommit<'_>) -> Result<Id, Refused> {
    let parent = repository.commit(&new.parent)?;
    let files = new.files.iter();
    let files = files.map(|(path, content)| (path.as_path(), content));
    let tree = tree::edited(repository, &parent.tree, files)?;
    let message = new.message.replace('\0', "");
    let text = format!(
        "tree {tree}\nparent {}\nauthor {}\ncommitter {}\n\n{}\n",
        new.parent,
        new.author.line(),
        new.committer.line(),
        message.trim_end()
    );
    put(repository, Kind::Commit, text.as_bytes())
}
