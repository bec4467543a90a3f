//! What a run is judged by: configuration, policies and all rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Shelf};
use k8s_schema::Catalog;
use manifest::{
    Dialect, Fault, FaultKind, Kept, Location, Memory, Scalar, Snapshot, Source, Span, View,
};
use spanned_yaml::Tree;

use crate::checks::policy::{
    self, INVALID_POLICY, Isolation, ParameterValues, Policies, PolicyFault, PolicySource, Settings,
};
use crate::checks::{
    applications, capacity, charts, credentials, graph, immutable, kustomizations, monitoring,
    pod_security, schema, sealed,
};
use crate::deploy::{self, Role, TargetSpec};
use crate::problem::{self, Problem};
use crate::rule::{Rule, RuleId, Severities, Tier};
use crate::settings::baseline::Baseline;
use crate::settings::ignores;
use crate::settings::trust;
use crate::settings::{self, Config, FILE_NAME};
use crate::{ApiVersions, Request};

/// The program, with its version.
pub fn program() -> String {
    format!("gitopslint {}", env!("CARGO_PKG_VERSION"))
}

/// Configuration, policies and rules of a run.
#[derive(Debug)]
pub struct Setup {
    config: Config,
    policies: Policies,
    rules: Vec<RuleId>,
    problems: Vec<Problem>,
    /// The texts of the repository's own policies.
    sources: Vec<Arc<Source>>,
    /// The configuration and the baseline, as far as there are any.
    settings: Vec<Arc<Source>>,
    shelf: Shelf,
    baseline: Option<Baseline>,
}

/// What decides what a cluster can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClusterKey {
    /// The Kubernetes version that was asked for or configured.
    named: Option<settings::Version>,
    /// The one that targets are checked against.
    kubernetes: schema::Version,
    /// Whether an Application or the like deploys there.
    is_deployed: bool,
}

impl Setup {
    /// As [`Setup::read_in`], with the repository's policies in this process, which one of them
    /// can end: for repositories that are trusted as much as this program, such as those in tests.
    ///
    /// # Errors
    /// As for [`Setup::read_in`].
    pub fn read(snapshot: &dyn Snapshot, given: Option<Arc<Source>>) -> Result<Self, Vec<Fault>> {
        Self::read_in(&Isolation::None, snapshot, given)
    }

    /// Reads the repository's configuration, policies and baseline. `given` is a configuration
    /// that outranks the repository's.
    ///
    /// # Errors
    /// Every fault of the configuration and of the baseline, and why the repository's policies
    /// cannot be evaluated if there is nobody to do it. Policies that cannot be read are findings
    /// of the check ([`Setup::problems`]), for the others go on.
    pub fn read_in(
        isolation: &Isolation,
        snapshot: &dyn Snapshot,
        given: Option<Arc<Source>>,
    ) -> Result<Self, Vec<Fault>> {
        let setup = Self::read_without_baseline(isolation, snapshot, given)?;
        let Some(path) = setup.config.baseline() else {
            return Ok(setup);
        };
        let source = snapshot.source(path).map_err(|reason| {
            let message = format!("the baseline {path} cannot be read: {reason}");
            let fault = Fault::new(FaultKind::Missing, message);
            vec![fault.help("write one with `gitopslint baseline`, or remove `baseline:`")]
        })?;
        setup.with_baseline(&source)
    }

    /// With another baseline than the configured one.
    ///
    /// # Errors
    /// Every fault of the baseline.
    pub fn with_baseline(mut self, source: &Arc<Source>) -> Result<Self, Vec<Fault>> {
        self.baseline = Some(Baseline::read(source)?);
        self.settings.push(source.clone());
        Ok(self)
    }

    /// As [`Setup::read_in`], whatever a baseline says.
    ///
    /// # Errors
    /// As for [`Setup::read_in`], but for the baseline.
    pub fn read_without_baseline(
        isolation: &Isolation,
        snapshot: &dyn Snapshot,
        given: Option<Arc<Source>>,
    ) -> Result<Self, Vec<Fault>> {
        let own = Utf8Path::new(FILE_NAME);
        let source = match given {
            Some(source) => Some(source),
            None if snapshot.kept(own) == Kept::File => Some(read_own(snapshot, own)?),
            None => None,
        };
        let mut texts = Vec::new();
        let mut sources = Vec::new();
        let mut unread = Vec::new();
        for folder in source.as_ref().map(settings::policies).unwrap_or_default() {
            unread.extend(read_policies(snapshot, &folder, &mut texts, &mut sources));
        }
        let (policies, policy_faults) = policy::load_in(texts, isolation).map_err(not_checked)?;
        let mut setup = Self {
            config: Config::default(),
            rules: rules(&policies),
            policies,
            problems: Vec::new(),
            sources,
            settings: source.iter().cloned().collect(),
            shelf: Shelf::default(),
            baseline: None,
        };
        let known: Vec<&str> = setup.rules.iter().map(|r| &*r.id).collect();
        if let Some(source) = &source {
            setup.config = settings::read(source, &known)?;
            let wrong = setup.config.wrong_parameters(|rule| {
                let parameters = setup.policies.parameters(rule).iter();
                parameters.map(|p| (&*p.name, &p.default)).collect()
            });
            if !wrong.is_empty() {
                return Err(wrong);
            }
        }
        for folder in setup.config.chart_path() {
            setup.shelf.add(charts_in(snapshot, folder));
        }
        setup.problems = { unread.iter().chain(&policy_faults) }
            .map(|fault| setup.policy_problem(fault))
            .collect();
        Ok(setup)
    }

    /// With charts that are kept outside the repository, before those that the configuration
    /// names.
    #[must_use]
    pub fn with_shelf(mut self, mut shelf: Shelf) -> Self {
        shelf.append(std::mem::take(&mut self.shelf));
        self.shelf = shelf;
        self
    }

    /// The charts that are kept outside the repository.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The policies.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// What is not new, if anything is known not to be.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref()
    }

    /// Every rule that can be reported, policies and all others.
    pub fn rules(&self) -> &[RuleId] {
        &self.rules
    }

    /// What was wrong with policies.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How severe the configuration makes a rule, paths aside.
    pub fn severities(&self, rule: &Rule) -> Severities {
        self.config.severities(rule, Utf8Path::new(""))
    }

    /// Which policies are on for targets of a tier and a role, and with what parameters.
    pub fn policy_settings(&self, tier: Tier, request: &Request, role: Role) -> Settings {
        let on = |rule: &Rule| {
            role.counts(rule) && request.looks_at(rule) && self.config.is_on(rule, tier)
        };
        let parameters: ParameterValues = self
            .policies
            .rules()
            .map(|rule| {
                let set = self.config.parameters(&rule.id, tier);
                let values = set
                    .into_iter()
                    .map(|(name, node)| (name.to_owned(), to_json(node.view())));
                // What is set for the rule itself comes last, and counts.
                let namespaces = self.namespaces(rule).into_iter();
                (rule.id.to_string(), namespaces.chain(values).collect())
            })
            .collect();
        self.policies.settings(on, &parameters)
    }

    /// The namespaces that others answer for, and those that the repository does, where a rule
    /// asks for them.
    fn namespaces(&self, rule: &Rule) -> Vec<(String, serde_json::Value)> {
        let parameters = self.policies.parameters(&rule.id).iter();
        let values = parameters.filter_map(|parameter| {
            let names: Vec<&str> = match &*parameter.name {
                "external_namespaces" => self.config.external_namespaces().collect(),
                "owned_namespaces" => self.config.owned_namespaces().collect(),
                _ => return None,
            };
            Some((parameter.name.to_string(), names.into()))
        });
        values.collect()
    }

    /// The Kubernetes version that a target is checked against: the one asked for, else the
    /// configured one, else the newest known.
    pub fn kubernetes(&self, spec: &TargetSpec, request: &Request) -> schema::Version {
        self.named_version(spec, request)
            .and_then(|version| schema::Version::parse(&version.to_string()))
            .unwrap_or(schema::Version::NEWEST)
    }

    /// The Kubernetes version that was asked for, else the configured one.
    fn named_version(&self, spec: &TargetSpec, request: &Request) -> Option<settings::Version> {
        let environment = spec.environment.as_ref().map(|e| &*e.name);
        let asked = request.kubernetes;
        asked.or_else(|| self.config.kubernetes(environment, spec.tier()))
    }

    /// What is known of the cluster that a target goes to.
    pub fn cluster(&self, spec: &TargetSpec, request: &Request) -> ClusterKey {
        ClusterKey {
            named: self.named_version(spec, request),
            kubernetes: self.kubernetes(spec, request),
            is_deployed: spec.deployer.is_some(),
        }
    }

    /// What a cluster can do, as far as a chart's templates ask.
    pub fn capabilities(&self, cluster: ClusterKey, request: &Request) -> Capabilities {
        let version = match cluster.named {
            Some(version) => version.to_string(),
            None => schema::Version::NEWEST.to_string(),
        };
        let version = format!("v{version}.0");
        let configured = self.config.api_versions().map(str::to_owned);
        match &request.api_versions {
            ApiVersions::Template(given) => {
                Capabilities::new(Some(&version), configured.chain(given.iter().cloned()))
            }
            ApiVersions::Cluster => {
                let served = Catalog::builtin().api_versions(cluster.kubernetes);
                let served = served.into_iter().chain(configured);
                // Argo CD runs `helm template` and tells it of the cluster's own; others ask the
                // cluster alone.
                match cluster.is_deployed {
                    true => Capabilities::new(Some(&version), served),
                    false => Capabilities::of_cluster(&version, served),
                }
            }
        }
    }

    /// Whether a file is part of the setup rather than of what is deployed.
    pub fn is_own(&self, file: &Utf8Path) -> bool {
        file.as_str() == FILE_NAME || self.config.baseline() == Some(file)
    }

    /// Whether everything is judged by what stands in a file: configuration and policies.
    pub fn judges_by(&self, file: &Utf8Path) -> bool {
        let mut policies = self.config.policies().iter();
        self.is_own(file) || policies.any(|own| file.starts_with(own))
    }

    /// The texts of the repository's own policies.
    pub fn policy_sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.iter()
    }

    /// The texts by which everything is judged: policies, configuration and baseline.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.iter().chain(&self.settings)
    }

    /// The files by which everything is judged.
    pub fn files(&self) -> Vec<Utf8PathBuf> {
        let policies = self.sources.iter().map(|source| source.path());
        let baseline = self.config.baseline();
        let all = policies.chain(baseline).chain([Utf8Path::new(FILE_NAME)]);
        all.map(Utf8Path::to_owned).collect()
    }

    /// A policy's fault, at its line.
    pub fn policy_problem(&self, fault: &PolicyFault) -> Problem {
        match self.sources.iter().find(|s| s.path() == fault.path) {
            Some(source) => Problem::new(&INVALID_POLICY, fault.message.clone())
                .at(line(source, fault.line.unwrap_or(1))),
            None => Problem::new(
                &INVALID_POLICY,
                format!("{}: {}", fault.path, fault.message),
            ),
        }
    }
}

/// A value as JSON.
pub(crate) fn to_json(view: View<'_>) -> serde_json::Value {
    match view.scalar(Dialect::Kubectl) {
        Some(Scalar::Null) => serde_json::Value::Null,
        Some(Scalar::Bool(value)) => value.into(),
        Some(Scalar::Int(value)) => value.into(),
        Some(Scalar::Uint(value)) => value.into(),
        Some(Scalar::Float(value)) => value.into(),
        Some(Scalar::Str(value)) => value.as_ref().into(),
        None if view.is_seq() => view.items().map(to_json).collect(),
        None => {
            let entries = view
                .entries()
                .map(|e| (e.key.text().to_owned(), to_json(e.value)));
            serde_json::Value::Object(entries.collect())
        }
    }
}

/// The repository's policies cannot be evaluated, for this reason.
fn not_checked(reason: String) -> Vec<Fault> {
    let message = format!("NOT CHECKED: the repository's own policies: {reason}");
    let fault = Fault::new(FaultKind::Exec, message);
    vec![fault.help(
        "they are evaluated in a process of their own, so that none of them can end the run; \
         `policies: []` checks everything else",
    )]
}

fn read_own(snapshot: &dyn Snapshot, path: &Utf8Path) -> Result<Arc<Source>, Vec<Fault>> {
    snapshot.source(path).map_err(|reason| {
        vec![Fault::new(
            FaultKind::Missing,
            format!("cannot read {path}: {reason}"),
        )]
    })
}

/// The policy files below the paths, those with tests included; below what the configuration
/// names, if there are no paths.
///
/// # Errors
/// Every fault of the configuration.
pub fn policy_files(
    snapshot: &dyn Snapshot,
    paths: &[Utf8PathBuf],
) -> Result<Vec<PolicySource>, Vec<Fault>> {
    let own = Utf8Path::new(FILE_NAME);
    let mut folders = paths.to_vec();
    if folders.is_empty() && snapshot.kept(own) == Kept::File {
        folders = settings::policies(&read_own(snapshot, own)?);
    }
    let files = folders
        .iter()
        .flat_map(|folder| rego_files(snapshot, folder));
    let texts = files.filter_map(|path| {
        let text = String::from_utf8_lossy(&snapshot.bytes(&path).ok()?).into_owned();
        Some(PolicySource { path, text })
    });
    Ok(texts.collect())
}

/// The `.rego` files of a folder, or one file: each once, however many links lead to it.
fn rego_files(snapshot: &dyn Snapshot, path: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        if !seen.insert(snapshot.real(&path)) {
            continue;
        }
        if snapshot.kept(&path) == Kept::Folder {
            open.extend(snapshot.list(&path).into_iter().rev());
        } else if path.extension() == Some("rego") {
            files.push(path);
        }
    }
    files
}

/// Adds the `.rego` files of a folder, or one file. Tests of policies are left out. Gives what
/// keeps policies that are meant from being read.
fn read_policies(
    snapshot: &dyn Snapshot,
    path: &Utf8Path,
    texts: &mut Vec<PolicySource>,
    sources: &mut Vec<Arc<Source>>,
) -> Vec<PolicyFault> {
    let fault = |path: &Utf8Path, message: String| PolicyFault {
        path: path.to_owned(),
        line: None,
        rule: None,
        message,
    };
    let mut files = rego_files(snapshot, path);
    files.retain(|file| !file.as_str().ends_with("_test.rego"));
    let mut faults = Vec::new();
    if files.is_empty() {
        let message = match snapshot.kept(path) {
            Kept::Nothing => "there is no such file or folder, though `policies:` names it",
            Kept::Outside => "it is outside the repository, though `policies:` names it",
            Kept::File | Kept::Folder => "no policy is in it, though `policies:` names it",
        };
        faults.push(fault(path, message.to_owned()));
    }
    for path in files {
        match snapshot.bytes(&path) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                sources.push(Source::file(&path, Tree::of_spans(text.as_str(), [])));
                texts.push(PolicySource { path, text });
            }
            Err(reason) => faults.push(fault(&path, format!("it cannot be read: {reason}"))),
        }
    }
    faults
}

/// Every rule there is, in the order of their ids.
fn rules(policies: &Policies) -> Vec<RuleId> {
    let own = [
        problem::RULES,
        deploy::rules::RULES,
        applications::RULES,
        capacity::RULES,
        charts::RULES,
        credentials::RULES,
        graph::RULES,
        immutable::RULES,
        graph::TRAFFIC_RULES,
        graph::NAME_RULES,
        kustomizations::RULES,
        monitoring::RULES,
        schema::RULES,
        pod_security::RULES,
        sealed::RULES,
        policy::RULES,
        ignores::RULES,
        trust::RULES,
    ];
    let own = own.into_iter().flatten().copied().map(RuleId::from);
    let mut rules: Vec<RuleId> = own
        .chain(policies.rules().cloned().map(RuleId::from))
        .collect();
    rules.sort();
    rules
}

/// The bytes of a line, counted from 1.
fn line(source: &Arc<Source>, number: usize) -> Location {
    let text = source.tree.text();
    let start: usize = text
        .split_inclusive('\n')
        .take(number.saturating_sub(1))
        .map(str::len)
        .sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    Location {
        file: source.clone(),
        span: Span::new(start as u32, (start + length) as u32),
    }
}

/// How many files of charts are taken from a folder.
const CHART_FILES: usize = 20_000;

/// The charts of a folder of the repository, as a shelf keeps them.
fn charts_in(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Memory {
    let mut kept = Memory::new();
    let mut open = vec![folder.to_owned()];
    let mut left = CHART_FILES;
    while let Some(next) = open.pop() {
        for entry in snapshot.list(&next) {
            left = match left.checked_sub(1) {
                Some(left) => left,
                None => return kept,
            };
            match snapshot.kept(&entry) {
                Kept::Folder => open.push(entry),
                Kept::File => {
                    if let (Ok(own), Ok(bytes)) =
                        (entry.strip_prefix(folder), snapshot.bytes(&entry))
                    {
                        kept.insert(own, bytes);
                    }
                }
                Kept::Nothing | Kept::Outside => {}
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    #[test]
    fn policies_are_read_once_whatever_links_lead_to_them() {
        let mut files = Memory::from_iter([("p/a.rego", "package a\n"), ("p/b/c.rego", "")]);
        files.link("p/again", "p");
        files.link("p/b/up", "p");
        assert_eq!(rego_files(&files, "p".into()), ["p/a.rego", "p/b/c.rego"]);
    }
}
