//! The target that a user names by its folder and environment.

use std::collections::BTreeSet;
use std::time::SystemTime;

use camino::Utf8Path;
use helm::Shelf;
use kustomize::Options;

use super::Failure;
use crate::date::Date;
use crate::deploy::tier_named;
use crate::render::Rendered;
use crate::request::ApiVersions;
use crate::snapshot::Repository;
use crate::{Request, Setup};

/// The one target below a folder that is deployed to an environment.
pub(super) fn of_environment(
    repository: &dyn Repository,
    below: &Utf8Path,
    environment: &str,
    shelf: Shelf,
    options: Options,
    api_versions: ApiVersions,
) -> Result<Rendered, Failure> {
    let setup = Setup::read_in(crate::cli::isolation(), repository, None)
        .map_err(|faults| super::configuration(&faults))?;
    let setup = setup.with_shelf(shelf);
    let request = Request {
        paths: vec![below.to_owned()],
        api_versions,
        ..Request::all(Date::at(SystemTime::now()))
    };
    let deployed = setup.render(repository, &request, options);
    let is_asked = |target: &Rendered| target.spec.is_asked;
    let (mut meant, others): (Vec<Rendered>, Vec<Rendered>) = deployed
        .into_targets()
        .filter(is_asked)
        .partition(|target| is_of(target, environment));
    match (meant.pop(), meant.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            meant.push(last);
            Err(several(below, environment, &meant))
        }
        (None, _) => Err(nothing(below, environment, &others)),
    }
}

fn is_of(target: &Rendered, environment: &str) -> bool {
    let own = target.spec.environment.as_ref();
    own.is_some_and(|own| *own.name == *environment || tier_named(environment) == Some(own.tier))
}

fn several(below: &Utf8Path, environment: &str, targets: &[Rendered]) -> Failure {
    let name = |target: &Rendered| format!("{} ({})", target.spec.path, target.spec.application);
    let names: BTreeSet<String> = targets.iter().map(name).collect();
    let names: Vec<String> = names.into_iter().collect();
    Failure::new(format!(
        "several targets below {below} are deployed to {environment}"
    ))
    .hint(format!("name one of them: {}", names.join(", ")))
}

fn nothing(below: &Utf8Path, environment: &str, targets: &[Rendered]) -> Failure {
    let known = targets.iter().filter_map(|t| t.spec.environment.as_ref());
    let known: BTreeSet<&str> = known.map(|own| &*own.name).collect();
    let failure = Failure::new(format!(
        "nothing below {below} is deployed to {environment}"
    ));
    match known.is_empty() {
        true => failure,
        false => {
            let known: Vec<&str> = known.into_iter().collect();
            failure.hint(format!("there is {}", known.join(", ")))
        }
    }
}
