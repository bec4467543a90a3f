//! What is wrong with what deploys: Applications, projects and Flux' objects, beside what they
//! ask for and cannot have.

mod addresses;
mod empty;
mod flux;
mod foreign;
pub(crate) mod ignored;
mod joined;
pub(crate) mod known;
mod left_out;
mod mistyped;
mod owners;
mod policies;
mod projects;
mod rules;
mod strangers;
mod turn;
mod twins;
mod waves;

#[cfg(test)]
mod lesser_tests;
#[cfg(test)]
mod project_tests;
#[cfg(test)]
mod tests;

use manifest::Snapshot;

use crate::checks::schema::Schemas;
use crate::deploy::ChartLayout;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::settings::Config;

pub(crate) use rules::{RULES, UNDEPLOYED_OVERLAY};

/// Everything that is wrong with what deploys the targets.
pub fn problems(
    rendered: &[Rendered],
    schemas: &Schemas,
    layout: &ChartLayout,
    snapshot: &dyn Snapshot,
    config: &Config,
) -> Vec<Problem> {
    let known = known::Known::of(rendered);
    let mut problems = projects::problems(rendered, schemas, &known, config);
    problems.extend(policies::problems(rendered, &known));
    problems.extend(owners::problems(rendered, schemas));
    problems.extend(twins::problems(rendered, &known));
    problems.extend(mistyped::problems(&known));
    problems.extend(addresses::problems(rendered));
    problems.extend(ignored::problems(rendered, &known));
    problems.extend(waves::problems(rendered, &known));
    problems.extend(left_out::overlays(rendered, snapshot));
    problems.extend(left_out::values(rendered, &known, layout));
    problems.extend(flux::problems(rendered));
    problems.extend(flux::variables(rendered));
    problems.extend(strangers::problems(rendered));
    problems.extend(foreign::objects(rendered));
    problems.extend(foreign::applications(rendered, &known));
    problems.extend(empty::problems(rendered, &known, snapshot));
    problems.extend(empty::default_project(&known));
    problems
}
