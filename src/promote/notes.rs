//! Why an edit may not reach the cluster, or not stay.

use std::collections::BTreeSet;

use argocd::{Application, DEFAULT_PROJECT, Project, SyncWindow, Target};
use manifest::{Dialect, Object, View};

use super::Text;
use crate::compare::Unit;
use crate::pipeline::Deployed;

/// The annotations of Argo CD's image updater.
const UPDATER: &str = "argocd-image-updater.argoproj.io/";

/// What is told of a target: who deploys it, and of the files that are edited for it.
pub(super) fn notes(unit: &Unit, texts: &[&Text], deployed: &Deployed) -> Vec<String> {
    let mut notes = Vec::new();
    let applications = unit
        .objects
        .iter()
        .filter(|own| *own.id.gvk.kind == *"Application");
    for object in applications {
        let (application, _) = Application::read(&object.node, Dialect::Kubectl);
        let mut told = BTreeSet::new();
        for source in application.sources.iter().filter(|own| own.chart.is_none()) {
            let revision = source.target_revision.as_ref();
            let revision = revision.map_or("", |revision| revision.as_str());
            let is_here = matches!(revision, "" | "HEAD" | "main" | "master");
            if !is_here && told.insert(revision) {
                notes.push(format!(
                    "{} deploys revision `{revision}`, not this one",
                    object.id
                ));
            }
        }
        if !application.sync.is_automated() {
            notes.push(format!("{} does not sync by itself", object.id));
        }
        notes.extend(windows(object, &application, deployed));
        let annotations = object.node.view().get_path(&["metadata", "annotations"]);
        let mut keys = annotations.into_iter().flat_map(View::entries);
        if keys.any(|entry| entry.key.text().starts_with(UPDATER)) {
            notes.push(format!("an image updater sets the images of {}", object.id));
        }
    }
    for text in texts {
        let owned = text.written.iter().any(|span| {
            let (before, behind) = text.after.split_at(span.end as usize);
            let line = before.lines().last().unwrap_or_default().to_owned()
                + behind.lines().next().unwrap_or_default();
            line.contains("$imagepolicy")
        });
        if owned {
            notes.push("an image policy sets a field that is edited here".to_owned());
        }
    }
    notes
}

/// When the project of an Application keeps it from being synced.
fn windows(object: &Object, application: &Application, deployed: &Deployed) -> Vec<String> {
    let named = application.project.as_ref();
    let named = named.map_or(DEFAULT_PROJECT, |name| name.as_str());
    let objects = deployed.targets().flat_map(|target| &target.objects);
    let project = objects
        .filter(|own| *own.id.gvk.kind == *"AppProject" && *own.id.name == *named)
        .find(|own| *own.id.gvk.group == *"argoproj.io");
    let Some(project) = project else {
        return Vec::new();
    };
    let (project, _) = Project::read(&project.node, Dialect::Kubectl);
    let destination = &application.destination;
    let target = Target {
        server: destination.server_address(),
        name: destination.name.as_ref().map(|name| name.as_str()),
        namespace: destination
            .namespace
            .as_ref()
            .map_or("", |name| name.as_str()),
    };
    let windows = project.sync_windows.iter();
    let concerned = windows.filter(|window| window.concerns(&object.id.name, target));
    let told = concerned.filter_map(|window| told(object, named, window));
    told.collect()
}

fn told(object: &Object, project: &str, window: &SyncWindow) -> Option<String> {
    let text = |text: &Option<argocd::Text>| Some(text.as_ref()?.as_str().to_owned());
    let when = format!(
        "`{}` for {}",
        text(&window.schedule)?,
        text(&window.duration)?
    );
    let zone = text(&window.time_zone).map_or_else(String::new, |zone| format!(" ({zone})"));
    match text(&window.kind)?.as_str() {
        "deny" => Some(format!(
            "project `{project}` denies syncs of {} from {when}{zone}",
            object.id
        )),
        "allow" => Some(format!(
            "project `{project}` allows syncs of {} from {when}{zone} only",
            object.id
        )),
        _ => None,
    }
}
