//! Projects that others inherit from, as `globalProjects` in `argocd-cm` names them.

use manifest::{Source, Src, View};
use spanned_yaml::Tree;

use super::Project;
use crate::applicationset::{Of, Selector};
use crate::document::first_document;

/// A project, and those that inherit from it.
#[derive(Debug)]
pub struct GlobalProject {
    /// The name of the project that they inherit from.
    pub name: String,
    selector: Selector,
}

impl GlobalProject {
    /// Reads the text of the setting; none if Argo CD takes none of it.
    pub fn read_all(setting: View<'_>) -> Option<Vec<Self>> {
        let source = match setting {
            View::Src(source, node) => Source::embedded(Src::new(source, node)),
            other => Source::file("globalProjects", Tree::parse(other.text())),
        };
        let document = first_document(&source).ok()??;
        let mut all = Vec::new();
        for entry in document.view().items() {
            let selector = entry.get("labelSelector").unwrap_or(View::Gone);
            // Argo CD looks no further than the first one that is wrong.
            let Ok(selector) = Selector::read(selector, Of::Labels) else {
                break;
            };
            all.push(Self {
                name: entry.get("projectName").map_or("", View::text).to_owned(),
                selector,
            });
        }
        Some(all)
    }

    /// Whether a project inherits from it.
    pub fn is_inherited_by(&self, project: &Project) -> bool {
        let label = |key: &str| {
            let mut labels = project.labels.iter();
            labels
                .find(|(own, _)| own == key)
                .map(|(_, value)| value.clone())
        };
        self.selector.is_match(&label)
    }
}

impl Project {
    /// Permits and forbids what another project does as well.
    pub fn inherit(&mut self, other: &Self) {
        self.source_repos.extend_from_slice(&other.source_repos);
        self.destinations.extend_from_slice(&other.destinations);
        self.cluster_whitelist
            .extend_from_slice(&other.cluster_whitelist);
        self.cluster_blacklist
            .extend_from_slice(&other.cluster_blacklist);
        self.namespace_blacklist
            .extend_from_slice(&other.namespace_blacklist);
        if let Some(more) = other
            .namespace_whitelist
            .as_ref()
            .filter(|own| !own.is_empty())
        {
            let own = self.namespace_whitelist.get_or_insert_default();
            own.extend_from_slice(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::{Dialect, Node};

    use super::*;
    use crate::Permission;

    fn document(text: &str) -> Node {
        let source = Source::file("a.yaml", Tree::parse(text.to_owned()));
        source.documents().documents.remove(0)
    }

    fn project(text: &str) -> Project {
        Project::read(&document(text), Dialect::Kubectl).0
    }

    #[test]
    fn a_project_permits_what_it_inherits() {
        let setting = document(
            "globalProjects: |\n  - labelSelector:\n      matchExpressions: [{key: team, operator: In, values: [shop]}]\n    projectName: shared\n  - labelSelector: {matchLabels: {tier: gold}}\n    projectName: gold\n",
        );
        let globals = GlobalProject::read_all(setting.view().get("globalProjects").unwrap());
        let globals = globals.unwrap();
        let mut own = project("metadata: {name: a, labels: {team: shop}}\nspec: {}\n");
        let heirs: Vec<bool> = globals
            .iter()
            .map(|own_| own_.is_inherited_by(&own))
            .collect();
        assert_eq!(heirs, [true, false]);
        let shared = project(
            "metadata: {name: shared}\nspec: {sourceRepos: ['https://git.example.org/*'], namespaceResourceWhitelist: [{group: '', kind: ConfigMap}]}\n",
        );
        let url = "https://git.example.org/shop";
        assert_eq!(own.permits_source(url), Permission::NotListed);
        own.inherit(&shared);
        assert!(own.permits_source(url).is_granted());
        assert!(own.permits_kind("", "ConfigMap", "a", true).is_granted());
        assert!(own.permits_kind("", "Secret", "a", true).is_refused());
    }

    #[test]
    fn a_wrong_selector_ends_the_list() {
        let setting = document(
            "a: |\n  - {labelSelector: {matchExpressions: [{key: a, operator: Is}]}, projectName: a}\n  - {projectName: b}\n",
        );
        let globals = GlobalProject::read_all(setting.view().get("a").unwrap());
        assert!(globals.unwrap().is_empty());
        assert!(GlobalProject::read_all(document("a: ''\n").view().get("a").unwrap()).is_none());
    }
}
