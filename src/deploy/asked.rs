//! What objects ask to be deployed, for any of the tools.

use std::sync::{Arc, OnceLock};

use argocd::Application;
use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Dialect, Kept, Location, Object, View};

use super::environment::{
    environment_hinted, environment_in_name, environment_of_cluster, environment_of_label,
    environment_of_path, environment_word, is_short_for,
};
use super::evidence::{Evidence, Told};
use super::loose::{is_kustomization, read_files, read_folder};
use super::rules::{CHART_NOT_AVAILABLE, FLOATING_CHART_VERSION, MISSING_SOURCE_PATH};
use super::{Content, Environment, Known, Placed, TargetSpec, ValuesFrom, Word};
use crate::problem::Problem;
use crate::settings::Config;

/// The labels that name an environment, whatever it is called, the likelier ones first.
const LABELS: [&str; 3] = ["environment", "env", "app.kubernetes.io/environment"];

/// The labels that may name an environment.
const LIKELY_LABELS: [&str; 2] = ["stage", "tier"];

/// What an object asks to be deployed.
#[derive(Debug, Default)]
pub struct Asked {
    /// The charts that are in the repository.
    pub targets: Vec<TargetSpec>,
    /// What charts are given that are elsewhere.
    pub values: Vec<ValuesFrom>,
    /// What charts may be given: which of it is not known.
    pub may_read: Vec<ValuesFrom>,
    /// What is wrong with what is asked for.
    pub problems: Vec<Problem>,
    /// The charts that stand in another place.
    pub charts: Vec<MissingChart>,
    /// What Flux takes from other sources.
    pub sourced: Vec<Sourced>,
    /// The Applications that ask for it: the object itself, or those that it generates.
    pub applications: Vec<Asking>,
}

/// An Application that asks for something.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The Application.
    pub object: Arc<Object>,
    /// Its environment, as far as it alone tells it.
    pub environment: Option<Environment>,
    /// What told the environment.
    pub told_by: Evidence,
    /// What Argo CD reads in it, once that is asked for.
    read: Arc<OnceLock<Application>>,
}

impl Asking {
    /// An Application whose environment is known as far as it alone tells it.
    pub(super) fn new(object: Arc<Object>, told: Option<Told>) -> Self {
        Self {
            object,
            told_by: told.as_ref().map_or(Evidence::Nothing, |told| told.by),
            environment: told.map(|told| told.environment),
            read: Arc::default(),
        }
    }

    /// The Application as Argo CD reads it.
    pub fn application(&self) -> &Application {
        let read = || Application::read(&self.object.node, Dialect::Kubectl).0;
        self.read.get_or_init(read)
    }

    /// Reads the same Application together with another snapshot, which has the same object.
    pub(crate) fn share(&mut self, earlier: &Self) {
        self.read = earlier.read.clone();
    }

    /// What the whole repository may tell of its environment.
    pub fn placed(&mut self) -> Placed<'_> {
        let view = self.object.node.view();
        let cluster = view.get_path(&["spec", "destination", "name"]);
        Placed {
            environment: &mut self.environment,
            told_by: &mut self.told_by,
            name: self.object.id.name.to_string(),
            application: None,
            path: source_path(view),
            by: place_of(view).map(|place| place.path().to_owned()),
            cluster: cluster.map(|name| name.text().to_owned()),
        }
    }
}

/// A Kustomization or HelmRelease of what another source of Flux holds, apart from charts that Helm
/// could pull.
#[derive(Clone, Debug)]
pub struct Sourced {
    /// Its name.
    pub name: String,
    /// The namespace that it names for what it deploys.
    pub namespace: Option<String>,
    /// The branch, tag or commit; none if the source is not in this repository.
    pub revision: Option<String>,
}

/// A chart that stands in another place.
#[derive(Clone, Debug)]
pub struct MissingChart {
    /// Its name.
    pub name: String,
    /// The HelmRelease that asks for it; empty if an Application does.
    pub release: String,
    /// Its version, or the range of them; empty if none is given.
    pub version: String,
    /// The repository that holds it; empty if that is not known.
    pub repository: String,
    /// Where it is asked for.
    pub by: Option<Location>,
}

/// The environment of an object that deploys something: what it tells itself, or else what is
/// known of the target that brings it.
pub(super) fn environment_of<'a>(
    known: Known<'_>,
    object: &Object,
    values: impl Iterator<Item = &'a Utf8PathBuf>,
) -> Option<Told> {
    let told = environment_told(object, values, known.config);
    let bringer = known.asker.and_then(|asker| asker.environment.as_ref());
    let brought = || Some(Evidence::Bringer.tells(bringer?.clone()));
    // `dev` in a name is what `roundtable-dev` is called there.
    let is_short = |own: &Told| {
        let is_word = matches!(
            own.by,
            Evidence::Values | Evidence::Name | Evidence::Destination
        );
        is_word && bringer.is_some_and(|long| is_short_for(&own.environment, long))
    };
    let hinted = || {
        let mut names = std::iter::once(&*object.id.name).chain(destinations(object));
        let hinted = names.find_map(|name| environment_hinted(name, known.config));
        hinted.map(|own| Evidence::Hint.tells(own))
    };
    told.filter(|own| !is_short(own))
        .or_else(brought)
        .or_else(hinted)
}

/// The cluster and the namespaces that an object names as its destination.
fn destinations(object: &Object) -> impl Iterator<Item = &str> {
    let fields: [&[&str]; 3] = [
        &["spec", "destination", "name"],
        &["spec", "destination", "namespace"],
        &["spec", "targetNamespace"],
    ];
    let view = object.node.view();
    let values = fields
        .into_iter()
        .filter_map(move |field| view.get_path(field));
    values.map(View::text)
}

/// What an object tells of its environment: the configuration of its file, a label, the folder
/// it stands in, its values files, the folder that it deploys, its name, its destination.
pub(super) fn environment_told<'a>(
    object: &Object,
    mut values: impl Iterator<Item = &'a Utf8PathBuf>,
    config: &Config,
) -> Option<Told> {
    let view = object.node.view();
    let text = |path: &[&str]| view.get_path(path).map(View::text);
    let file = place_of(view).map(|place| place.path().to_owned());
    if let Some(configured) = configured_environment(object, config) {
        return Some(Evidence::Configuration.tells(configured));
    }
    let label = |label: &&str| text(&["metadata", "labels", label]);
    let certain = LABELS
        .iter()
        .find_map(|name| environment_of_label(label(name)?, config));
    let likely = || {
        let mut labels = LIKELY_LABELS.iter();
        labels.find_map(|name| environment_in_name(label(name)?, config))
    };
    let label = certain.or_else(likely);
    let in_files = |values: &mut dyn Iterator<Item = &'a Utf8PathBuf>| {
        let mut names = values.filter_map(|file| file.file_stem());
        names.find_map(|name| environment_hinted(name, config))
    };
    let destination = || {
        let told = destinations(object).find_map(|name| environment_in_name(name, config));
        let cluster = || environment_of_cluster(text(&["spec", "destination", "name"])?);
        told.or_else(cluster)
    };
    let of_folder = || environment_of_path(file.as_ref()?);
    let told = |by: Evidence, environment: Option<Environment>| environment.map(|e| by.tells(e));
    // A word in a name may be a cluster's or a region's; a folder that can only be an
    // environment's is what is deployed.
    let source = || {
        let hinted = environment_hinted(&object.id.name, config);
        hinted.and_then(|_| environment_of_path(source_path(view)?))
    };
    let name = || environment_in_name(&object.id.name, config);
    told(Evidence::Label, label)
        .or_else(|| told(Evidence::FolderOfObject, of_folder()))
        .or_else(|| told(Evidence::Values, in_files(&mut values)))
        .or_else(|| told(Evidence::Folder, source()))
        .or_else(|| told(Evidence::Name, name()))
        .or_else(|| told(Evidence::Destination, destination()))
        .or_else(|| {
            let namespace = environment_in_name(&object.id.namespace, config);
            told(Evidence::Destination, namespace)
        })
}

/// The folder that an Application deploys, if it is one of a repository.
fn source_path(application: View<'_>) -> Option<&Utf8Path> {
    let one = application.get_path(&["spec", "source", "path"]);
    let several = || {
        let mut sources = application.get_path(&["spec", "sources"])?.items();
        sources.find_map(|source| source.get("path"))
    };
    let path = one.or_else(several)?;
    Some(Utf8Path::new(path.text()))
}

/// What the configuration says of the file of an object that deploys something.
pub(super) fn configured_environment(object: &Object, config: &Config) -> Option<Environment> {
    let place = place_of(object.node.view())?;
    let (name, tier) = config.environment_of(place.path())?;
    Some(Environment {
        name: name.into(),
        tier,
    })
}

/// How a folder without a chart is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directory {
    /// As Argo CD does: its own manifests.
    Flat,
    /// As Argo CD does with options: these of its files.
    Files(Vec<Utf8PathBuf>),
    /// As Flux does: those below it, and the kustomizations there.
    Flux,
    /// As Flux does where it changes all of them together.
    FluxAround,
}

/// The targets of an object that deploys a folder of this repository without a chart.
pub(super) fn folder_targets(
    known: Known<'_>,
    object: &Object,
    folder: &Utf8Path,
    directory: Directory,
    by: View<'_>,
) -> Vec<TargetSpec> {
    let Known {
        snapshot, config, ..
    } = known;
    let target = |folder: &Utf8Path, content| {
        let environment = environment_of(known, object, std::iter::empty());
        let mut spec = TargetSpec::new(folder.to_owned(), content, config);
        spec.application = object.id.name.to_string();
        spec.told(environment);
        spec.by = place_of(by);
        spec
    };
    if is_kustomization(snapshot, folder) {
        return vec![target(folder, Content::Kustomization)];
    }
    if let Directory::Files(files) = &directory {
        return vec![target(
            folder,
            Content::Manifests(read_files(snapshot, files)),
        )];
    }
    let is_flux = matches!(directory, Directory::Flux | Directory::FluxAround);
    let found = read_folder(snapshot, folder, is_flux);
    if directory == Directory::FluxAround {
        let mut spec = target(folder, Content::Manifests(found.files));
        spec.takes_up = found.kustomizations;
        return vec![spec];
    }
    let below = found.kustomizations.iter();
    let mut targets: Vec<TargetSpec> = below
        .map(|folder| target(folder, Content::Kustomization))
        .collect();
    if !found.files.is_empty() || targets.is_empty() {
        targets.push(target(folder, Content::Manifests(found.files)));
    }
    targets
}

/// What to say of a folder of this repository that is not there.
pub(super) fn missing_folder(known: Known<'_>, path: View<'_>, folder: &Utf8Path) -> Problem {
    let message = format!("there is no folder `{}` in this repository", path.text());
    let problem = Problem::new(&MISSING_SOURCE_PATH, message);
    let problem = match place_of(path) {
        Some(place) => problem.at(place),
        None => problem,
    };
    match nearest(known, folder) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// The folder that is there and was probably meant.
fn nearest(known: Known<'_>, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let is_there = |path: &Utf8Path| known.snapshot.kept(path) == Kept::Folder;
    let parent = folder.ancestors().skip(1).find(|path| is_there(path))?;
    let rest = folder.strip_prefix(parent).ok()?;
    let mut parts = rest.components();
    let wrong = parts.next()?.as_str().to_owned();
    let entries = known.snapshot.list(parent);
    let folders = entries.iter().filter(|entry| is_there(entry));
    let names: Vec<&str> = folders.filter_map(|entry| entry.file_name()).collect();
    let tier = environment_word(&wrong);
    let alike = |name: &&&str| tier.is_some() && environment_word(name) == tier;
    // Another environment's folder is no slip of this one's.
    let is_other = |name: &str| {
        let other = environment_word(name);
        tier.is_some() && other.is_some() && other != tier
    };
    let near = suggest::nearest(&wrong, names.iter().copied().filter(|name| !is_other(name)))
        .or_else(|| names.iter().find(alike).copied())?;
    let meant = parts.fold(parent.join(near), |path, part| path.join(part));
    match is_there(&meant) {
        true => Some(meant),
        false => Some(parent.join(near)),
    }
}

/// What of the namespace that objects without one go to is known.
pub(super) fn namespace_of(object: &Object, path: &[&str]) -> Option<Word> {
    let written = object.node.view().get_path(path)?;
    (!written.text().is_empty()).then(|| written.into())
}

/// Where a value stands.
pub(super) fn place_of(view: View<'_>) -> Option<Location> {
    let named = view.get("kind").unwrap_or(view);
    named.origin().map(|src| src.locate())
}

/// The items of a list, if there is one.
pub(super) fn items<'a>(view: View<'a>, key: &str) -> Vec<View<'a>> {
    view.get(key)
        .map_or_else(Vec::new, |list| list.items().collect())
}

/// What to say of a chart of no certain version.
pub(super) fn floating(chart: View<'_>, version: Option<View<'_>>) -> Option<Problem> {
    let range = version.map_or("", View::text);
    if !is_range(range) {
        return None;
    }
    let name = chart.text();
    let message = match range {
        "" => format!("`{name}` is not pinned: the newest version is used"),
        range => format!("`{name}` is not pinned: the newest version matching `{range}` is used"),
    };
    let problem = Problem::new(&FLOATING_CHART_VERSION, message).help("pin one version");
    Some(match place_of(version.unwrap_or(chart)) {
        Some(place) => problem.at(place),
        None => problem,
    })
}

/// Whether more than one version of a chart fits.
pub fn is_range(version: &str) -> bool {
    let version = version.trim();
    let is_wild = |part: &str| matches!(part, "x" | "X" | "*");
    version.is_empty()
        || version.contains(['^', '~', '>', '<', '|', ',', '*', ' '])
        || version.split('.').any(is_wild)
        || version.split('.').count() < 3
}

/// What to say of a chart that stands in another place.
pub(super) fn not_available(chart: View<'_>, version: &str, repository: &str) -> Problem {
    not_available_as(chart, chart.text(), version, repository)
}

/// As [`not_available`], of a chart that is not called what is written there.
pub(super) fn not_available_as(
    chart: View<'_>,
    name: &str,
    version: &str,
    repository: &str,
) -> Problem {
    let version = match version {
        "" => String::new(),
        version => format!(" {version}"),
    };
    let mut problem = Problem::new(
        &CHART_NOT_AVAILABLE,
        format!(
            "the chart `{name}`{version} is not in this repository, so what it renders is not checked"
        ),
    );
    if let Some(place) = place_of(chart) {
        problem = problem.at(place);
    }
    if repository.is_empty() {
        return problem;
    }
    let repository = repository.trim_end_matches('/');
    let argument = match repository.split_once("://") {
        Some(("oci", _)) => format!("{repository}/{name}"),
        Some(_) => format!("{name} --repo {repository}"),
        // An OCI registry as Argo CD names it, without a scheme; an alias stays one.
        None if repository.contains('.') => format!("oci://{repository}/{name}"),
        None => format!("{repository}/{name}"),
    };
    let version = match version.trim() {
        "" => String::new(),
        version => format!(" --version {version}"),
    };
    problem.help(format!(
        "`helm pull {argument}{version} --untar` puts it here"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_ranges_from_versions() {
        for version in ["1.2.3", "v1.2.3", "1.2.3-rc.1+build", "=1.2.3"] {
            assert!(!is_range(version), "{version}");
        }
        for version in [
            "",
            "*",
            "1.x",
            "1.2.x",
            "^1.2.3",
            "~1.2",
            ">=1.0.0 <2.0.0",
            "1",
            "1.2",
        ] {
            assert!(is_range(version), "{version}");
        }
    }
}
