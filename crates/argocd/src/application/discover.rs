//! The tool that Argo CD picks for a folder.

use camino::Utf8Path;
use manifest::{Fault, FaultKind, Kept, Snapshot};

use super::{Source, Tool};

/// The tool that Argo CD picks.
#[derive(Clone, Debug)]
pub enum ToolFound {
    /// It is this one.
    One(Tool),
    /// A source with options for several tools, which is refused.
    Several(Fault),
}

/// The tool for a source whose folder stands in a snapshot. A plugin that knows folders by their
/// contents is not reckoned with: which there are is not known.
pub fn discover(source: &Source, snapshot: &dyn Snapshot, folder: &Utf8Path) -> ToolFound {
    if source.chart.is_some() {
        return ToolFound::One(Tool::Helm);
    }
    match source.explicit_tools().as_slice() {
        [] => ToolFound::One(of_folder(snapshot, folder)),
        [one] => ToolFound::One(*one),
        several => ToolFound::Several(too_many(source, several)),
    }
}

/// The tool that the files of a folder ask for. Where they ask for several, it is the one whose
/// file stands last.
fn of_folder(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Tool {
    let mut tool = Tool::Directory;
    for path in snapshot.list(folder) {
        let name = path.file_name().unwrap_or_default();
        let asks = match name {
            "kustomization.yaml" | "kustomization.yml" | "Kustomization" => Tool::Kustomize,
            _ if name.ends_with("Chart.yaml") => Tool::Helm,
            _ => continue,
        };
        if snapshot.kept(&path) == Kept::File {
            tool = asks;
        }
    }
    tool
}

pub(super) fn too_many(source: &Source, tools: &[Tool]) -> Fault {
    let names: Vec<&str> = tools.iter().map(|tool| tool.field()).collect();
    let message = format!(
        "a source has options for one tool, not for several: `{}`",
        names.join("`, `")
    );
    let fault = Fault::new(FaultKind::Field, message);
    let view = source.node.view();
    let second = names.get(1).and_then(|name| view.entry(name));
    match second.and_then(|entry| entry.key.origin()) {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;
    use crate::application::tests::read;

    fn check(source: &str, files: &[&str]) -> String {
        let files = Memory::from_iter(files.iter().map(|file| (format!("app/{file}"), "")));
        let application = read(&format!("spec: {{source: {source}}}"));
        match discover(&application.sources[0], &files, Utf8Path::new("app")) {
            ToolFound::One(tool) => tool.field().to_owned(),
            ToolFound::Several(fault) => fault.message,
        }
    }

    #[test]
    fn picks_as_argo_cd_does() {
        assert_eq!(check("{path: app}", &["a.yaml"]), "directory");
        assert_eq!(check("{path: app}", &["Chart.yaml", "a.yaml"]), "helm");
        let both = ["Chart.yaml", "kustomization.yaml"];
        assert_eq!(check("{path: app}", &both), "kustomize");
        let odd = ["kustomization.yaml", "oldChart.yaml"];
        assert_eq!(check("{path: app}", &odd), "helm");
        assert_eq!(check("{path: app, helm: {releaseName: a}}", &both), "helm");
        assert_eq!(check("{path: app, helm: {}}", &both), "kustomize");
        let nothing = "{path: app, directory: {recurse: false, jsonnet: {tlas: []}}}";
        assert_eq!(check(nothing, &both), "kustomize");
        let excluded = "{path: app, directory: {recurse: false, exclude: a.yaml}}";
        assert_eq!(check(excluded, &both), "directory");
        assert_eq!(check("{path: app}", &["sub/Chart.yaml"]), "directory");
        assert_eq!(check("{chart: redis}", &[]), "helm");
        assert_eq!(
            check(
                "{path: app, helm: {releaseName: a}, directory: {recurse: true}}",
                &[]
            ),
            "a source has options for one tool, not for several: `helm`, `directory`"
        );
    }
}
