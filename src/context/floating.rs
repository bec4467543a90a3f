//! Resources of other repositories of which it is told that they may change.

use camino::Utf8PathBuf;
use manifest::Span;
use rustc_hash::FxHashSet;

use super::{Context, Told};
use crate::checks::kustomizations::FLOATING_REMOTE_RESOURCE;
use crate::problem::{Problem, REMOTE_RESOURCE};

pub(super) fn concerns(problem: &Problem) -> bool {
    problem.rule.id == REMOTE_RESOURCE.id
}

/// Leaves out that a kustomization uses another repository where it is told that what it uses there
/// may change.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    if !(context.looks_at)(&FLOATING_REMOTE_RESOURCE) {
        return;
    }
    let is_floating = |problem: &Problem| problem.rule.id == FLOATING_REMOTE_RESOURCE.id;
    let floating: FxHashSet<(Utf8PathBuf, Span)> =
        told.of(is_floating).filter_map(|own| spot(own)).collect();
    told.keep(concerns, |problem| {
        spot(problem).is_none_or(|spot| !floating.contains(&spot))
    });
}

/// The bytes of a problem.
fn spot(problem: &Problem) -> Option<(Utf8PathBuf, Span)> {
    let place = problem.place()?;
    Some((place.path().to_owned(), place.span))
}
