//! Applications that deploy nothing, and the project that permits everything.

use std::sync::Arc;

use argocd::{DEFAULT_PROJECT, DirectoryFiles, Flag, OfNothing};
use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Node, Snapshot, Source, Span};

use super::known::{Deployer, Known};
use super::rules::{APPLICATION_OF_NOTHING, DEFAULT_PROJECT_IN_USE};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Severity;

/// Applications all of whose sources are known and render no object.
pub(super) fn problems(
    rendered: &[Rendered],
    known: &Known<'_>,
    snapshot: &dyn Snapshot,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for deployer in known
        .applications
        .iter()
        .filter(|own| own.is_whole(rendered))
    {
        let mut targets = deployer.targets.iter();
        if targets.any(|at| !rendered[*at].objects.is_empty()) {
            continue;
        }
        let by = |at: &usize| rendered[*at].spec.by.as_ref();
        let is_left_out = |problem: &Problem| {
            let mut places = deployer.targets.iter().filter_map(by);
            places.any(|own| {
                let place = problem.place();
                place.is_some_and(|place| place.path() == own.path() && place.span == own.span)
            })
        };
        // What is not rendered here may be all that it deploys.
        let mut unmet = rendered[deployer.at].unmet.iter();
        if unmet.any(is_left_out) {
            continue;
        }
        let name = deployer.name();
        let first = deployer.targets.first();
        let place = first.and_then(|at| rendered[*at].spec.by.clone());
        let mut folders = deployer.targets.iter().map(|at| &*rendered[*at].spec.path);
        if let Some((file, source)) = folders.find_map(|own| no_manifest(deployer, snapshot, own)) {
            let message = format!(
                "`{name}` cannot sync: Argo CD reads every `.json` file in the folder as a manifest, but `{file}` is not one"
            );
            let problem = Problem::new(&APPLICATION_OF_NOTHING, message)
                .help("leave it out with `directory.exclude`, or fix the path")
                .related("not a manifest", source.locate(Span::new(0, 0)));
            problems.push(deployer.tell(problem, place));
            continue;
        }
        let outcome = match deployer.application.sync.of_nothing() {
            OfNothing::Pruned => {
                ", so automated sync with `prune` deletes everything that it deployed before"
            }
            OfNothing::Rejected => {
                ", and automated sync with `prune` refuses to delete all that it deployed before"
            }
            OfNothing::Kept => "",
        };
        let mut folders = deployer.targets.iter().map(|at| &*rendered[*at].spec.path);
        let is_kept = folders.all(|own| is_kept_empty(snapshot, own));
        let kept = match is_kept {
            true => " yet: its folder is kept empty",
            false => outcome,
        };
        let is_meant = is_kept || allows_empty(deployer);
        let message = format!("`{name}` renders no objects{kept}");
        let problem = Problem {
            at_most: is_meant.then_some(Severity::Info),
            ..Problem::new(&APPLICATION_OF_NOTHING, message)
        };
        problems.push(deployer.tell(problem, place));
    }
    problems
}

/// Whether an Application says that there may be nothing to deploy.
fn allows_empty(deployer: &Deployer<'_>) -> bool {
    let automated = deployer.application.sync.automated.as_ref();
    automated.is_some_and(|own| Flag::is_on(own.allow_empty.as_ref()))
}

/// Whether a folder holds nothing but what keeps it in git, or says what it is for.
fn is_kept_empty(snapshot: &dyn Snapshot, folder: &Utf8Path) -> bool {
    let files = snapshot.list(folder);
    let is_note = |file: &Utf8PathBuf| {
        let name = file.file_name().unwrap_or_default().to_ascii_lowercase();
        matches!(&*name, ".gitkeep" | ".keep" | ".gitignore") || name.starts_with("readme")
    };
    !files.is_empty() && files.iter().all(is_note)
}

/// A JSON file that Argo CD reads as a manifest of a folder though it has no kind, which fails
/// before anything is applied. YAML that does not look like a manifest is passed over.
fn no_manifest(
    deployer: &Deployer<'_>,
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
) -> Option<(Utf8PathBuf, Arc<Source>)> {
    let mut sources = deployer.application.sources.iter();
    let source = sources.find(|own| {
        let path = own.path.as_ref().map_or("", |path| path.as_str());
        manifest::normalize(Utf8Path::new(""), path.trim_matches('/')).as_deref() == Some(folder)
    })?;
    let files = DirectoryFiles::of(source.directory.as_ref(), snapshot, folder);
    let mut files = files.manifests.into_iter();
    files.find_map(|file| {
        let source = (file.extension() == Some("json")).then(|| snapshot.source(&file))?;
        let source = source.ok()?;
        let documents = source.documents().documents;
        let has_kind = |own: &Node| own.view().get("kind").is_some();
        (!documents.iter().all(has_kind)).then_some((file, source))
    })
}

/// The first Application of the default project, where there are others.
pub(super) fn default_project(known: &Known<'_>) -> Option<Problem> {
    let is_default = |name: &str| name == DEFAULT_PROJECT;
    if known.projects.is_empty() || known.projects(DEFAULT_PROJECT).next().is_some() {
        return None;
    }
    let mut users = known.applications.iter();
    let first = users.find(|own| is_default(own.application.project_name()))?;
    let more = users
        .filter(|own| is_default(own.application.project_name()))
        .count();
    let more = match more {
        0 => String::new(),
        more => format!(", as do {more} more Applications"),
    };
    let message = format!(
        "`{}` uses the default project{more}, which permits everything",
        first.name()
    );
    let problem = Problem::new(&DEFAULT_PROJECT_IN_USE, message);
    let project = first.application.project.as_ref();
    let place = project.and_then(|project| project.place());
    Some(first.tell(problem, place.map(|place| place.locate())))
}
