//! Options for Helm.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Node, Src, View, normalize};

use super::Environment;
use crate::text::{Text, is_on, text, texts};

/// Options for Helm.
#[derive(Clone, Debug)]
pub struct Helm {
    /// The mapping.
    pub node: Node,
    /// Values files, of which later ones win.
    pub value_files: Vec<Text>,
    /// Values that stand in the Application itself, and win over those of files.
    pub values: Option<HelmValues>,
    /// Single values, which win over all others.
    pub parameters: Vec<Parameter>,
    /// Single values that are the contents of files.
    pub file_parameters: Vec<FileParameter>,
    /// The release's name; without one it is that of the Application.
    pub release_name: Option<Text>,
    /// The namespace to render for; without one it is that of the destination.
    pub namespace: Option<Text>,
    /// The version of Kubernetes to render for.
    pub kube_version: Option<Text>,
    /// The API versions that the cluster serves.
    pub api_versions: Vec<Text>,
    /// Whether values files may be missing.
    pub ignores_missing_value_files: bool,
    /// Whether custom resource definitions of `crds/` are left out.
    pub skips_crds: bool,
    /// Whether tests are left out.
    pub skips_tests: bool,
    /// Whether the chart's schema of values is not asked.
    pub skips_schema: bool,
}

/// Values that stand in the Application itself.
#[derive(Clone, Debug)]
pub enum HelmValues {
    /// A mapping.
    Object(Node),
    /// YAML in a text.
    Text(Text),
}

/// A single value.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The way to it, as behind `--set`.
    pub name: Option<Text>,
    /// The value; empty without one.
    pub value: Option<Text>,
    /// Whether it is text whatever it looks like.
    pub is_text: bool,
    /// Where the parameter stands.
    pub place: Option<Src>,
}

/// A single value that is the content of a file.
#[derive(Clone, Debug)]
pub struct FileParameter {
    /// The way to it, as behind `--set-file`.
    pub name: Option<Text>,
    /// The file.
    pub path: Option<Text>,
}

/// The file that an entry of `valueFiles`, or of `fileParameters`, means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueFile {
    /// A file of the source's own repository.
    Own(Utf8PathBuf),
    /// A file of the repository of another source, by its `ref`.
    Of(String, Utf8PathBuf),
    /// Something that is fetched from an address.
    Remote,
    /// A path that leads out of the repository.
    Outside,
}

impl Helm {
    pub(super) fn of(view: View<'_>) -> Self {
        let list = |key: &str| view.get(key).into_iter().flat_map(View::items);
        let object = view.get("valuesObject").filter(|object| !object.is_null());
        Self {
            node: view.to_node(),
            value_files: texts(view, "valueFiles"),
            values: match object {
                Some(object) => Some(HelmValues::Object(object.to_node())),
                None => text(view, "values").map(HelmValues::Text),
            },
            parameters: list("parameters").map(Parameter::of).collect(),
            file_parameters: list("fileParameters").map(FileParameter::of).collect(),
            release_name: text(view, "releaseName"),
            namespace: text(view, "namespace"),
            kube_version: text(view, "kubeVersion"),
            api_versions: texts(view, "apiVersions"),
            ignores_missing_value_files: is_on(view, "ignoreMissingValueFiles"),
            skips_crds: is_on(view, "skipCrds"),
            skips_tests: is_on(view, "skipTests"),
            skips_schema: is_on(view, "skipSchemaValidation"),
        }
    }
}

impl Parameter {
    fn of(view: View<'_>) -> Self {
        Self {
            name: text(view, "name"),
            value: text(view, "value"),
            is_text: is_on(view, "forceString"),
            place: view.origin(),
        }
    }
}

impl FileParameter {
    fn of(view: View<'_>) -> Self {
        Self {
            name: text(view, "name"),
            path: text(view, "path"),
        }
    }
}

impl ValueFile {
    /// What an entry means: a path from the chart's folder, from the repository's root with `/`,
    /// from that of another source with `$ref/`. `is_reference` knows the names of those; any
    /// other name behind `$` is taken for a variable. The path may be a pattern.
    pub fn resolve(
        entry: &str,
        folder: &Utf8Path,
        environment: &Environment,
        is_reference: &dyn Fn(&str) -> bool,
    ) -> Self {
        let root = Utf8Path::new("");
        if let Some(rest) = entry.strip_prefix('$') {
            let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
            if is_reference(name) {
                let path = environment.expand(path).text;
                return match normalize(root, path.trim_start_matches('/')) {
                    Some(path) => Self::Of(name.to_owned(), path),
                    None => Self::Outside,
                };
            }
        }
        let entry = environment.expand(entry).text;
        if let Some((scheme, _)) = entry.split_once("://")
            && !scheme.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            return Self::Remote;
        }
        let path = match entry.strip_prefix('/') {
            Some(path) => normalize(root, path.trim_start_matches('/')),
            None => normalize(folder, &entry),
        };
        path.map_or(Self::Outside, Self::Own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_files() {
        let environment = Environment::of_values([("ARGOCD_APP_NAME", "api")]);
        let resolve = |entry: &str| {
            let is_reference = |name: &str| name == "conf";
            ValueFile::resolve(
                entry,
                Utf8Path::new("charts/api"),
                &environment,
                &is_reference,
            )
        };
        let own = |path: &str| ValueFile::Own(path.into());
        assert_eq!(resolve("values.yaml"), own("charts/api/values.yaml"));
        assert_eq!(resolve("../$ARGOCD_APP_NAME.yaml"), own("charts/api.yaml"));
        assert_eq!(resolve("/envs/a.yaml"), own("envs/a.yaml"));
        assert_eq!(resolve("../../../a.yaml"), ValueFile::Outside);
        assert_eq!(resolve("https://a/b.yaml"), ValueFile::Remote);
        assert_eq!(
            resolve("$conf/${ARGOCD_APP_NAME}/a.yaml"),
            ValueFile::Of("conf".to_owned(), "api/a.yaml".into())
        );
        // A `ref` that does not exist is an empty variable.
        assert_eq!(resolve("$typo/a.yaml"), own("a.yaml"));
    }
}
