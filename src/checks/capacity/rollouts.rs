//! Rollouts that wait for a pod which the quota has no room for.

use manifest::View;

use super::rules::ROLLOUT_WITHOUT_ROOM;
use super::{Placed, is, keys};
use crate::problem::Problem;

/// Whether a rollout of so many pods makes a new one before it ends one.
pub(super) fn needs_room(placed: Placed<'_>, pods: u64) -> bool {
    if pods == 0 || !is(placed.object, "apps", "Deployment") {
        return false;
    }
    let strategy = placed.view().get_path(&["spec", "strategy"]);
    let kind = strategy.and_then(|own| own.get("type"));
    if kind.is_some_and(|kind| kind.text() == "Recreate") {
        return false;
    }
    let field = |name| strategy.and_then(|own| own.get_path(&["rollingUpdate", name]));
    let surge = share(field("maxSurge"), pods, true);
    let unavailable = share(field("maxUnavailable"), pods, false);
    surge
        .zip(unavailable)
        .is_some_and(|(surge, unavailable)| surge > 0 && unavailable == 0)
}

/// So many of the pods: a number, or a part of them, a quarter by default.
fn share(view: Option<View<'_>>, pods: u64, is_rounded_up: bool) -> Option<u64> {
    let text = view
        .filter(|view| !view.is_null())
        .map_or("25%", View::text);
    let Some(percent) = text.strip_suffix('%') else {
        return text.parse().ok();
    };
    let part = pods.saturating_mul(percent.parse().ok()?);
    Some(match is_rounded_up {
        true => part.div_ceil(100),
        false => part / 100,
    })
}

pub(super) fn stuck(placed: Placed<'_>, quota: Placed<'_>, needs: &str, left: &str) -> Problem {
    let message = format!(
        "a rollout first starts another pod, which adds {needs}, but quota `{}` has {left} left",
        quota.name()
    );
    let strategy = keys(&["spec", "strategy", "rollingUpdate"]);
    let problem = placed.problem(&ROLLOUT_WITHOUT_ROOM, strategy, message);
    match quota
        .view()
        .get_path(&["spec", "hard"])
        .and_then(View::origin)
    {
        Some(src) => problem.related("the quota", src.locate()),
        None => problem,
    }
}
