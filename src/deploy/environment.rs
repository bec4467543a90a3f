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
pub(super) const PARENTS: [&str; 9] = [
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

/// Whether the folders in a folder are environments, or clusters.
pub fn holds_environments(folder: &Utf8Path) -> bool {
    folder
        .file_name()
        .is_some_and(|name| PARENTS.contains(&name))
}

/// The words of each tier, in names as people give them.
pub(super) const WORDS: [(Tier, &[&str]); 3] = [
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
pub(super) fn tier_by_name(environment: &str) -> Option<Tier> {
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

/// Words that name an environment where nothing else can stand, such as in a label.
const OWN_WORDS: [(Tier, &[&str]); 3] = [
    (
        Tier::Dev,
        &["alpha", "lab", "playground", "preview", "sbox", "sbx"],
    ),
    (Tier::Stage, &["beta", "demo", "perf", "perftest", "pre"]),
    (Tier::Production, &["canary", "dr", "pro"]),
];

/// The tier of what is certainly the name of an environment. One that no name tells is the middle
/// one.
pub(super) fn tier_of_environment(name: &str) -> Tier {
    let of_word = || {
        let lower = name.to_ascii_lowercase();
        let mut words = own_words(&lower);
        let own = words.next().filter(|_| words.next().is_none())?;
        let all = OWN_WORDS.iter();
        let mut all = all.filter(|(_, words)| words.contains(&own));
        all.next().map(|(tier, _)| *tier)
    };
    let of_end = || {
        // `acmeprod`, as nobody calls anything but an environment.
        let ends = [
            ("nonprod", Tier::Stage),
            ("preprod", Tier::Stage),
            ("dev", Tier::Dev),
            ("prod", Tier::Production),
        ];
        let mut ends = ends.into_iter();
        ends.find_map(|(end, tier)| name.ends_with(end).then_some(tier))
    };
    let told = tier_by_name(name).or_else(of_word).or_else(of_end);
    told.unwrap_or(Tier::Stage)
}

/// The words of a name in small letters, apart from regions, providers and numbers.
fn own_words(lower: &str) -> impl Iterator<Item = &str> {
    let is_beside = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.is_empty() || BESIDE.contains(&letters)
    };
    let words = lower.split(['-', '_', '.']);
    words.filter(move |word| !is_beside(word))
}

/// The tier of a name that can only be an environment's: a tier's word alone, or beside regions,
/// providers and numbers, such as `prod-eu-1` or `eks-dev`.
pub(super) fn tier_of_certain_name(name: &str) -> Option<Tier> {
    let lower = name.to_ascii_lowercase();
    tier_by_name(name).filter(|_| own_words(&lower).count() == 1)
}

/// The environment that a label names: all of its value, whatever it is called.
pub(super) fn environment_of_label(value: &str, config: &Config) -> Option<Environment> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!value.is_empty() && value.chars().all(is_name)).then(|| Environment {
        name: value.into(),
        tier: config
            .tier_of(value)
            .unwrap_or_else(|| tier_of_environment(value)),
    })
}

/// The environment that a cluster is called after, beside its provider, region and number: `demo`
/// of `eks-demo-1`.
pub(super) fn environment_of_cluster(cluster: &str) -> Option<Environment> {
    let lower = cluster.to_ascii_lowercase();
    let mut words = own_words(&lower);
    let own = words.next().filter(|_| words.next().is_none())?;
    let all = OWN_WORDS.iter();
    let mut all = all.filter(|(_, words)| words.contains(&own));
    all.next().map(|(tier, _)| Environment {
        name: own.into(),
        tier: *tier,
    })
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

/// The folder of bases that a folder is in; the outermost of several. A folder of components may as
/// well be a catalog for other repositories.
pub fn folder_of_bases(folder: &Utf8Path) -> Option<&Utf8Path> {
    let is_of_bases = |own: &&Utf8Path| {
        let name = own.file_name();
        name.is_some_and(|name| matches!(name, "base" | "bases"))
    };
    folder.ancestors().skip(1).filter(is_of_bases).last()
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

/// Words of tiers that are as often words for what an application does or is, as those of
/// `local-path-provisioner` and `crm-integration`.
const AMBIGUOUS: [&str; 6] = ["integration", "live", "local", "sandbox", "test", "testing"];

/// Whether a name is a word that is as often one for what an application does or is.
pub(super) fn is_ambiguous(name: &str) -> bool {
    AMBIGUOUS.contains(&name)
}

/// Whether a name is one of the words of a longer one that means the same tier: `dev` of
/// `roundtable-dev`.
pub(super) fn is_short_for(short: &Environment, long: &Environment) -> bool {
    let mut words = long.name.split(['-', '_', '.']);
    short.tier == long.tier && short.name != long.name && words.any(|word| *word == *short.name)
}

/// The environment that one of the words in a name stands for: `prod` of `api-prod`, `pre-prod` of
/// `api-pre-prod`.
pub(super) fn environment_in_name(name: &str, config: &Config) -> Option<Environment> {
    let is_certain = |word: &str| config.tier_of(word).is_some() || !is_ambiguous(word);
    environment_by_word(name, config, is_certain)
}

/// As [`environment_in_name`], of a name in which such a word may mean something else.
pub(super) fn environment_hinted(name: &str, config: &Config) -> Option<Environment> {
    environment_by_word(name, config, |_| true)
}

fn environment_by_word(
    name: &str,
    config: &Config,
    counts: impl Fn(&str) -> bool,
) -> Option<Environment> {
    let mut before = "";
    for word in name.split(['-', '_', '.']) {
        if let Some(found) = environment_named(word, config).filter(|_| counts(word)) {
            let whole = match before {
                "pre" | "non" => environment_named(&format!("{before}-{word}"), config),
                _ => None,
            };
            return whole.or(Some(found));
        }
        before = word;
    }
    None
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
    use super::super::names::application_of_path;
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
    fn takes_no_other_overlay_for_an_environment() {
        check("deploy/overlays/okd", "unassigned", "deploy");
        check(
            "charts/production-line/base",
            "unassigned",
            "production-line",
        );
        check("", "unassigned", ".");
    }

    #[test]
    fn tells_what_labels_and_clusters_are_called_after() {
        let config = Config::default();
        let label = |value: &str| {
            let told = environment_of_label(value, &config);
            told.map(|own| format!("{} ({})", own.name, own.tier))
        };
        assert_eq!(label("pro").as_deref(), Some("pro (production)"));
        assert_eq!(label("pre").as_deref(), Some("pre (stage)"));
        assert_eq!(label("prod-eu").as_deref(), Some("prod-eu (production)"));
        assert_eq!(label("non-prod").as_deref(), Some("non-prod (stage)"));
        assert_eq!(label("homelab").as_deref(), Some("homelab (stage)"));
        assert_eq!(label("acmeprod").as_deref(), Some("acmeprod (production)"));
        assert_eq!(label("acmepreprod").as_deref(), Some("acmepreprod (stage)"));
        assert_eq!(label("{{ .env }}"), None);
        assert_eq!(label(""), None);
        let cluster = |name: &str| environment_of_cluster(name).map(|own| own.name.to_string());
        assert_eq!(cluster("eks-demo-1").as_deref(), Some("demo"));
        assert_eq!(cluster("podinfo-demo"), None);
    }

    #[test]
    fn takes_no_rehearsal_for_production() {
        let named = |name: &str| {
            let told = environment_in_name(name, &Config::default());
            told.map(|own| format!("{} ({})", own.name, own.tier))
        };
        assert_eq!(named("api-prod").as_deref(), Some("prod (production)"));
        assert_eq!(named("api-pre-prod").as_deref(), Some("pre-prod (stage)"));
        assert_eq!(named("non-prod-api").as_deref(), Some("non-prod (stage)"));
        assert_eq!(named("crm-integration"), None);
        assert_eq!(named("test-api-prod").as_deref(), Some("prod (production)"));
    }
}
