//! Branches put on other commits.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};

use camino::{Utf8Path, Utf8PathBuf};
use git_read::{Id, Repository, is_well_formed};

use crate::{Identity, Refused};

/// A branch by its short name, such as `promotions/api`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch(String);

/// Where a branch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where it has to be; none if there must be no such branch.
    pub from: Option<Id>,
    /// Where it is afterwards; none if it is deleted.
    pub to: Option<Id>,
}

impl Branch {
    /// The branch of a name that git accepts.
    pub fn parse(name: &str) -> Option<Self> {
        let is_valid = name.len() <= 200
            && is_well_formed(name)
            && !name.starts_with('-')
            && !matches!(name, "HEAD" | "@");
        is_valid.then(|| Self(name.to_owned()))
    }

    /// Its short name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Its full name.
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

/// Puts a branch on another commit, unless somebody else has moved it meanwhile. The work tree
/// and the index stay, so a branch that a work tree has checked out is refused.
///
/// # Errors
/// The branch is not where it has to be, is checked out, or cannot be written; or the repository
/// keeps its branches in a way that is not written.
pub fn move_branch(
    repository: &Repository,
    branch: &Branch,
    step: Move,
    who: &Identity,
    why: &str,
) -> Result<(), Refused> {
    let place = repository.place();
    let storage = repository.configuration()?;
    let storage = storage.value("extensions", None, "refstorage");
    if storage.is_some_and(|kind| kind != "files") {
        return Err(Refused::because(
            "the repository does not keep its branches in files",
        ));
    }
    let name = branch.name();
    if repository.is_checked_out(&branch.full()) {
        return Err(Refused::because(format!(
            "the branch `{name}` is checked out, and its files would stay as they are"
        )));
    }
    let file = place.common.join(branch.full());
    let failed = |fault: std::io::Error| {
        Refused::because(format!("the branch `{name}` cannot be written: {fault}"))
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let lock = Lock::take(&file).map_err(|fault| match fault.kind() {
        ErrorKind::AlreadyExists => Refused::because(format!(
            "somebody else is writing the branch `{name}`; if nobody does, delete {}",
            file.file_name().unwrap_or_default().to_owned() + ".lock"
        )),
        _ => failed(fault),
    })?;
    // As it is now that nobody else can move it.
    let fresh = Repository::new(place.clone());
    let now = fresh.reference(&branch.full())?;
    if now != step.from {
        return Err(Refused::because(match (now, step.from) {
            (None, _) => format!("the branch `{name}` is gone"),
            (_, None) => format!("branch `{name}` already exists"),
            _ => format!("the branch `{name}` has moved on"),
        }));
    }
    if step.from.is_none() && fresh.has_names_around(&branch.full()) {
        return Err(Refused::because(format!(
            "there is a branch whose name begins like `{name}`"
        )));
    }
    match step.to {
        Some(to) => lock.commit(&file, &format!("{to}\n")).map_err(failed)?,
        None if !file.exists() => {
            // Only the packed list has it, and that is not rewritten here.
            return Err(Refused::because(format!(
                "the branch `{name}` is packed; `git branch -D {name}` deletes it"
            )));
        }
        None => {
            fs::remove_file(&file).map_err(failed)?;
            drop(lock);
        }
    }
    log(&place.common, branch, step, who, why);
    Ok(())
}

/// The right to write a file, as git takes it: by a file beside it.
struct Lock {
    path: Utf8PathBuf,
    is_done: bool,
}

impl Lock {
    fn take(file: &Utf8Path) -> std::io::Result<Self> {
        let path = Utf8PathBuf::from(format!("{file}.lock"));
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        Ok(Self {
            path,
            is_done: false,
        })
    }

    fn commit(mut self, file: &Utf8Path, text: &str) -> std::io::Result<()> {
        let mut lock = OpenOptions::new().write(true).open(&self.path)?;
        lock.write_all(text.as_bytes())?;
        lock.sync_all()?;
        fs::rename(&self.path, file)?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.is_done {
            // What went wrong matters more than what is left behind.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Notes the move where git notes it, if it does. A log that cannot be written loses nothing.
fn log(common: &Utf8Path, branch: &Branch, step: Move, who: &Identity, why: &str) {
    let path = common.join("logs").join(branch.full());
    let Some(to) = step.to else {
        let _ = fs::remove_file(path);
        return;
    };
    if !common.join("logs").is_dir() {
        return;
    }
    let none = "0".repeat(to.as_bytes().len() * 2);
    let from = step.from.map_or(none, |id| id.to_string());
    let why: String = why.chars().filter(|c| !c.is_control()).collect();
    let line = format!("{from} {to} {}\t{why}\n", who.line());
    if let Some(folder) = path.parent() {
        let _ = fs::create_dir_all(folder);
    }
    let log = OpenOptions::new().append(true).create(true).open(path);
    let _ = log.and_then(|mut log| log.write_all(line.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_git_accepts() {
        for name in ["main", "promotions/api-1.2", "ü"] {
            assert!(Branch::parse(name).is_some(), "{name}");
        }
        for name in [
            "", "-x", "HEAD", "@", "a..b", "a/.b", "/a", "a/", "a b", "a.lock", "../x", "a@{1}",
            "a\\b", "x:y",
        ] {
            assert!(Branch::parse(name).is_none(), "{name}");
        }
    }
}
