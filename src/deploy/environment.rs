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
            "acc",
            "int",
            "integration",
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

/// Words that stand beside a tier's in the name of a cluster or a region.
const BESIDE: [&str; 28] = [
    "eu", "us", "ap", "sa", "ca", "af", "me", "uk", "de", "asia", "europe", "west", "east",
    "north", "south", "central", "eks", "gke", "aks", "k8s", "k3s", "rke", "aws", "gcp", "azure",
    "cluster", "kind", "talos",
];

/// The tier of a name that can only be an environment's: a tier's word alone, or beside regions,
/// providers and numbers, such as `prod-eu-1` or `eks-dev`.
fn tier_of_certain_name(name: &str) -> Option<Tier> {
    let lower = name.to_ascii_lowercase();
    let is_beside = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.is_empty() || BESIDE.contains(&letters)
    };
    let words = || lower.split(['-', '_', '.']).filter(|word| !word.is_empty());
    let own = words().filter(|word| !is_beside(word)).count();
    tier_by_name(name).filter(|_| own == 1)
}

/// The tier that a word of the command line names: `prod` is `production`.
pub fn tier_named(word: &str) -> Option<Tier> {
    match word {
        "prod" | "prd" | "live" => Some(Tier::Production),
        "staging" | "stg" => Some(Tier::Stage),
        "development" => Some(Tier::Dev),
        name => Tier::ALL.into_iter().find(|tier| tier.name() == name),
    }
}

/// Whether a folder holds what environments have in common.
pub(super) fn is_shared(name: &str) -> bool {
    matches!(
        name,
        "base" | "bases" | "common" | "shared" | "components" | "default" | "lib"
    )
}

/// The tier that one word stands for: `prod` and `production` are alike.
pub(super) fn environment_word(word: &str) -> Option<Tier> {
    tier_by_name(word).filter(|_| is_word(word))
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
    let (name, tier, _) = folder_of_environment(path)?;
    Some(Environment {
        name: name.into(),
        tier,
    })
}

/// The folder that tells the environment of a path, unless it stands where only environments do.
pub(super) fn environment_folder(path: &Utf8Path) -> Option<&Utf8Path> {
    let (_, _, folder) = folder_of_environment(path)?;
    let parent = folder.parent().and_then(Utf8Path::file_name);
    let is_child = parent.is_some_and(|parent| PARENTS.contains(&parent));
    (!is_child).then_some(folder)
}

fn folder_of_environment(path: &Utf8Path) -> Option<(&str, Tier, &Utf8Path)> {
    path.ancestors().find_map(|folder| {
        let name = folder.file_name()?;
        let parent = folder.parent().and_then(Utf8Path::file_name);
        let is_child = parent.is_some_and(|parent| PARENTS.contains(&parent));
        let is_at_root = folder.parent() == Some(Utf8Path::new(""));
        let tier = match is_child {
            true => tier_by_name(name).or_else(|| canary(name)),
            false => tier_of_certain_name(name).or_else(|| canary(name).filter(|_| is_at_root)),
        };
        Some((name, tier?, folder))
    })
}

/// A canary serves some of production's users.
fn canary(name: &str) -> Option<Tier> {
    (name == "canary").then_some(Tier::Production)
}

/// The application that a name stands for in an environment, in whichever it is.
pub fn application_across<'a>(name: &'a str, environment: Option<&Environment>) -> &'a str {
    match environment {
        Some(own) => without_environment(name, &own.name),
        None => name,
    }
}

/// The name of an application without the environment in it: `api` of `api-prod` and `prod-api`.
fn without_environment<'a>(application: &'a str, environment: &str) -> &'a str {
    let marks = ['-', '_', '.'];
    let strip = |name: &str| -> Option<&'a str> {
        let behind = application
            .strip_suffix(name)
            .and_then(|rest| rest.strip_suffix(marks));
        let before = application
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(marks));
        behind.or(before).filter(|rest| !rest.is_empty())
    };
    let alike = WORDS
        .iter()
        .filter(|(tier, _)| tier_by_name(environment) == Some(*tier));
    let mut words = alike.flat_map(|(_, words)| words.iter().copied());
    strip(environment)
        .or_else(|| words.find_map(strip))
        .unwrap_or(application)
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
            let own =
                |part: &&&str| !(PARENTS.contains(part) || tier_of_certain_name(part).is_some());
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
    fn knows_clusters_and_regions() {
        check("prod-eu-1/web", "prod-eu-1 (production)", "web");
        check("kubernetes/eks-dev/web", "eks-dev (dev)", "web");
        check("local-k8s/web", "local-k8s (dev)", "web");
        check("web/int", "int (stage)", "web");
        check("web/acc", "acc (stage)", "web");
        check("canary/web", "canary (production)", "web");
        check("web/canary", "unassigned", "canary");
        check("apps/dev-tools", "unassigned", "dev-tools");
    }

    #[test]
    fn knows_an_application_across_environments() {
        assert_eq!(without_environment("api-prod", "production"), "api");
        assert_eq!(without_environment("prod-eu-api", "prod-eu"), "api");
        assert_eq!(without_environment("dev", "dev"), "dev");
        assert_eq!(without_environment("api-dev", "production"), "api-dev");
    }

    #[test]
    fn takes_no_other_overlay_for_an_environment() {
        check("deploy/overlays/okd", "unassigned", "deploy");
        check("charts/production-line/base", "unassigned", "base");
        check("", "unassigned", ".");
    }
}
