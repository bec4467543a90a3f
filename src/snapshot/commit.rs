//! Commits made of a revision with some of its files changed.

use std::collections::BTreeMap;

use git_read::{Config, Id};
use git_write::{Branch, Content, Identity, Move, NewCommit, Refused, Role, move_branch};

use super::{Committed, Git, Rewrite};

/// What a commit is made of.
pub struct Signed<'a> {
    /// The message.
    pub message: &'a str,
    /// Who wrote it.
    pub author: &'a Identity,
    /// Who makes it a commit.
    pub committer: &'a Identity,
}

/// Where a new commit goes, and on what.
#[derive(Clone, Debug)]
pub struct Goal {
    branch: Branch,
    /// Where the branch is.
    at: Option<Id>,
    parent: Id,
}

impl Goal {
    /// The commit that the new one follows.
    pub fn parent(&self) -> Id {
        self.parent
    }
}

impl Git {
    /// The commit on which one for a branch is made: the branch's own, or `HEAD` if there is no
    /// such branch.
    ///
    /// # Errors
    /// Git would not accept the name, or the branch is checked out.
    pub fn goal(&self, branch: &str) -> Result<Goal, Refused> {
        let because = |why: String| Err(Refused::Because(why));
        let Some(branch) = Branch::parse(branch) else {
            return because(format!("`{branch}` is not a valid branch name"));
        };
        if self.store.is_checked_out(&branch.full()) {
            return because(format!(
                "the branch `{}` is checked out, and its files would stay as they are",
                branch.name()
            ));
        }
        let at = self.store.reference(&branch.full())?;
        let parent = match at {
            Some(id) => self.store.resolve(&id.to_string())?,
            None => self.store.resolve("HEAD")?,
        };
        Ok(Goal { branch, at, parent })
    }

    /// Who writes commits here: none if neither the variables nor the configuration tell.
    pub fn identity(
        &self,
        role: Role,
        variable: &dyn Fn(&str) -> Option<String>,
        others: &[Config],
        now: i64,
    ) -> Option<Identity> {
        Identity::find(role, variable, &self.store, others, now)
    }

    /// Makes a commit and puts the branch on it. The files are those of the goal's parent.
    ///
    /// # Errors
    /// A file is another one in the commit than in a work tree, or something cannot be written.
    pub fn commit(
        &self,
        goal: &Goal,
        rewrites: &[Rewrite],
        signed: &Signed<'_>,
    ) -> Result<Committed, Refused> {
        let listing = self.store.listing(&goal.parent, &self.inside)?;
        let mut files = BTreeMap::new();
        for rewrite in rewrites {
            let path = self.inside.join(&rewrite.path);
            if let Some(before) = &rewrite.before {
                let entry = listing.get(&path);
                let kept = entry.map(|entry| self.store.blob(&entry.id, path.as_str()));
                if kept.transpose()?.as_deref() != Some(before.as_bytes()) {
                    return Err(Refused::Because(format!(
                        "git converts {path} when it is checked out, which is not done the other \
                         way here"
                    )));
                }
            }
            let content = rewrite.after.clone().map_or(Content::Gone, Content::Text);
            files.insert(path, content);
        }
        let new = NewCommit {
            parent: goal.parent,
            files: &files,
            message: signed.message,
            author: signed.author,
            committer: signed.committer,
        };
        let id = git_write::commit(&self.store, &new)?;
        let step = Move {
            from: goal.at,
            to: Some(id),
        };
        let subject = signed.message.lines().next().unwrap_or_default();
        let why = format!("commit: {subject}");
        move_branch(&self.store, &goal.branch, step, signed.committer, &why)?;
        Ok(Committed {
            branch: goal.branch.name().to_owned(),
            commit: id.to_string(),
            before: goal.at.map(|id| id.to_string()),
        })
    }

    /// Puts a branch back to where it was before a commit was made on it.
    ///
    /// # Errors
    /// The branch is no longer on that commit, or is checked out.
    pub fn take_back(&self, committed: &Committed, who: &Identity) -> Result<(), Refused> {
        let corrupt = || Refused::Because("the journal does not name a commit".to_owned());
        let branch = Branch::parse(&committed.branch).ok_or_else(corrupt)?;
        let from = Id::from_hex(&committed.commit).ok_or_else(corrupt)?;
        let to = committed.before.as_deref().map(Id::from_hex);
        if matches!(to, Some(None)) {
            return Err(corrupt());
        }
        let step = Move {
            from: Some(from),
            to: to.flatten(),
        };
        move_branch(&self.store, &branch, step, who, "promotion undone")
    }
}
