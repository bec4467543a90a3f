//! Promotions as commits.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use git_read::Config;
use git_write::{Identity, Role};

use super::Failure;
use super::ends::now;
use super::terminal::Terminal;
use crate::snapshot::{Committed, Git, Goal, Rewrite, Signed};

/// Who makes commits here, as git's variables and configuration tell.
pub(super) fn identity(git: &Git, role: Role) -> Option<Identity> {
    git.identity(role, &variable, &beyond(), now())
}

/// Makes a commit on a branch.
pub(super) fn commit(
    git: &Arc<Git>,
    goal: &Goal,
    files: &[Rewrite],
    message: &str,
    is_signed_off: bool,
    terminal: &Terminal,
) -> Result<Committed, Failure> {
    let missing = || {
        Failure::new("git does not know who commits; nothing was written")
            .hint("set user.name and user.email in git's configuration, or GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL and the same for GIT_COMMITTER")
            .refusal()
    };
    let author = identity(git, Role::Author).ok_or_else(missing)?;
    let committer = identity(git, Role::Committer).ok_or_else(missing)?;
    let mut message = message.to_owned();
    if is_signed_off {
        message += &format!("\nSigned-off-by: {}\n", committer.who());
    }
    let signed = Signed {
        message: &message,
        author: &author,
        committer: &committer,
    };
    let committed = git
        .commit(goal, files, &signed)
        .map_err(|fault| Failure::new(format!("{fault}; nothing was written")).refusal())?;
    let own = git.store().configuration().ok();
    let others = beyond();
    let mut all = own.into_iter().chain(&others);
    if all.find_map(|config| config.is_true("commit", "gpgsign")) == Some(true) {
        terminal.note("the commit is not signed: no program is run for commit.gpgSign");
    }
    Ok(committed)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The configuration that git reads beside the repository's, what counts most first. What is not
/// readable says nothing.
fn beyond() -> Vec<Config> {
    let home = variable("HOME").map(Utf8PathBuf::from);
    let mut paths = Vec::new();
    match variable("GIT_CONFIG_GLOBAL") {
        Some(path) => paths.push(Utf8PathBuf::from(path)),
        None => {
            paths.extend(home.as_ref().map(|home| home.join(".gitconfig")));
            let folder = variable("XDG_CONFIG_HOME").map(Utf8PathBuf::from);
            let folder = folder.or_else(|| home.map(|home| home.join(".config")));
            paths.extend(folder.map(|folder| folder.join("git/config")));
        }
    }
    if variable("GIT_CONFIG_NOSYSTEM").is_none() {
        paths.push("/etc/gitconfig".into());
    }
    let read = |path: &Utf8PathBuf| Config::read(Utf8Path::new(path)).ok();
    paths.iter().filter_map(read).collect()
}
