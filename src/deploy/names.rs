//! What applications are called, in any environment.

use std::borrow::Cow;

use camino::Utf8Path;
use manifest::{Object, View};

use super::Environment;
use super::argocd::cluster_of as cluster_of_application;
use super::environment::{PARENTS, WORDS, is_ambiguous, tier_by_name, tier_of_certain_name};

/// What parts a name into words.
const MARKS: [char; 3] = ['-', '_', '.'];

/// The application that a name stands for in any environment.
pub fn application_across<'a>(name: &'a str, environment: Option<&Environment>) -> Cow<'a, str> {
    match environment {
        Some(own) => without_environment(name, &own.name),
        None => name.into(),
    }
}

/// As [`application_across`], of what an Argo CD Application deploys: without the cluster that it
/// goes to either.
pub fn application_of<'a>(
    name: &'a str,
    deployer: &Object,
    environment: Option<&Environment>,
) -> Cow<'a, str> {
    let cluster = cluster_of_application(deployer);
    let name = match &cluster {
        Some(cluster) => without_cluster(name, cluster),
        None => name,
    };
    let label = |key| {
        let labels = ["metadata", "labels", key];
        deployer.node.view().get_path(&labels).map(View::text)
    };
    let labelled = label("cluster").or_else(|| label("cluster-name"));
    let labelled = labelled.and_then(|value| value.split('.').next());
    let labelled = labelled.filter(|value| !value.is_empty());
    match labelled.and_then(|value| without(name, value)) {
        Some(rest) => application_across(&rest, environment).into_owned().into(),
        None => application_across(name, environment),
    }
}

/// The name of an application without the environment in it: `api` of `api-prod` and `prod-api`,
/// `shop-api` of `shop-prod-api`.
fn without_environment<'a>(application: &'a str, environment: &str) -> Cow<'a, str> {
    let tier = tier_by_name(environment);
    let alike = WORDS
        .iter()
        .filter(|(own, _)| tier == Some(*own))
        .flat_map(|(_, words)| words.iter().copied())
        .filter(|word| !is_ambiguous(word));
    let mut names = std::iter::once(environment).chain(alike);
    let found = names.find_map(|name| match is_ambiguous(name) {
        // Between others such a word belongs to them, as in `shop-test-harness`.
        true => without_end(application, name),
        false => without(application, name),
    });
    found.unwrap_or(application.into())
}

/// The name of an application without that of the cluster it goes to.
fn without_cluster<'a>(application: &'a str, cluster: &str) -> &'a str {
    let behind = application.strip_suffix(cluster);
    let before = || application.strip_prefix(cluster)?.strip_prefix(MARKS);
    let rest = behind.and_then(|rest| rest.strip_suffix(MARKS));
    let rest = rest.or_else(before).filter(|rest| !rest.is_empty());
    rest.unwrap_or(application)
}

/// A name without a part of it that stands between marks.
fn without<'a>(name: &'a str, part: &str) -> Option<Cow<'a, str>> {
    let at = name.match_indices(part).find_map(|(at, part)| {
        let (before, behind) = (&name[..at], &name[at + part.len()..]);
        let is_part = (before.is_empty() || before.ends_with(MARKS))
            && (behind.is_empty() || behind.starts_with(MARKS));
        is_part.then_some((before, behind))
    });
    let (before, behind) =
        at.filter(|(before, behind)| !(before.is_empty() && behind.is_empty()))?;
    Some(match (before, behind) {
        ("", behind) => behind.trim_start_matches(MARKS).into(),
        (before, "") => before.trim_end_matches(MARKS).into(),
        (before, behind) => format!("{}{behind}", before.trim_end_matches(MARKS)).into(),
    })
    .filter(|rest: &Cow<'_, str>| !rest.is_empty())
}

/// A name without a part of it that it begins or ends with.
fn without_end<'a>(name: &'a str, part: &str) -> Option<Cow<'a, str>> {
    let is_end = |rest: &str| rest.starts_with(MARKS) || rest.ends_with(MARKS);
    let rest = name.strip_suffix(part).or_else(|| name.strip_prefix(part));
    rest.filter(|rest| is_end(rest))
        .map(|rest| rest.trim_matches(MARKS).into())
}

/// The application that a target's path speaks of: the folder above `overlays` and its like,
/// else the innermost folder that is neither an environment, a base nor a number.
pub fn application_of_path(path: &Utf8Path) -> &str {
    application_beside(path, &|_| false)
}

/// As [`application_of_path`], where more names than those of tiers are environments.
pub(super) fn application_beside<'a>(
    path: &'a Utf8Path,
    is_environment: &dyn Fn(&str) -> bool,
) -> &'a str {
    let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
    let above = parts
        .iter()
        .rposition(|part| PARENTS.contains(part))
        .filter(|at| *at > 0 && at + 2 >= parts.len())
        .map(|at| parts[at - 1]);
    let is_place = |part: &str| {
        PARENTS.contains(&part) || tier_of_certain_name(part).is_some() || is_environment(part)
    };
    let is_step = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()) || matches!(part, "base" | "bases")
    };
    let is_of_environments = |at: usize| {
        let above = at.checked_sub(1).and_then(|above| parts.get(above));
        above.is_some_and(|above| PARENTS.contains(above)) && tier_by_name(parts[at]).is_some()
    };
    let own = parts.iter().enumerate().rev();
    let own = own.filter(|(at, part)| !is_place(part) && !is_of_environments(*at));
    let mut own = own.map(|(_, part)| part);
    let innermost = own.clone().find(|part| !is_step(part));
    let found = above.or(innermost.copied()).or(own.next().copied());
    found.unwrap_or(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_an_application_across_environments() {
        for (name, environment, application) in [
            ("api-prod", "production", "api"),
            ("prod-eu-api", "prod-eu", "api"),
            ("dev", "dev", "dev"),
            ("api-dev", "production", "api-dev"),
            ("shop-dev-api", "dev", "shop-api"),
            ("shop-production-api", "prod", "shop-api"),
            ("developer-portal", "dev", "developer-portal"),
            ("api-demo", "demo", "api"),
            ("api-test", "test", "api"),
            ("control-system-test", "dev", "control-system-test"),
            ("test-api", "test", "api"),
            ("shop-test-harness", "test", "shop-test-harness"),
        ] {
            assert_eq!(
                without_environment(name, environment),
                application,
                "{name}"
            );
        }
        assert_eq!(without_cluster("api-eks-1", "eks-1"), "api");
        assert_eq!(without_cluster("eks-1", "eks-1"), "eks-1");
        assert_eq!(without_cluster("api-nas-dns", "nas"), "api-nas-dns");
    }

    #[test]
    fn takes_no_base_and_no_number_for_an_application() {
        for (path, application) in [
            ("apps/api/base", "api"),
            ("apps/api/prod/00", "api"),
            ("base", "base"),
            ("00", "00"),
            ("", "."),
            ("envs/integration-gpu", "."),
        ] {
            assert_eq!(application_of_path(path.into()), application, "{path}");
        }
        let is_demo = |part: &str| part == "demo";
        let path = Utf8Path::new("apps/api/demo/base");
        assert_eq!(application_beside(path, &is_demo), "api");
    }
}
