//! What stands in the configuration file, each value with its place.
//!
//! Only the shape is judged here: unknown keys and wrong types. What names mean is for
//! [`super::resolve`].

use std::sync::Arc;

use manifest::{Fault, FaultKind, Location, Node, Source, View};
use spanned_yaml::{Error, ErrorKind};

use super::reader::{Reader, Word};

/// The file as it is written.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) profile: Option<Word>,
    pub(super) kubernetes: RawKubernetes,
    pub(super) environments: Vec<RawTier>,
    pub(super) rules: Vec<RawRule>,
    pub(super) policies: Vec<Word>,
    pub(super) baseline: Option<Word>,
    pub(super) owned_namespaces: Vec<Word>,
    pub(super) external_namespaces: Vec<Word>,
    pub(super) ignores: Vec<RawIgnore>,
    pub(super) locked: Vec<Word>,
    pub(super) new_ignores: Option<Word>,
    pub(super) charts: Vec<RawChart>,
    pub(super) clusters: Vec<Node>,
}

#[derive(Debug, Default)]
pub(super) struct RawChart {
    pub(super) paths: Vec<Word>,
    pub(super) values: Vec<Word>,
    pub(super) release: Option<Word>,
    pub(super) namespace: Option<Word>,
}

#[derive(Debug, Default)]
pub(super) struct RawKubernetes {
    pub(super) default: Option<Word>,
    pub(super) environments: Vec<(Word, Word)>,
    pub(super) api_versions: Vec<Word>,
}

#[derive(Debug)]
pub(super) struct RawTier {
    pub(super) name: Word,
    pub(super) members: Vec<Word>,
    /// The member, if the patterns are listed under one, and a pattern.
    pub(super) paths: Vec<(Option<Word>, Word)>,
}

#[derive(Debug)]
pub(super) struct RawRule {
    pub(super) id: Word,
    pub(super) severity: Option<RawSeverity>,
    pub(super) parameters: Vec<(Word, Node)>,
    pub(super) tiers: Vec<(Word, Vec<(Word, Node)>)>,
    pub(super) paths: Vec<(Word, RawSeverity)>,
}

#[derive(Debug)]
pub(super) enum RawSeverity {
    Everywhere(Word),
    ByTier(Vec<(Word, Word)>),
}

#[derive(Debug)]
pub(super) struct RawIgnore {
    pub(super) at: Location,
    pub(super) rule: Option<Word>,
    pub(super) paths: Vec<Word>,
    pub(super) environments: Vec<Word>,
    pub(super) reason: Option<Word>,
    pub(super) until: Option<Word>,
}

/// Reads the one document of the file; an empty file is an empty configuration.
pub(super) fn read(source: &Arc<Source>, faults: &mut Vec<Fault>) -> Raw {
    let expanded = source.documents();
    let errors = source.tree.errors().iter().chain(&expanded.errors);
    faults.extend(errors.map(|error| syntax(source, error)));
    // Of a text that breaks off, what is missing would be told wrongly.
    if faults.iter().any(|f| f.kind != FaultKind::Conflict) {
        return Raw::default();
    }
    let mut reader = Reader::new(faults);
    let mut documents = expanded.documents.iter().map(Node::view);
    let first = documents.next();
    if let Some(second) = documents.next() {
        reader.fault(second, "the configuration must be one document");
    }
    match first {
        Some(root) if !root.is_null() => reader.root(root),
        _ => Raw::default(),
    }
}

pub(super) fn syntax(source: &Arc<Source>, error: &Error) -> Fault {
    let kind = match error.kind {
        ErrorKind::DuplicateKey { .. } => FaultKind::Conflict,
        ErrorKind::Limit => FaultKind::Limit,
        _ => FaultKind::Syntax,
    };
    let fault = Fault::new(kind, error.message.clone()).at_location(source.locate(error.span));
    match error.kind {
        ErrorKind::DuplicateKey { first } => {
            fault.related("the first one is here", source.locate(first))
        }
        _ => fault,
    }
}

impl Reader<'_> {
    fn root(&mut self, view: View<'_>) -> Raw {
        const KEYS: [&str; 13] = [
            "profile",
            "kubernetes",
            "environments",
            "clusters",
            "charts",
            "rules",
            "policies",
            "baseline",
            "owns",
            "external",
            "ignores",
            "new-ignores",
            "locked",
        ];
        let mut raw = Raw::default();
        for (key, value) in self.fields(view, "the configuration", &KEYS) {
            match &*key.text {
                "profile" => raw.profile = self.word(value, "profile"),
                "kubernetes" => raw.kubernetes = self.kubernetes(value),
                "environments" => {
                    raw.environments = self.each(value, "environments", Self::tier);
                }
                "clusters" => raw.clusters = self.clusters(value),
                "charts" => raw.charts = self.charts(value),
                "rules" => raw.rules = self.each(value, "rules", Self::rule),
                "policies" => raw.policies = self.words(value, "policies"),
                "baseline" => raw.baseline = self.word(value, "baseline"),
                "owns" => raw.owned_namespaces = self.namespaces(value, "owns"),
                "external" => raw.external_namespaces = self.namespaces(value, "external"),
                "ignores" => raw.ignores = self.ignores(value),
                "new-ignores" => raw.new_ignores = self.word(value, "new-ignores"),
                _ => raw.locked = self.words(value, "locked"),
            }
        }
        raw
    }

    /// The clusters that Argo CD knows, each with a name.
    fn clusters(&mut self, view: View<'_>) -> Vec<Node> {
        if !view.is_seq() {
            self.wrong_type(view, "`clusters` must be a list");
        }
        let keys = ["name", "server", "project", "labels", "annotations"];
        let mut clusters = Vec::new();
        for item in view.items() {
            let mut is_named = false;
            for (key, value) in self.fields(item, "a cluster", &keys) {
                match &*key.text {
                    field @ ("labels" | "annotations") => {
                        self.each(value, field, |reader, _, value| reader.word(value, field));
                    }
                    field => is_named |= self.word(value, field).is_some() && field == "name",
                }
            }
            match is_named {
                true => clusters.push(item.to_node()),
                false => self.fault(item, "a cluster needs a `name`"),
            }
        }
        clusters
    }

    fn kubernetes(&mut self, view: View<'_>) -> RawKubernetes {
        let mut kubernetes = RawKubernetes::default();
        if !view.is_map() {
            kubernetes.default = self.word(view, "kubernetes");
            return kubernetes;
        }
        let keys = ["default", "environments", "api-versions"];
        for (key, value) in self.fields(view, "`kubernetes`", &keys) {
            match &*key.text {
                "default" => kubernetes.default = self.word(value, "default"),
                "api-versions" => kubernetes.api_versions = self.words(value, "api-versions"),
                _ => {
                    let version =
                        |r: &mut Self, name, value| Some((name, r.word(value, "an environment")?));
                    kubernetes.environments = self.each(value, "environments", version);
                }
            }
        }
        kubernetes
    }

    fn tier(&mut self, name: Word, view: View<'_>) -> Option<RawTier> {
        let mut tier = RawTier {
            members: Vec::new(),
            paths: Vec::new(),
            name,
        };
        if !view.is_map() {
            tier.members = self.words(view, "a tier");
            return Some(tier);
        }
        for (key, value) in self.fields(view, "a tier", &["members", "paths"]) {
            match &*key.text {
                "members" => tier.members = self.words(value, "members"),
                _ if value.is_map() => {
                    let of_member = |r: &mut Self, member, patterns| {
                        Some((member, r.words(patterns, "an environment")))
                    };
                    for (member, patterns) in self.each(value, "paths", of_member) {
                        let own = patterns.into_iter().map(|p| (Some(member.clone()), p));
                        tier.paths.extend(own);
                    }
                }
                _ => {
                    let patterns = self.words(value, "paths");
                    tier.paths.extend(patterns.into_iter().map(|p| (None, p)));
                }
            }
        }
        Some(tier)
    }

    fn charts(&mut self, view: View<'_>) -> Vec<RawChart> {
        if !view.is_seq() {
            self.wrong_type(view, "`charts` must be a list");
        }
        let keys = ["paths", "values", "release", "namespace"];
        let mut charts = Vec::new();
        for item in view.items() {
            let mut chart = RawChart::default();
            for (key, value) in self.fields(item, "an entry of `charts`", &keys) {
                match &*key.text {
                    "paths" => chart.paths = self.words(value, "paths"),
                    "values" => chart.values = self.words(value, "values"),
                    "release" => chart.release = self.word(value, "release"),
                    _ => chart.namespace = self.word(value, "namespace"),
                }
            }
            charts.push(chart);
        }
        charts
    }

    fn rule(&mut self, id: Word, view: View<'_>) -> Option<RawRule> {
        let mut rule = RawRule {
            id,
            severity: None,
            parameters: Vec::new(),
            tiers: Vec::new(),
            paths: Vec::new(),
        };
        if !view.is_map() {
            rule.severity = self.word(view, "a rule").map(RawSeverity::Everywhere);
            return Some(rule);
        }
        let keys = ["severity", "parameters", "tiers", "paths"];
        for (key, value) in self.fields(view, "a rule", &keys) {
            match &*key.text {
                "severity" => rule.severity = self.severity(value),
                "parameters" => rule.parameters = self.parameters(value),
                "tiers" => rule.tiers = self.each(value, "tiers", Self::parameters_of_tier),
                _ => {
                    let of_path =
                        |r: &mut Self, pattern, value| Some((pattern, r.severity(value)?));
                    rule.paths = self.each(value, "paths", of_path);
                }
            }
        }
        Some(rule)
    }

    fn parameters_of_tier(
        &mut self,
        tier: Word,
        view: View<'_>,
    ) -> Option<(Word, Vec<(Word, Node)>)> {
        let mut parameters = Vec::new();
        for (_, value) in self.fields(view, "a tier", &["parameters"]) {
            parameters = self.parameters(value);
        }
        Some((tier, parameters))
    }

    fn parameters(&mut self, view: View<'_>) -> Vec<(Word, Node)> {
        self.each(view, "parameters", |_, name, value| {
            Some((name, value.to_node()))
        })
    }

    fn severity(&mut self, view: View<'_>) -> Option<RawSeverity> {
        if !view.is_map() {
            return self.word(view, "severity").map(RawSeverity::Everywhere);
        }
        let of_tier = |r: &mut Self, tier, value| Some((tier, r.word(value, "a tier")?));
        Some(RawSeverity::ByTier(self.each(view, "severity", of_tier)))
    }

    fn namespaces(&mut self, view: View<'_>, key: &str) -> Vec<Word> {
        let mut namespaces = Vec::new();
        for (_, value) in self.fields(view, &format!("`{key}`"), &["namespaces"]) {
            namespaces = self.words(value, "namespaces");
        }
        namespaces
    }

    fn ignores(&mut self, view: View<'_>) -> Vec<RawIgnore> {
        if !view.is_seq() {
            self.wrong_type(view, "`ignores` must be a list");
        }
        view.items().filter_map(|item| self.ignore(item)).collect()
    }

    fn ignore(&mut self, view: View<'_>) -> Option<RawIgnore> {
        let mut ignore = RawIgnore {
            at: view.origin()?.locate(),
            rule: None,
            paths: Vec::new(),
            environments: Vec::new(),
            reason: None,
            until: None,
        };
        let keys = ["rule", "paths", "environments", "reason", "until"];
        for (key, value) in self.fields(view, "an ignore", &keys) {
            match &*key.text {
                "rule" => ignore.rule = self.word(value, "rule"),
                "paths" => ignore.paths = self.words(value, "paths"),
                "environments" => ignore.environments = self.words(value, "environments"),
                "reason" => ignore.reason = self.word(value, "reason"),
                _ => ignore.until = self.word(value, "until"),
            }
        }
        Some(ignore)
    }
}
