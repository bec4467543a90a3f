//! The `# METADATA` block at the head of a policy.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::TargetField;
use super::kinds::Kinds;
use crate::rule::{Severities, Severity};

/// What a policy says about itself.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) id: Option<String>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) remediation: String,
    pub(crate) severities: Severities,
    pub(crate) kinds: Kinds,
    pub(crate) scope: Scope,
    /// What it looks at by itself of all that it sees.
    pub(crate) each: Option<Each>,
    pub(crate) uses: BTreeSet<TargetField>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) references: Vec<String>,
    /// Whether no profile switches it on.
    pub(crate) is_optional: bool,
    /// What other linters check that it checks as well, in the words of the table in `docs/`.
    pub(crate) covers: Vec<String>,
    pub(crate) bad: Option<String>,
    pub(crate) good: Option<String>,
    /// How many violations the bad example has.
    pub(crate) findings: usize,
}

/// How many objects a policy sees at once.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One.
    #[default]
    Object,
    /// Those of a target.
    Target,
    /// Those of all targets of an environment.
    Environment,
    /// All that the repository renders.
    Repository,
}

/// What a policy looks at by itself, beside all else that it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Each {
    /// Each object that tells of pods: how many come at once does not matter to it.
    Workload,
}

/// Something that can be set for a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// The name, under which it stands in `input.parameters`.
    pub name: String,
    /// What it does, in one sentence.
    pub description: String,
    /// Its value where nobody sets it.
    #[serde(with = "as_text")]
    pub default: serde_json::Value,
}

/// JSON as text, for formats that do not tell what comes next.
mod as_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
        let text = String::deserialize(from)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}

/// A fault in a policy's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextFault {
    /// The line, counted from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: Option<String>,
    title: String,
    description: String,
    remediation: String,
    severity: RawSeverity,
    kinds: OneOrMore,
    #[serde(default)]
    scope: Scope,
    each: Option<Each>,
    #[serde(default)]
    uses: BTreeSet<TargetField>,
    #[serde(default)]
    parameters: BTreeMap<String, RawParameter>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    covers: Vec<String>,
    bad: Option<String>,
    good: Option<String>,
    #[serde(default = "one")]
    findings: usize,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawSeverity {
    Everywhere(Level),
    ByTier(Levels),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    production: Level,
    stage: Level,
    dev: Level,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Off,
    Info,
    Warning,
    Error,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    description: String,
    default: serde_json::Value,
}

/// Keys that no other tool's metadata has: a block with one of them is meant for this program.
const OWN_KEYS: [&str; 10] = [
    "covers",
    "optional",
    "severity",
    "kinds",
    "remediation",
    "uses",
    "parameters",
    "bad",
    "good",
    "findings",
];

impl Metadata {
    /// Reads the block that stands before the package. `None` if there is none, or if it is the
    /// kind of block that other tools write.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, TextFault> {
        let Some((yaml, first_line)) = block(text) else {
            return Ok(None);
        };
        if !is_own(&yaml) {
            return Ok(None);
        }
        let raw: Raw = yaml_serde::from_str(&yaml).map_err(|error| fault(&error, first_line))?;
        let kinds = raw.kinds.parse().map_err(|word| TextFault {
            line: first_line + line_of(&yaml, "kinds"),
            message: format!(
                "`{word}` is not a kind: write `Deployment`, `Rollout.argoproj.io`, `workloads`, \
                 `long-running` or `all`"
            ),
        })?;
        Ok(Some(Self {
            id: raw.id,
            title: raw.title.trim().to_owned(),
            description: raw.description.trim().to_owned(),
            remediation: raw.remediation.trim().to_owned(),
            severities: raw.severity.resolve(),
            kinds,
            scope: raw.scope,
            each: raw.each,
            uses: raw.uses,
            parameters: raw.parameters.into_iter().map(parameter).collect(),
            references: raw.references,
            is_optional: raw.optional,
            covers: raw.covers,
            bad: raw.bad,
            good: raw.good,
            findings: raw.findings,
        }))
    }
}

fn fault(error: &yaml_serde::Error, first_line: usize) -> TextFault {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    TextFault {
        line: first_line + error.location().map_or(0, |at| at.line().saturating_sub(1)),
        message: format!("the metadata cannot be read: {message}"),
    }
}

/// The YAML of the first block before the package, and the number of its first line.
fn block(text: &str) -> Option<(String, usize)> {
    let mut lines = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.trim_start().starts_with("package "));
    lines.find(|(_, line)| line.trim_end() == "# METADATA")?;
    let mut yaml = String::new();
    let mut first = None;
    for (at, line) in lines {
        let Some(rest) = line.strip_prefix('#') else {
            break;
        };
        first.get_or_insert(at + 1);
        yaml.push_str(rest.strip_prefix(' ').unwrap_or(rest));
        yaml.push('\n');
    }
    Some((yaml, first?))
}

fn is_own(yaml: &str) -> bool {
    yaml.lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(key, _)| OWN_KEYS.contains(&key))
}

fn line_of(yaml: &str, key: &str) -> usize {
    yaml.lines()
        .position(|line| line.starts_with(key))
        .unwrap_or(0)
}

fn one() -> usize {
    1
}

fn parameter((name, raw): (String, RawParameter)) -> Parameter {
    Parameter {
        name,
        description: raw.description,
        default: raw.default,
    }
}

impl OneOrMore {
    fn parse(&self) -> Result<Kinds, String> {
        match self {
            Self::One(word) => Kinds::parse([word.as_str()]),
            Self::More(words) => Kinds::parse(words.iter().map(String::as_str)),
        }
    }
}

impl RawSeverity {
    fn resolve(&self) -> Severities {
        match self {
            Self::Everywhere(level) => Severities::all(level.severity()),
            Self::ByTier(levels) => Severities {
                dev: levels.dev.severity(),
                stage: levels.stage.severity(),
                production: levels.production.severity(),
            },
        }
    }
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Self::Off => Severity::Off,
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}
