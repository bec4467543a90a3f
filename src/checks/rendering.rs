//! What keeps targets from being rendered, and what their objects ask for and cannot have.

use manifest::Location;

use crate::problem::Problem;
use crate::render::Rendered;

/// What is wrong with the rendering of targets. Faults of a text as such are told with the text
/// (`is_told` tells of which texts they are).
pub fn problems(rendered: &[Rendered], is_told: &dyn Fn(&Location) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, target) in rendered.iter().enumerate() {
        let untold = target.faults.iter().filter(|fault| {
            let place = fault.at.as_ref();
            !place.is_some_and(|place| is_of_text(place) && is_told(place))
        });
        let faults = untold.cloned().map(Problem::of_fault);
        let own = faults.chain(target.unmet.iter().cloned());
        problems.extend(own.map(|problem| problem.affecting([at])));
    }
    problems
}

/// Whether a place is that of a fault of a text as such.
fn is_of_text(place: &Location) -> bool {
    let mut errors = place.file.tree.errors().iter();
    errors.any(|error| error.span.start == place.span.start)
}
