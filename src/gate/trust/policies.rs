//! What a change would have made of policies.

use std::sync::Arc;

use manifest::{Location, Source, Span};

use super::Gate;
use crate::Setup;
use crate::problem::Problem;
use crate::rule::Severity;
use crate::settings::trust::GATE_WEAKENED;

/// Policies that the change edits, removes or no longer names.
pub(super) fn problems(gate: &Gate<'_>, own: &Setup) -> Vec<Problem> {
    let mut problems = Vec::new();
    for trusted in gate.setup.policy_sources() {
        let path = trusted.path();
        let mine = own.policy_sources().find(|source| source.path() == path);
        let (message, place) = match mine {
            Some(mine) if mine.tree.text() == trusted.tree.text() => continue,
            Some(mine) => (
                format!("this policy is not the one of {}, which is used", gate.name),
                first_line(mine),
            ),
            None => (
                format!("this policy of {} would no longer be used", gate.name),
                first_line(trusted),
            ),
        };
        let mut problem = Problem::new(&GATE_WEAKENED, message).at(place);
        // Whether another text is laxer is told by its effect.
        problem.at_most = mine.map(|_| Severity::Warning);
        problems.push(problem);
    }
    problems
}

fn first_line(source: &Arc<Source>) -> Location {
    let length = source.tree.text().lines().next().map_or(0, str::len);
    Location {
        file: source.clone(),
        span: Span::new(0, length as u32),
    }
}
