//! Which environment a folder belongs to, told from its path.

use std::sync::Arc;

use camino::Utf8Path;

use crate::rule::Tier;
use crate::settings::Config;

/// An environment and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Environment {
    /// Its name, as the layout or the configuration has it.
    pub name: Arc<str>,
    /// What it is for.
    pub tier: Tier,
}

/// Folders whose children are environments.
const PARENTS: [&str; 9] = [
    "overlays",
    "overlay",
    "envs",
    "env",
    "environments",
    "environment",
    "clusters",
    "cluster",
    "stages",
];

/// The words of each tier, in names as people give them.
const WORDS: [(Tier, &[&str]); 3] = [
    (
        Tier::Dev,
        &[
            "dev",
            "develop",
            "development",
            "sandbox",
            "test",
            "testing",
            "local",
        ],
    ),
    (
        Tier::Stage,
        &[
            "stage",
            "staging",
            "stg",
            "uat",
            "qa",
            "preprod",
            "preproduction",
            "nonprod",
            "acceptance",
        ],
    ),
    (Tier::Production, &["prod", "production", "prd", "live"]),
];

/// The tier that an environment's name tells, in one of its words: `dev`, `eu-staging`,
/// `prod-us`. `None` where the name tells nothing.
fn tier_by_name(environment: &str) -> Option<Tier> {
    let lower = environment.to_ascii_lowercase();
    let words = || {
        lower
            .split(['-', '_', '.'])
            .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
    };
    let tier = words().find_map(|word| {
        let of_tier = WORDS.iter().find(|(_, words)| words.contains(&word));
        of_tier.map(|(tier, _)| *tier)
    })?;
    let is_rehearsal = words().any(|word| matches!(word, "pre" | "non"));
    if tier == Tier::Production && is_rehearsal {
        return Some(Tier::Stage);
    }
    Some(tier)
}

/// The tier that one word stands for: `prod` and `production` are alike.
pub(super) fn environment_word(word: &str) -> Option<Tier> {
    tier_by_name(word).filter(|_| is_word(word))
}

/// The tier that a word of people stands for, such as `prod`.
pub fn tier_of_word(word: &str) -> Option<Tier> {
    environment_word(word)
}

/// Whether a name is one of an environment.
pub(super) fn is_environment(name: &str) -> bool {
    tier_by_name(name).is_some()
}

/// The environment of a name, if it stands for one.
pub(super) fn environment_named(name: &str, config: &Config) -> Option<Environment> {
    let tier = config.tier_of(name).or_else(|| tier_by_name(name))?;
    Some(Environment {
        name: name.into(),
        tier,
    })
}

/// The environment that one of the words in a name stands for: `prod` of `api-prod`.
pub(super) fn environment_in_name(name: &str, config: &Config) -> Option<Environment> {
    let mut words = name.split(['-', '_', '.']);
    words.find_map(|word| environment_named(word, config))
}

/// The environment that a path's folders speak of. A folder below `overlays`, `envs`,
/// `environments` or `clusters` may carry a region or an application in its name; any other
/// must be a tier's name alone. The deepest one counts.
pub fn environment_of_path(path: &Utf8Path) -> Option<Environment> {
    let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
    (0..parts.len()).rev().find_map(|at| {
        let part = parts[at];
        let is_child = at > 0 && PARENTS.contains(&parts[at - 1]);
        let tier = tier_by_name(part).filter(|_| is_child || is_word(part))?;
        Some(Environment {
            name: part.into(),
            tier,
        })
    })
}

/// The application that a target's path speaks of: the folder above `overlays` and its like,
/// else the innermost folder that is not an environment.
pub fn application_of_path(path: &Utf8Path) -> &str {
    let parts: Vec<&str> = path.components().map(|c| c.as_str()).collect();
    let above = parts
        .iter()
        .rposition(|part| PARENTS.contains(part))
        .filter(|at| *at > 0 && at + 2 >= parts.len())
        .map(|at| parts[at - 1]);
    above
        .or_else(|| {
            let own = |part: &&&str| {
                !(PARENTS.contains(part) || is_word(part) && tier_by_name(part).is_some())
            };
            parts.iter().rev().find(own).copied()
        })
        .unwrap_or(".")
}

fn is_word(name: &str) -> bool {
    !name.contains(['-', '_', '.'])
}

/// The cluster that a path speaks of: the folder below `clusters`.
pub fn cluster_of_path(path: &Utf8Path) -> Option<&str> {
    let mut parts = path.components().map(|c| c.as_str());
    parts.find(|part| *part == "clusters")?;
    parts.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, environment: &str, application: &str) {
        let path = Utf8Path::new(path);
        let told = environment_of_path(path).map_or_else(
            || "unassigned".to_owned(),
            |e| format!("{} ({})", e.name, e.tier),
        );
        assert_eq!(told, environment, "{path}");
        assert_eq!(application_of_path(path), application, "{path}");
    }

    #[test]
    fn tells_environment_and_application_from_the_layout() {
        check(
            "apps/api/overlays/production",
            "production (production)",
            "api",
        );
        check("apps/api/overlays/prod-us", "prod-us (production)", "api");
        check("apps/api/overlays/eu-staging", "eu-staging (stage)", "api");
        check(
            "clusters/prod-eu/monitoring",
            "prod-eu (production)",
            "monitoring",
        );
        check("apps/dev/web", "dev (dev)", "web");
        check("overlays/stage/api", "stage (stage)", "api");
        check("infrastructure/overlays/dev", "dev (dev)", "infrastructure");
        check("web/envs/pre-prod", "pre-prod (stage)", "web");
    }

    #[test]
    fn takes_no_other_overlay_for_an_environment() {
        check("deploy/overlays/okd", "unassigned", "deploy");
        check("charts/production-line/base", "unassigned", "base");
        check("", "unassigned", ".");
    }
}
