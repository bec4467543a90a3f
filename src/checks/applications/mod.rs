//! What is wrong with Argo CD Applications, beside what they ask for and cannot have.

mod owners;
mod projects;
mod rules;

use crate::checks::schema::Schemas;
use crate::problem::Problem;
use crate::render::Rendered;

pub(crate) use rules::RULES;

/// Everything that is wrong with the Applications of all targets.
pub fn problems(rendered: &[Rendered], schemas: &Schemas) -> Vec<Problem> {
    let mut problems = projects::problems(rendered);
    problems.extend(owners::problems(rendered, schemas));
    problems
}
