//! What can be reported, and how severe it is where.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// It is not looked for.
    Off,
    /// It is counted and not printed.
    Info,
    /// It is printed and does not fail the run.
    Warning,
    /// It fails the run.
    Error,
}

/// What an environment is for. Environments of the same tier are judged alike, and promotion
/// goes from one tier to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// Where changes are tried.
    Dev,
    /// Where changes are rehearsed; also the tier of what belongs to no known environment.
    Stage,
    /// Where users are.
    Production,
}

/// A severity for each tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Severities {
    /// In the tier `dev`.
    pub dev: Severity,
    /// In the tier `stage`.
    pub stage: Severity,
    /// In the tier `production`.
    pub production: Severity,
}

/// The group of the rules on how kustomizations are written.
pub const KUSTOMIZE: &str = "kustomize";

/// The group of the rules on how charts and their values are written.
pub const HELM: &str = "helm";

/// The group of the rules on what Argo CD and Flux are asked to deploy.
pub const DEPLOYMENT: &str = "deployment";

/// The group of the rules behind faults of reading and rendering.
pub const RENDERING: &str = "rendering";

/// The group of the rules behind what the API server refuses.
pub const SCHEMA: &str = "schema";

/// The group of the rules on ignores.
pub const IGNORES: &str = "ignores";

/// The group of the rules on what changes are judged by.
pub const GATE: &str = "gate";

/// The group of the rules on how objects fit together.
pub const REFERENCES: &str = "references";

/// The group of the rules on what pods ask for and what their namespace allows.
pub const CAPACITY: &str = "capacity";

/// The group of the rules on alerts and what they are made from.
pub const MONITORING: &str = "monitoring";

/// The group of the rules on credentials in git.
pub const SECRETS: &str = "secrets";

/// A text of a rule: the program's own, or a user's.
pub type Text = Cow<'static, str>;

/// Something that can be reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, which says what is bad: `privileged-container`.
    pub id: Text,
    /// The group it belongs to: `security`.
    pub group: Text,
    /// One line, without a full stop.
    pub title: Text,
    /// Why it matters, in full sentences.
    pub description: Text,
    /// How to fix it, in full sentences.
    pub remediation: Text,
    /// How severe it is without any configuration.
    pub severities: Severities,
    /// Sections of public documents that ask for it, such as `CIS 5.2.2`.
    pub references: Vec<String>,
    /// Whether no profile switches it on or makes it more severe: what is right depends on the
    /// team or the cluster.
    pub is_optional: bool,
    /// A manifest that the rule reports.
    pub bad: Option<Text>,
    /// The same manifest, fixed.
    pub good: Option<Text>,
}

impl Rule {
    /// Whether it is about hardening what is deployed, which `profile: restricted` makes
    /// stricter, rather than about how that is written down.
    pub fn hardens(&self) -> bool {
        !self.is_optional
            && self.group != KUSTOMIZE
            && self.group != HELM
            && self.group != DEPLOYMENT
            && self.group != GATE
    }

    /// Whether it also counts for manifests that nothing applies: they are in git for all to
    /// read.
    pub fn is_about_secrets(&self) -> bool {
        self.group == SECRETS
    }
}

/// The rule that a problem breaks. It can be had from a rule alone, so that nothing is reported
/// that `rules` does not list.
#[derive(Clone, Debug)]
pub struct RuleId(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// It stands beside the check.
    Own(&'static Rule),
    /// A policy tells of it.
    Policy(Arc<Rule>),
}

impl RuleId {
    /// Whether it stands beside a check of the program, rather than in a policy.
    pub fn is_own(&self) -> bool {
        matches!(self.0, Kept::Own(_))
    }
}

impl From<&'static Rule> for RuleId {
    fn from(rule: &'static Rule) -> Self {
        Self(Kept::Own(rule))
    }
}

impl From<Arc<Rule>> for RuleId {
    fn from(rule: Arc<Rule>) -> Self {
        Self(Kept::Policy(rule))
    }
}

impl Deref for RuleId {
    type Target = Rule;

    fn deref(&self) -> &Rule {
        match &self.0 {
            Kept::Own(rule) => rule,
            Kept::Policy(rule) => rule,
        }
    }
}

impl PartialEq for RuleId {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for RuleId {}

impl PartialOrd for RuleId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RuleId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The rules of one module of checks, each a `static`, and `RULES` with all of them: a rule that
/// is written down is registered. Its severity holds everywhere, or it names those of the tiers:
/// `Warning / Info / Off` for production, stage and dev.
macro_rules! rules {
    ($(
        [group $group:expr]
        $($name:ident {
            id: $id:literal,
            severity: $severity:ident $(/ $stage:ident / $dev:ident)?,
            title: $title:literal,
            description: $description:literal,
            remediation: $remediation:literal,
            $(bad: $bad:expr,)?
            $(good: $good:expr,)?
        })+
    )+) => {
        $($(
            #[doc = $title]
            pub(crate) static $name: $crate::rule::Rule = $crate::rule::Rule {
                id: std::borrow::Cow::Borrowed($id),
                group: std::borrow::Cow::Borrowed($group),
                title: std::borrow::Cow::Borrowed($title),
                description: std::borrow::Cow::Borrowed($description),
                remediation: std::borrow::Cow::Borrowed($remediation),
                severities: $crate::rule::by_tier(
                    $crate::rule::Severity::$severity,
                    &[$($crate::rule::Severity::$stage, $crate::rule::Severity::$dev)?],
                ),
                references: Vec::new(),
                is_optional: false,
                bad: $crate::rule::example(&[$($bad)?]),
                good: $crate::rule::example(&[$($good)?]),
            };
        )+)+

        /// Every rule of this module.
        pub(crate) static RULES: &[&$crate::rule::Rule] = &[$($(&$name),+),+];
    };
}

pub(crate) use rules;

/// The severity in production, and those in stage and dev, if they are others.
pub(crate) const fn by_tier(production: Severity, others: &[Severity]) -> Severities {
    match others {
        [stage, dev] => Severities {
            dev: *dev,
            stage: *stage,
            production,
        },
        _ => Severities::all(production),
    }
}

/// The example that a rule gives, if it gives one.
pub(crate) const fn example(given: &[&'static str]) -> Option<Text> {
    match given {
        [text, ..] => Some(Cow::Borrowed(text)),
        [] => None,
    }
}

impl Severities {
    /// The same severity everywhere.
    pub const fn all(severity: Severity) -> Self {
        Self {
            dev: severity,
            stage: severity,
            production: severity,
        }
    }

    /// The severity in a tier.
    pub fn of(self, tier: Tier) -> Severity {
        match tier {
            Tier::Dev => self.dev,
            Tier::Stage => self.stage,
            Tier::Production => self.production,
        }
    }

    /// In each tier the higher of the two.
    #[must_use]
    pub fn at_least(self, least: Self) -> Self {
        Self {
            dev: self.dev.max(least.dev),
            stage: self.stage.max(least.stage),
            production: self.production.max(least.production),
        }
    }

    /// In each tier no higher than a severity.
    #[must_use]
    pub fn at_most(self, most: Severity) -> Self {
        Self {
            dev: self.dev.min(most),
            stage: self.stage.min(most),
            production: self.production.min(most),
        }
    }

    /// The severities under `profile: restricted`: missing hardening is an error everywhere,
    /// and what is only counted or not looked for by default is a warning, in production an
    /// error.
    pub fn restricted(self) -> Self {
        match self.production {
            Severity::Error => Self::all(Severity::Error),
            Severity::Warning => Self::all(Severity::Error),
            Severity::Info | Severity::Off => Self {
                dev: Severity::Warning,
                stage: Severity::Warning,
                production: Severity::Error,
            },
        }
    }
}

impl Severity {
    /// The name as configuration and output write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Off, Self::Info, Self::Warning, Self::Error]
            .into_iter()
            .find(|s| s.name() == name)
    }
}

impl Tier {
    /// All tiers, in promotion order.
    pub const ALL: [Self; 3] = [Self::Dev, Self::Stage, Self::Production];

    /// The name as configuration and output write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Stage => "stage",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
