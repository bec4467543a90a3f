//! Files of variables that a generator makes one key of, where each variable was meant to be one.

use manifest::{Location, View};

use super::super::rules::MISSING_KEY;
use super::provided::Keys;
use super::{Found, Use};
use crate::problem::Problem;

/// What is told of a key that is missing because it stands in such a file.
pub(super) fn problem(used: Use<'_>, found: &Found<'_>, name: &str, key: &str) -> Option<Problem> {
    let Keys::Own(object) = found.provision.keys else {
        return None;
    };
    let mut entries = object.get("data")?.entries();
    let (file, place) = entries.find_map(|entry| {
        let place = generated_from(entry.key, entry.value)?;
        sets(entry.value.text(), key).then(|| (entry.key.text(), place))
    })?;
    let kind = used.reference.sort.kind;
    let message =
        format!("`{file}` becomes one key of {kind} `{name}`, not the keys that are set in it");
    let problem = Problem::new(&MISSING_KEY, message).at(place);
    Some(
        problem
            .help("did you mean `envs:` instead of `files:`?")
            .affecting_objects([used.placed.at].into()),
    )
}

/// The place that names a file, where a whole file became the value.
fn generated_from(key: View<'_>, value: View<'_>) -> Option<Location> {
    let View::Made(made) = key else {
        return None;
    };
    let by = key.origin()?.locate();
    let is_generated = made.step.name == "configMapGenerator";
    (is_generated && value.origin()?.locate().path() != by.path()).then_some(by)
}

/// Whether a file of variables sets one.
fn sets(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('='))
    })
}
