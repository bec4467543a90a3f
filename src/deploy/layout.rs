//! The values files that belong to a chart, told from their names.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::environment::is_environment;

/// Folders of a chart that hold one values file, or one folder with one, for each environment.
const FOLDERS: [&str; 6] = [
    "values",
    "envs",
    "env",
    "environments",
    "environment",
    "overlays",
];

/// Names of what all environments have in common.
const SHARED: [&str; 7] = [
    "common", "base", "default", "defaults", "global", "shared", "all",
];

/// The name under which the values for a chart's own tests are known.
const TESTS: &str = "ci";

/// A chart's values files by what they are for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ValuesFiles {
    /// Those that come before those of any environment.
    pub shared: Vec<Utf8PathBuf>,
    /// Those of each environment, in the order of their paths.
    pub environments: BTreeMap<String, Vec<Utf8PathBuf>>,
    /// Those of variants that are no environment, such as `values-ha.yaml`.
    pub variants: BTreeMap<String, Utf8PathBuf>,
    /// Those that the chart is tested with.
    pub tests: Vec<Utf8PathBuf>,
}

impl ValuesFiles {
    /// Sorts out the files below a chart. `is_known` tells of names that the configuration
    /// makes environments, and `is_called` of files that say themselves that they are for one.
    pub(super) fn of<'a>(
        chart: &Utf8Path,
        files: impl IntoIterator<Item = &'a Utf8PathBuf>,
        is_known: &dyn Fn(&str) -> bool,
        is_called: &dyn Fn(&Utf8Path, &str) -> bool,
    ) -> Self {
        let mut found = Self::default();
        for file in files {
            let Some(purpose) = file.strip_prefix(chart).ok().and_then(Purpose::of) else {
                continue;
            };
            match purpose {
                Purpose::Test => found.tests.push(file.clone()),
                Purpose::Named(name) if SHARED.contains(&name) && !is_called(file, name) => {
                    found.shared.push(file.clone());
                }
                Purpose::Named(name)
                    if is_known(name) || is_environment(name) || is_called(file, name) =>
                {
                    let own = found.environments.entry(name.to_owned()).or_default();
                    own.push(file.clone());
                }
                Purpose::Named(name) => {
                    found.variants.insert(name.to_owned(), file.clone());
                }
            }
        }
        found
    }
}

/// What a file's name says that it is for.
enum Purpose<'a> {
    Test,
    Named(&'a str),
}

impl<'a> Purpose<'a> {
    /// From a path that begins at the chart.
    fn of(path: &'a Utf8Path) -> Option<Self> {
        let stem = ["yaml", "yml"]
            .iter()
            .find(|extension| path.extension() == Some(extension))
            .and_then(|_| path.file_stem())?;
        let folders: Vec<&str> = path
            .parent()
            .map(|folder| folder.components().map(|c| c.as_str()).collect())
            .unwrap_or_default();
        match folders.as_slice() {
            [] => named_in_stem(stem).map(Self::Named),
            [TESTS] => stem.ends_with("values").then_some(Self::Test),
            [folder] if FOLDERS.contains(folder) => {
                Some(Self::Named(named_in_stem(stem).unwrap_or(stem)))
            }
            [folder, name]
                if FOLDERS.contains(folder)
                    && (stem == "values" || named_in_stem(stem) == Some(name)) =>
            {
                Some(Self::Named(name))
            }
            _ => None,
        }
    }
}

/// The name in `values-NAME`, `NAME-values` and their like.
fn named_in_stem(stem: &str) -> Option<&str> {
    const MARKS: [char; 3] = ['-', '.', '_'];
    let behind = stem
        .strip_prefix("values")
        .and_then(|rest| rest.strip_prefix(MARKS));
    let before = || {
        stem.strip_suffix("values")
            .and_then(|rest| rest.strip_suffix(MARKS))
    };
    behind.or_else(before).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[&str], expect: &str) {
        let files: Vec<Utf8PathBuf> = files
            .iter()
            .map(|f| format!("charts/api/{f}").into())
            .collect();
        let is_called =
            |file: &Utf8Path, name: &str| file.ends_with("values-north.yaml") && name == "north";
        let is_known = |name: &str| name == "blue";
        let found = ValuesFiles::of("charts/api".into(), &files, &is_known, &is_called);
        let short = |files: &[Utf8PathBuf]| {
            let names: Vec<&str> = files
                .iter()
                .map(|f| f.strip_prefix("charts/api").unwrap().as_str())
                .collect();
            names.join("+")
        };
        let mut told = Vec::new();
        if !found.shared.is_empty() {
            told.push(format!("shared {}", short(&found.shared)));
        }
        for (name, files) in &found.environments {
            told.push(format!("{name} {}", short(files)));
        }
        for name in found.variants.keys() {
            told.push(format!("variant {name}"));
        }
        if !found.tests.is_empty() {
            told.push(format!("tests {}", short(&found.tests)));
        }
        assert_eq!(told.join(", "), expect);
    }

    #[test]
    fn tells_environments_from_names() {
        check(
            &["values.yaml", "values-dev.yaml", "values-prod.yaml"],
            "dev values-dev.yaml, prod values-prod.yaml",
        );
        check(
            &[
                "values/common.yaml",
                "values/dev.yaml",
                "values/prod-eu.yml",
            ],
            "shared values/common.yaml, dev values/dev.yaml, prod-eu values/prod-eu.yml",
        );
        check(
            &["envs/stage/values.yaml", "staging.values.yaml"],
            "stage envs/stage/values.yaml, staging staging.values.yaml",
        );
        check(
            &["env/uat/values-uat.yaml", "env/uat/values-eu.yaml"],
            "uat env/uat/values-uat.yaml",
        );
        check(&["values-blue.yaml"], "blue values-blue.yaml");
        check(&["values-north.yaml"], "north values-north.yaml");
    }

    #[test]
    fn leaves_other_files_alone() {
        check(&["templates/values-dev.yaml", "Chart.yaml", "dev.yaml"], "");
        check(&["values-ha.yaml"], "variant ha");
        check(
            &["ci/default-values.yaml", "ci/kind.yaml"],
            "tests ci/default-values.yaml",
        );
    }
}
