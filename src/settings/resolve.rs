//! From what is written to what it means.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;
use manifest::{Fault, FaultKind, Src, normalize};

use super::environments::{Assignment, Environments};
use super::raw::{Raw, RawChart, RawIgnore, RawKubernetes, RawRule, RawSeverity, RawTier};
use super::reader::Word;
use super::rules::{Override, Parameters, RuleSettings};
use super::{ChartSettings, Config, Kubernetes, Profile, Version, pattern};
use crate::date::Date;
use crate::rule::{Severity, Tier};
use crate::settings::ignores::{Ignore, Scope};

const SEVERITIES: [&str; 4] = ["off", "info", "warning", "error"];
const TIERS: [&str; 3] = ["dev", "stage", "production"];

/// The configuration that the file asks for, as far as it can be told.
pub(super) fn resolve(raw: Raw, known_rules: &[&str], faults: &mut Vec<Fault>) -> Config {
    let mut resolver = Resolver {
        known_rules,
        environments: Environments::default(),
        locked: BTreeSet::new(),
        faults,
    };
    for tier in &raw.environments {
        resolver.tier(tier);
    }
    for word in &raw.locked {
        if let Some(id) = resolver.rule_id(word) {
            resolver.locked.insert(id.into());
        }
    }
    let mut config = Config {
        profile: resolver.profile(raw.profile.as_ref()),
        refuses_new_ignores: resolver.refuses(raw.new_ignores.as_ref()),
        kubernetes: resolver.kubernetes(&raw.kubernetes),
        policies: policies(&raw.policies, resolver.faults),
        baseline: policies(raw.baseline.as_slice(), resolver.faults).pop(),
        chart_path: policies(&raw.chart_path, resolver.faults),
        owned_namespaces: names(raw.owned_namespaces),
        external_namespaces: names(raw.external_namespaces),
        external_projects: names(raw.external_projects),
        clusters: raw.clusters,
        ..Config::default()
    };
    for rule in raw.rules {
        if let Some((id, settings)) = resolver.rule(rule) {
            config.rules.insert(id, settings);
        }
    }
    for chart in raw.charts {
        config.charts.extend(resolver.chart(chart));
    }
    for ignore in &raw.ignores {
        if let Some(ignore) = resolver.ignore(ignore) {
            config.ignores.push(ignore);
        }
    }
    config.environments = resolver.environments;
    config.locked = resolver.locked;
    config
}

/// The paths of policies and other files, from the root.
pub(super) fn policies(words: &[Word], faults: &mut Vec<Fault>) -> Vec<Utf8PathBuf> {
    let mut paths = Vec::new();
    for word in words {
        match normalize(Utf8Path::new(""), &word.text) {
            Some(path) if !word.text.is_empty() => paths.push(path),
            _ => faults.push(
                Fault::new(
                    FaultKind::Outside,
                    "this is not a path inside the repository",
                )
                .at(&word.at)
                .help("name a folder or file from the repository's root"),
            ),
        }
    }
    paths
}

fn names(words: Vec<Word>) -> BTreeSet<Box<str>> {
    words.into_iter().map(|word| word.text).collect()
}

struct Resolver<'a> {
    known_rules: &'a [&'a str],
    environments: Environments,
    locked: BTreeSet<Box<str>>,
    faults: &'a mut Vec<Fault>,
}

impl Resolver<'_> {
    fn profile(&mut self, word: Option<&Word>) -> Profile {
        match word.map(|w| (w, &*w.text)) {
            None | Some((_, "default")) => Profile::Default,
            Some((_, "restricted")) => Profile::Restricted,
            Some((word, _)) => {
                self.unknown("profile", word, &["default", "restricted"]);
                Profile::Default
            }
        }
    }

    fn refuses(&mut self, word: Option<&Word>) -> bool {
        match word.map(|w| (w, &*w.text)) {
            None | Some((_, "accept")) => false,
            Some((_, "refuse")) => true,
            Some((word, _)) => {
                self.unknown("way with new ignores", word, &["accept", "refuse"]);
                false
            }
        }
    }

    fn kubernetes(&mut self, raw: &RawKubernetes) -> Kubernetes {
        let default = raw.default.as_ref().and_then(|word| self.version(word));
        let mut kubernetes = Kubernetes {
            default,
            api_versions: raw.api_versions.iter().map(|w| w.text.clone()).collect(),
            ..Kubernetes::default()
        };
        for (name, version) in &raw.environments {
            let is_known = self.environment(name);
            if let Some(version) = self.version(version).filter(|_| is_known) {
                kubernetes.environments.insert(name.text.clone(), version);
            }
        }
        kubernetes
    }

    fn chart(&mut self, raw: RawChart) -> Option<ChartSettings> {
        let text = |word: Word| word.text;
        Some(ChartSettings {
            globs: self.globs(&raw.paths)?,
            values: raw.values.into_iter().map(text).collect(),
            release: raw.release.map(text),
            namespace: raw.namespace.map(text),
        })
    }

    fn version(&mut self, word: &Word) -> Option<Version> {
        let version = Version::parse(&word.text);
        match version {
            None => {
                let message = format!("`{}` is not a valid Kubernetes version", word.text);
                self.fault(&word.at, message, "write it as \"1.31\"");
            }
            Some(version) => {
                if let Some(known) = version.unknown() {
                    let message = format!("Kubernetes {version} cannot be checked against");
                    self.fault(&word.at, message, &known);
                }
            }
        }
        version
    }

    fn tier(&mut self, raw: &RawTier) {
        let Some(tier) = self.tier_name(&raw.name) else {
            return;
        };
        for member in &raw.members {
            self.member(member, tier);
        }
        for (member, glob) in &raw.paths {
            if let Some(member) = member
                && self.environments.tier_of(&member.text) != Some(tier)
            {
                let members: Vec<&str> = raw.members.iter().map(|m| &*m.text).collect();
                self.unknown(&format!("member of {tier}"), member, &members);
                continue;
            }
            if let Some(globs) = self.globs(std::slice::from_ref(glob)) {
                self.environments.paths.push(Assignment {
                    globs,
                    tier,
                    member: member.as_ref().map(|m| m.text.clone()),
                });
            }
        }
    }

    fn member(&mut self, member: &Word, tier: Tier) {
        let name = &*member.text;
        let is_other_tier = TIERS.contains(&name) && name != tier.name();
        let advice = "an environment is a member of one tier";
        if is_other_tier {
            let message = format!("`{name}` is the name of another tier");
            self.fault(&member.at, message, advice);
        } else if let Some(first) = self.environments.tier_of(name) {
            let message = format!("`{name}` is already a member of {first}");
            self.fault(&member.at, message, advice);
        } else {
            self.environments.members.push((name.into(), tier));
        }
    }

    fn rule(&mut self, raw: RawRule) -> Option<(Box<str>, RuleSettings)> {
        let mut settings = RuleSettings::default();
        if let Some(severity) = &raw.severity {
            settings.severity = self.severity(severity);
        }
        for (glob, severity) in &raw.paths {
            let severity = self.severity(severity);
            if let Some(globs) = self.globs(std::slice::from_ref(glob)) {
                settings.paths.push((globs, severity));
            }
        }
        for (tier, own) in raw.tiers {
            if let Some(tier) = self.tier_name(&tier) {
                settings.tiers.insert(tier, parameters(own));
            }
        }
        settings.parameters = parameters(raw.parameters);
        let id = self.rule_id(&raw.id)?;
        Some((id.into(), settings))
    }

    fn severity(&mut self, raw: &RawSeverity) -> Override {
        let mut severities = Override::default();
        match raw {
            RawSeverity::Everywhere(word) => {
                if let Some(severity) = self.severity_name(word) {
                    for tier in Tier::ALL {
                        severities.set(tier, severity);
                    }
                }
            }
            RawSeverity::ByTier(tiers) => {
                for (tier, word) in tiers {
                    let tier = self.tier_name(tier);
                    if let Some((tier, severity)) = tier.zip(self.severity_name(word)) {
                        severities.set(tier, severity);
                    }
                }
            }
        }
        severities
    }

    fn severity_name(&mut self, word: &Word) -> Option<Severity> {
        let severity = Severity::parse(&word.text);
        if severity.is_none() {
            self.unknown("severity", word, &SEVERITIES);
        }
        severity
    }

    fn tier_name(&mut self, word: &Word) -> Option<Tier> {
        let tier = Tier::ALL.into_iter().find(|t| t.name() == &*word.text);
        if tier.is_none() {
            self.unknown("tier", word, &TIERS);
        }
        tier
    }

    fn rule_id<'w>(&mut self, word: &'w Word) -> Option<&'w str> {
        let is_known = self.known_rules.contains(&&*word.text);
        if !is_known {
            self.unknown("rule", word, self.known_rules);
        }
        is_known.then_some(&*word.text)
    }

    /// Whether there can be an environment of that name. Without a list of environments the
    /// layout names them, so every name can be right.
    fn environment(&mut self, word: &Word) -> bool {
        let name = &*word.text;
        let listed: Vec<&str> = self.environments.members.iter().map(|m| &*m.0).collect();
        let can_be = listed.is_empty() || listed.contains(&name) || TIERS.contains(&name);
        if !can_be {
            let known: Vec<Box<str>> = listed.into_iter().chain(TIERS).map(Box::from).collect();
            let known: Vec<&str> = known.iter().map(|n| &**n).collect();
            self.unknown("environment", word, &known);
        }
        can_be
    }

    fn ignore(&mut self, raw: &RawIgnore) -> Option<Ignore> {
        let place = |word: &Option<Word>| {
            let own = word.as_ref().map(|w| w.at.locate());
            own.unwrap_or_else(|| raw.at.clone())
        };
        if raw.rule.is_none() {
            let fault = Fault::new(FaultKind::Field, "this ignore names no rule");
            self.faults
                .push(fault.at_location(raw.at.clone()).help("add `rule:`"));
        }
        let reason = raw.reason.as_ref().map_or("", |w| w.text.trim());
        if reason.is_empty() {
            let fault = Fault::new(FaultKind::Field, "this ignore gives no reason");
            self.faults.push(
                fault
                    .at_location(place(&raw.reason))
                    .help("write in `reason` why the finding is acceptable"),
            );
        }
        for environment in &raw.environments {
            self.environment(environment);
        }
        let until = raw.until.as_ref().and_then(|word| {
            let date = Date::parse(&word.text);
            if date.is_none() {
                let message = format!("`{}` is not a date", word.text);
                self.fault(&word.at, message, "write it as 2027-01-31");
            }
            date
        });
        let scope = match &*raw.paths {
            [] => Scope::Everywhere,
            patterns => {
                let written = patterns.iter().map(|word| word.text.clone()).collect();
                Scope::Paths(self.globs(patterns)?, written)
            }
        };
        let word = raw.rule.as_ref()?;
        let id = self.rule_id(word)?;
        if self.locked.contains(id) {
            let message = format!("`{id}` is locked and cannot be ignored");
            self.fault(&word.at, message, "remove this ignore, or unlock the rule");
        }
        let rules = [(id.into(), word.at.locate())];
        let environments = raw.environments.iter().map(|w| w.text.clone()).collect();
        let ignore = Ignore::new(rules, reason.to_owned(), raw.at.clone(), scope);
        Some(ignore.within(environments).until(until))
    }

    fn globs(&mut self, words: &[Word]) -> Option<GlobSet> {
        match pattern::set(words.iter().map(|w| &*w.text)) {
            Ok(globs) => Some(globs),
            Err((which, why)) => {
                let fault = Fault::new(
                    FaultKind::Field,
                    format!("this pattern matches nothing: {why}"),
                );
                self.faults.push(match words.get(which) {
                    Some(word) => fault.at(&word.at),
                    None => fault,
                });
                None
            }
        }
    }

    fn unknown(&mut self, what: &str, word: &Word, known: &[&str]) {
        let message = format!("there is no {what} `{}`", word.text);
        let advice = suggest::advice(&word.text, known.iter().copied());
        let fault = Fault::new(FaultKind::Field, message).at(&word.at);
        self.faults.push(match advice {
            Some(advice) => fault.help(advice),
            None if what == "rule" => fault.help("`gitopslint rules` lists all rules"),
            None => fault,
        });
    }

    fn fault(&mut self, at: &Src, message: String, help: &str) {
        self.faults
            .push(Fault::new(FaultKind::Field, message).at(at).help(help));
    }
}

fn parameters(raw: Vec<(Word, manifest::Node)>) -> Parameters {
    raw.into_iter()
        .map(|(name, value)| (name.text, (name.at, value)))
        .collect()
}
