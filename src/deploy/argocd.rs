//! What an Argo CD Application asks to be deployed from the repository.

use std::sync::Arc;

use ::argocd::DirectoryFiles;
use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Dialect, Fault, FaultKind, Kept, Location, Node, Object, Source, View, normalize};

use super::asked::{
    Asking, Directory, MissingChart, environment_of, floating, folder_targets, items,
    missing_folder, namespace_of, not_available, place_of,
};
use super::charts::is_chart;
use super::loose::is_kustomization;
use super::rules::{FLOATING_REVISION, NOT_RENDERED_HERE, RECURSED_KUSTOMIZATION};
use super::value_files::{Gapped, gapped, matching};
use super::{
    Asked, ChartUse, Content, Known, Overrides, Pulled, TargetSpec, ValuesFrom, Whose, Word,
};
use crate::problem::{Problem, and_more};
use crate::rule::Tier;

pub(super) fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    let application = object.node.view();
    let Some(spec) = application.get("spec") else {
        return Asked::default();
    };
    let sources: Vec<View<'_>> = match spec.get("sources") {
        Some(sources) => sources.items().collect(),
        None => spec.get("source").into_iter().collect(),
    };
    let mut asked = Asked::default();
    let deployer = Arc::new(object.clone());
    let told = environment_of(known, object, std::iter::empty());
    let asking = Asking::new(deployer.clone(), told);
    asked.applications.push(asking);
    for (at, written) in sources.iter().enumerate() {
        let own = match source_of(known, object, at, *written, &mut asked) {
            Ok(own) => own,
            Err(problems) => {
                asked.problems.extend(problems);
                continue;
            }
        };
        let source = own.as_ref().map_or(*written, |own| own.merged.node.view());
        let mut reader = Reader {
            known,
            object,
            sources: &sources,
            asked: &mut asked,
            lacks_files: false,
        };
        if let Some(mut target) = reader.target(source, own.as_ref()) {
            target.cluster = cluster_of(object).or(target.cluster);
            target.deployer = Some(deployer.clone());
            target.overrides = own.and_then(Own::overrides);
            asked.targets.push(target);
        }
    }
    asked
}

/// A source as Argo CD takes it, where more has to be known than what is written.
struct Own {
    merged: ::argocd::Source,
    environment: ::argocd::Environment,
}

impl Own {
    /// The options for kustomize.
    fn overrides(self) -> Option<Arc<Overrides>> {
        Some(Arc::new(Overrides::ArgoCd {
            kustomize: self.merged.kustomize?,
            environment: self.environment,
        }))
    }
}

/// A source with the options that stand in its folder; none where only what is written counts.
fn source_of(
    known: Known<'_>,
    object: &Object,
    at: usize,
    written: View<'_>,
    asked: &mut Asked,
) -> Result<Option<Own>, Vec<Problem>> {
    let name = &*object.id.name;
    let folder = written
        .get("path")
        .filter(|_| written.get("chart").is_none())
        .and_then(|path| normalize(Utf8Path::new(""), path.text().trim_start_matches('/')));
    let address = written.get("repoURL").map_or("", View::text);
    let folder = folder.filter(|_| known.addresses.whose(address) != Whose::Other);
    let named = format!(".argocd-source-{name}.yaml");
    let has_overrides = folder.as_ref().is_some_and(|folder| {
        let files = [::argocd::SOURCE_OVERRIDES, &named];
        let mut paths = files.iter().map(|file| folder.join(file));
        paths.any(|path| known.snapshot.kept(&path) == Kept::File)
    });
    let has_options = |field| written.get(field).is_some_and(View::is_map);
    if !has_overrides && !has_options("kustomize") && !has_options("directory") {
        return Ok(None);
    }
    let (application, _) = ::argocd::Application::read(&object.node, Dialect::Kubectl);
    let Some(source) = application.sources.get(at) else {
        return Ok(None);
    };
    let mut merged = source.clone();
    if let Some(folder) = folder.filter(|_| has_overrides) {
        let (with, files) =
            ::argocd::merge_source_overrides(source, known.snapshot, &folder, Some(name)).map_err(
                |faults| {
                    faults
                        .into_iter()
                        .map(Problem::of_fault)
                        .collect::<Vec<_>>()
                },
            )?;
        merged = with;
        // They count as read.
        asked
            .values
            .extend(files.into_iter().map(|path| ValuesFrom::File {
                path,
                by: None,
                is_optional: true,
            }));
    }
    Ok(Some(Own {
        environment: ::argocd::Environment::of(&application, &merged),
        merged,
    }))
}

/// The cluster that an Application goes to, unless that is Argo CD's own.
pub fn cluster_of(object: &Object) -> Option<String> {
    let destination = object.node.view().get_path(&["spec", "destination"])?;
    let text = |key| destination.get(key).map(View::text);
    let cluster = text("name").or_else(|| text("server"))?;
    let is_own = matches!(
        cluster,
        "" | "in-cluster" | "https://kubernetes.default.svc"
    );
    (!is_own).then(|| cluster.to_owned())
}

/// The mapping inside a scalar such as `values: |`.
pub(super) fn embedded(view: View<'_>) -> Option<Node> {
    let documents = Source::within(view)?.documents().documents;
    documents.into_iter().find(|root| root.view().is_map())
}

/// Whether a source follows what is being looked at, rather than a revision of its own.
fn is_head(source: View<'_>) -> bool {
    let revision = source.get("targetRevision").map_or("HEAD", View::text);
    matches!(revision, "" | "HEAD" | "main" | "master")
}

/// Whether a path starts at another source of the Application, `$ref/` before it.
fn is_of_other_source(path: &str) -> bool {
    path.starts_with('$')
}

/// Whether a path is filled in later.
fn is_open(path: &str) -> bool {
    path.contains(['{', '$', '<'])
}

/// The pattern that makes Argo CD take a folder for one of plain manifests, where that is not the
/// recursion. Options that say nothing count as none.
fn pattern_that_decides(options: &::argocd::Directory) -> Option<(&'static str, &::argocd::Text)> {
    if ::argocd::Flag::is_on(options.recurse.as_ref()) {
        return None;
    }
    let patterns = [("exclude", &options.exclude), ("include", &options.include)];
    let mut patterns = patterns.into_iter();
    patterns.find_map(|(field, pattern)| Some((field, pattern.as_ref()?)))
}

struct Reader<'a> {
    known: Known<'a>,
    object: &'a Object,
    sources: &'a [View<'a>],
    asked: &'a mut Asked,
    /// Whether it is not known which values files a chart is given.
    lacks_files: bool,
}

impl Reader<'_> {
    /// What a source deploys from this repository.
    fn target(&mut self, source: View<'_>, own: Option<&Own>) -> Option<TargetSpec> {
        let helm = source.get("helm");
        if let Some(chart) = source.get("chart") {
            let version = source.get("targetRevision");
            let has_own_values = helm.is_some_and(|helm| {
                let mut files = items(helm, "valueFiles").into_iter();
                files.any(|entry| !is_of_other_source(entry.text()))
            });
            let wanted = version.map_or("", View::text);
            let pulled = Pulled::of(self.known.shelf, chart.text(), wanted, chart);
            if let Some(pulled) = pulled.filter(|_| !has_own_values) {
                self.asked.problems.extend(floating(chart, version));
                let path = pulled.path();
                let mut used = self.chart_use(chart, helm, path);
                used.pulled = Some(pulled);
                return (!self.lacks_files).then(|| self.chart_target(used));
            }
            self.remote(source, chart);
            // The chart is elsewhere, but what it is given stands here.
            if let Some(helm) = helm {
                let values = self.values(helm, None);
                self.asked.values.extend(values);
            }
            return None;
        }
        let path = source.get("path")?;
        let folder = normalize(Utf8Path::new(""), path.text().trim_start_matches('/'))?;
        let address = source.get("repoURL").map_or("", View::text);
        let whose = self.known.addresses.whose(address);
        if whose == Whose::Other {
            self.floating_revision(source);
        }
        // Argo CD takes the folder for what its options say, or else for what its files say.
        let is_kustomized = source.get("kustomize").is_some_and(View::is_map)
            || helm.is_none() && is_kustomization(self.known.snapshot, &folder);
        if whose != Whose::Other && !is_kustomized && is_chart(self.known.snapshot, &folder) {
            let chart = self.chart_use(path, helm, folder);
            return (!self.lacks_files).then(|| self.chart_target(chart));
        }
        // Values are for charts alone; without them it may be anything.
        if helm.is_some() && whose != Whose::Own {
            let missing = not_available(path, "", "");
            self.asked.problems.push(missing);
            return None;
        }
        if let Some(plugin) = source.get("plugin").filter(|_| whose == Whose::Own) {
            let name = plugin.get("name").map_or("a plugin", View::text);
            let message = format!(
                "`{name}` renders this folder in the cluster, so what it makes is not checked"
            );
            let problem = Problem::new(&NOT_RENDERED_HERE, message);
            self.asked.problems.push(match place_of(path) {
                Some(place) => problem.at(place),
                None => problem,
            });
        }
        match self.known.snapshot.kept(&folder) {
            _ if whose == Whose::Other || source.get("plugin").is_some() => None,
            Kept::Folder => {
                let directory = match own.and_then(|own| own.merged.directory.as_ref()) {
                    Some(options) => self.directory(options, &folder, path),
                    None => {
                        // A tool of its own renders the folder, or Jsonnet counts here as well.
                        if !is_kustomization(self.known.snapshot, &folder) {
                            let files = DirectoryFiles::of(None, self.known.snapshot, &folder);
                            self.not_run(&files.jsonnet, path);
                        }
                        Directory::Flat
                    }
                };
                let targets = folder_targets(self.known, self.object, &folder, directory, path);
                let mut spec = targets.into_iter().next()?;
                spec.namespace = namespace_of(self.object, &["spec", "destination", "namespace"]);
                Some(spec)
            }
            Kept::Nothing if whose == Whose::Own && is_head(source) && !is_open(path.text()) => {
                let missing = missing_folder(self.known, path, &folder);
                self.asked.problems.push(missing);
                None
            }
            Kept::Nothing | Kept::File | Kept::Outside => None,
        }
    }

    /// Tells of a branch of another repository in production.
    fn floating_revision(&mut self, source: View<'_>) {
        let environment = environment_of(self.known, self.object, std::iter::empty());
        let tier = environment.map(|told| told.environment.tier);
        if !is_head(source) || tier != Some(Tier::Production) {
            return;
        }
        let written = source
            .get("targetRevision")
            .filter(|own| !own.text().is_empty());
        let message = match written {
            Some(branch) => format!(
                "production follows `{}` of another repository",
                branch.text()
            ),
            None => "production follows the default branch of another repository".to_owned(),
        };
        let problem = Problem::new(&FLOATING_REVISION, message);
        let place = written.or_else(|| source.get("repoURL"));
        let place = place.and_then(place_of);
        self.asked.problems.push(match place {
            Some(place) => problem.at(place),
            None => problem,
        });
    }

    /// Tells of Jsonnet in a folder that is deployed.
    fn not_run(&mut self, jsonnet: &[Utf8PathBuf], path: View<'_>) {
        let Some(first) = jsonnet.first() else {
            return;
        };
        let more = and_more(jsonnet.len() - 1);
        let message = format!(
            "`{first}`{more} is Jsonnet, which is not run here, so what it makes is not checked"
        );
        let problem = Problem::new(&NOT_RENDERED_HERE, message);
        self.asked.problems.push(match place_of(path) {
            Some(place) => problem.at(place),
            None => problem,
        });
    }

    /// What is deployed of a folder of plain manifests.
    fn directory(
        &mut self,
        options: &::argocd::Directory,
        folder: &Utf8Path,
        path: View<'_>,
    ) -> Directory {
        let files = DirectoryFiles::of(Some(options), self.known.snapshot, folder);
        let faults = files.faults.into_iter();
        self.asked.problems.extend(faults.map(Problem::of_fault));
        self.not_run(&files.jsonnet, path);
        self.asked
            .problems
            .extend(self.recursed(options, &files.manifests));
        Directory::Files(files.manifests)
    }

    /// The kustomizations among the files of a folder. Those without the marks of an object are
    /// passed over by Argo CD.
    fn recursed(&self, options: &::argocd::Directory, files: &[Utf8PathBuf]) -> Option<Problem> {
        let is_kustomization = |file: &&Utf8PathBuf| {
            kustomize::FILE_NAMES.contains(&file.file_name().unwrap_or_default())
        };
        let start = |file: &Utf8PathBuf| -> Option<Location> {
            let source = self.known.snapshot.source(file).ok()?;
            let root = source.documents().documents.into_iter().next()?;
            let view = root.view();
            let is_object = view.get("apiVersion").is_some() && view.get("kind").is_some();
            Some(view.origin().filter(|_| is_object)?.locate())
        };
        let found = files.iter().filter(is_kustomization);
        let mut found = found.filter_map(|file| Some((file, start(file)?)));
        let (first, start) = found.next()?;
        let mut message = match found.count() {
            0 => format!("`{first}` is applied as an object, not built"),
            more => format!("`{first}` and {more} more are applied as objects, not built"),
        };
        let mut place = options.recurse.as_ref().and_then(|flag| flag.place.clone());
        let mut help = None;
        if let Some((field, pattern)) = pattern_that_decides(options) {
            place = pattern.place();
            message.push_str(&format!(", because of `directory.{field}`"));
            help = Some(format!(
                "With `directory.{field}`, Argo CD takes the folder for plain manifests and looks for no kustomization. Remove `directory`, so that the kustomization is built, or exclude `kustomization.yaml`, which also means that what it changes does not apply."
            ));
        }
        let place = place.or_else(|| options.node.view().origin());
        let mut problem =
            Problem::new(&RECURSED_KUSTOMIZATION, message).related("the kustomization", start);
        problem.help = help;
        Some(match place {
            Some(place) => problem.at(place.locate()),
            None => problem,
        })
    }

    /// The target of an Application that deploys a chart.
    fn chart_target(&self, chart: ChartUse) -> TargetSpec {
        let config = self.known.config;
        let environment = environment_of(self.known, self.object, chart.files());
        let folder = chart.chart.clone();
        let mut spec = TargetSpec::new(folder, Content::Chart(chart.into()), config);
        spec.application = self.object.id.name.to_string();
        spec.told(environment);
        spec
    }

    fn chart_use(
        &mut self,
        path: View<'_>,
        helm: Option<View<'_>>,
        folder: Utf8PathBuf,
    ) -> ChartUse {
        let release = helm
            .and_then(|helm| helm.get("releaseName"))
            .filter(|name| !name.text().is_empty())
            .or_else(|| self.object.node.view().get_path(&["metadata", "name"]));
        let namespace = self
            .object
            .node
            .view()
            .get_path(&["spec", "destination", "namespace"]);
        let values = match helm {
            Some(helm) => self.values(helm, Some(&folder)),
            None => Vec::new(),
        };
        ChartUse {
            values,
            release: release.map_or_else(|| self.object.id.name.to_string().into(), Word::from),
            namespace: namespace.map(Word::from),
            by: place_of(path),
            chart: folder,
            pulled: None,
            post_renderers: Vec::new(),
        }
    }

    /// In the order in which Argo CD lets them outrank one another. Without a folder the chart is
    /// elsewhere, with the files beside it.
    fn values(&mut self, helm: View<'_>, folder: Option<&Utf8Path>) -> Vec<ValuesFrom> {
        let mut values = Vec::new();
        let is_optional = helm
            .get("ignoreMissingValueFiles")
            .is_some_and(|flag| flag.text() == "true");
        let is_here = |entry: &View<'_>| folder.is_some() || is_of_other_source(entry.text());
        let folder = folder.unwrap_or(Utf8Path::new(""));
        for entry in items(helm, "valueFiles").into_iter().filter(is_here) {
            if let Some(gapped) = gapped(self.known, entry) {
                self.gapped(gapped, entry, folder);
                continue;
            }
            if let Some(path) = self.file(entry.text(), entry, folder, is_optional) {
                values.push(ValuesFrom::File {
                    path,
                    by: place_of(entry),
                    is_optional,
                });
            }
        }
        // Argo CD does not look at `values` beside `valuesObject`.
        let inline = match helm.get("valuesObject").filter(|own| own.is_map()) {
            Some(object) => Some(object.to_node()),
            None => helm.get("values").and_then(embedded),
        };
        values.extend(inline.map(match self.is_supposed() {
            true => ValuesFrom::Supposed,
            false => ValuesFrom::Inline,
        }));
        for entry in items(helm, "parameters") {
            if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
                values.push(ValuesFrom::Parameter {
                    name: name.to_node(),
                    value: value.to_node(),
                    // Argo CD escapes them.
                    has_commas: true,
                    is_text: entry
                        .get("forceString")
                        .is_some_and(|flag| flag.text() == "true"),
                });
            }
        }
        for entry in items(helm, "fileParameters") {
            if let (Some(name), Some(path)) = (entry.get("name"), entry.get("path"))
                && is_here(&path)
                && let Some(file) = self.file(path.text(), path, folder, false)
            {
                values.push(ValuesFrom::FileParameter {
                    name: name.to_node(),
                    by: place_of(path),
                    path: file,
                });
            }
        }
        values
    }

    /// Takes every file that an entry may name for used, where a value is missing from its path.
    fn gapped(&mut self, gapped: Gapped, entry: View<'_>, folder: &Utf8Path) {
        self.lacks_files = true;
        let pattern = match gapped {
            Gapped::Nothing(fault) => {
                self.asked.problems.push(Problem::of_fault(*fault));
                return;
            }
            Gapped::Pattern(pattern) => pattern,
        };
        let Some(path) = self.file(&pattern, entry, folder, true) else {
            return;
        };
        let files = matching(self.known.snapshot, &path);
        if files.is_empty() && !is_of_other_source(&pattern) {
            let message = format!("no values file is called `{path}`, whatever `*` stands for");
            self.fault(FaultKind::Missing, message, entry);
        }
        let files = files.into_iter().map(|path| ValuesFrom::File {
            path,
            by: None,
            is_optional: true,
        });
        self.asked.may_read.extend(files);
    }

    /// Whether nobody here gives the values of the chart that the object stands in.
    fn is_supposed(&self) -> bool {
        self.known.asker.is_some_and(|asker| asker.by.is_none())
    }

    /// The path of a file that an entry names: from the chart, from the repository's root with
    /// `/`, from that of another source with `$ref/`. None if it stands elsewhere.
    fn file(
        &mut self,
        text: &str,
        entry: View<'_>,
        folder: &Utf8Path,
        is_optional: bool,
    ) -> Option<Utf8PathBuf> {
        if text.contains("://") {
            return None;
        }
        let outside = |reader: &mut Self| {
            let message = format!("`{text}` is outside the repository");
            reader.fault(FaultKind::Outside, message, entry);
        };
        let path = match text.strip_prefix('$') {
            Some(rest) => {
                let (name, path) = rest.split_once('/')?;
                let is_named =
                    |source: &&View<'_>| source.get("ref").is_some_and(|own| own.text() == name);
                if !self.sources.iter().any(|source| is_named(&source)) {
                    let message = format!("no source of this Application has `ref: {name}`");
                    self.fault(FaultKind::Missing, message, entry);
                    return None;
                }
                let path = normalize(Utf8Path::new(""), path)?;
                // The other source may be another repository, which is not here to be read.
                return (is_optional || self.known.snapshot.kept(&path) == manifest::Kept::File)
                    .then_some(path);
            }
            None => match text.strip_prefix('/') {
                Some(path) => normalize(Utf8Path::new(""), path),
                None => normalize(folder, text),
            },
        };
        if path.is_none() {
            outside(self);
        }
        path
    }

    fn remote(&mut self, source: View<'_>, chart: View<'_>) {
        let text = |key| source.get(key).map_or("", View::text);
        let missing = not_available(chart, text("targetRevision"), text("repoURL"));
        self.asked.problems.push(missing);
        self.asked.charts.push(MissingChart {
            name: chart.text().to_owned(),
            release: String::new(),
            version: text("targetRevision").to_owned(),
            repository: text("repoURL").to_owned(),
            by: place_of(chart),
        });
        let version = source.get("targetRevision");
        self.asked.problems.extend(floating(chart, version));
    }

    fn fault(&mut self, kind: FaultKind, message: String, at: View<'_>) {
        let mut fault = Fault::new(kind, message);
        fault.at = place_of(at);
        self.asked.problems.push(Problem::of_fault(fault));
    }
}
