//! What can be reported, and how severe it is where.

use std::fmt;

use manifest::FaultKind;

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

/// Something that can be reported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, which says what is bad: `privileged-container`.
    pub id: String,
    /// The group it belongs to: `security`.
    pub group: String,
    /// One line, without a full stop.
    pub title: String,
    /// Why it matters, in full sentences.
    pub description: String,
    /// How to mend it, in full sentences.
    pub remediation: String,
    /// How severe it is without any configuration.
    pub severities: Severities,
    /// Sections of public documents that ask for it, such as `CIS 5.2.2`.
    pub references: Vec<String>,
    /// A manifest that the rule reports.
    pub bad: Option<String>,
    /// The same manifest, mended.
    pub good: Option<String>,
}

/// The id of the rule behind what keeps a target from being rendered.
pub fn rule_of(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Syntax => "invalid-yaml",
        FaultKind::Field => "invalid-kustomization",
        FaultKind::Missing => "missing-resource",
        FaultKind::Outside => "outside-root",
        FaultKind::Cycle => "resource-cycle",
        FaultKind::Conflict => "conflicting-resource",
        FaultKind::Patch => "patch-not-applied",
        FaultKind::Chart => "invalid-chart",
        FaultKind::Values => "invalid-values",
        FaultKind::Template => "invalid-template",
        FaultKind::Remote => "remote-resource",
        FaultKind::Unsupported => "unsupported-field",
        FaultKind::Exec => "exec-refused",
        FaultKind::Limit => "input-limit",
    }
}

impl Rule {
    /// Whether it is about hardening what is deployed, which `profile: restricted` makes
    /// stricter, rather than about how that is written down.
    pub fn hardens(&self) -> bool {
        self.group != KUSTOMIZE && self.group != HELM
    }
}

/// A rule as the program itself writes it down, equally severe in every tier.
#[derive(Debug)]
pub struct Entry {
    /// [`Rule::id`]
    pub id: &'static str,
    /// How severe it is.
    pub severity: Severity,
    /// [`Rule::title`]
    pub title: &'static str,
    /// [`Rule::description`]
    pub description: &'static str,
    /// [`Rule::remediation`]
    pub remediation: &'static str,
    /// [`Rule::bad`]
    pub bad: &'static str,
    /// [`Rule::good`]
    pub good: &'static str,
}

impl Entry {
    /// The rule, as one of a group.
    pub fn rule(&self, group: &str) -> Rule {
        Rule {
            id: self.id.to_owned(),
            group: group.to_owned(),
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            remediation: self.remediation.to_owned(),
            severities: Severities::all(self.severity),
            references: Vec::new(),
            bad: Some(self.bad.to_owned()),
            good: Some(self.good.to_owned()),
        }
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
