//! What a change promotes by hand, from the command line.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use super::terminal::Terminal;
use crate::compare::{Pasts, Place, World};
use crate::judge::finding::Finding;
use crate::pipeline::Deployed;
use crate::promote::{candidates, problems};
use crate::report::plural;
use crate::settings::HOTFIX_LOST;
use crate::snapshot::{FileChange, Git, Repository};
use crate::{Request, Setup};

/// A state of the repository, rendered.
#[derive(Clone, Copy)]
pub(super) struct State<'a> {
    pub(super) deployed: &'a Deployed,
    pub(super) files: &'a dyn Repository,
    /// What its history is asked from.
    pub(super) revision: &'a str,
}

/// What a change takes back, or carries from one environment to another, as findings.
pub(super) fn findings(
    [before, after]: [State<'_>; 2],
    changes: &[FileChange],
    git: &Git,
    setup: &Setup,
    request: &Request,
    terminal: &Terminal,
) -> Vec<Finding> {
    if !request.looks_at(&HOTFIX_LOST) || !setup.config().is_on_anywhere(&HOTFIX_LOST) {
        return Vec::new();
    }
    let edited = changes.iter().filter(|change| change.was && change.is);
    let edited: BTreeSet<Utf8PathBuf> = edited.map(|change| change.path.clone()).collect();
    let (found, left_out) = candidates(world(&after, None), setup.config(), &edited);
    if left_out > 0 {
        terminal.note(&format!(
            "note: {} were not checked for lost hotfixes",
            plural(left_out, "pair of environments")
        ));
    }
    if found.is_empty() {
        return Vec::new();
    }
    let files: BTreeSet<Utf8PathBuf> = found
        .iter()
        .flat_map(|own| own.files().map(ToOwned::to_owned))
        .collect();
    let files: Vec<Utf8PathBuf> = files.into_iter().collect();
    let past = |state: &State<'_>| Pasts::new(git, state.revision, files.clone()).ok();
    let (past_before, past_after) = (past(&before), past(&after));
    let before = world(&before, past_before.as_ref());
    let after = world(&after, past_after.as_ref());
    setup.judge_apart(&problems(before, after, &found), request)
}

fn world<'a>(state: &State<'a>, pasts: Option<&'a Pasts<'a>>) -> World<'a> {
    World {
        deployed: state.deployed,
        place: Place {
            snapshot: state.files,
            pasts,
        },
    }
}
