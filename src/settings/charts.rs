//! What charts are given, where the layout does not tell.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobSet;
use manifest::normalize;

/// Stands in a pattern for an environment's name.
const ENVIRONMENT: &str = "{env}";
/// Stands in a pattern for the name of the chart's folder.
const CHART: &str = "{chart}";

/// What the charts at some paths are rendered with.
#[derive(Debug)]
pub struct ChartSettings {
    pub(super) globs: GlobSet,
    pub(super) values: Vec<Box<str>>,
    pub(super) release: Option<Box<str>>,
    pub(super) namespace: Option<Box<str>>,
}

impl ChartSettings {
    /// The values files for each environment that has one, in the order in which they are given.
    /// Files that the environments share are given to each.
    pub fn values(
        &self,
        chart: &Utf8Path,
        files: &[Utf8PathBuf],
    ) -> BTreeMap<String, Vec<Utf8PathBuf>> {
        let patterns: Vec<Utf8PathBuf> = self
            .values
            .iter()
            .filter_map(|pattern| {
                let pattern = pattern.replace(CHART, chart.file_name().unwrap_or(""));
                match pattern.strip_prefix('/') {
                    Some(from_root) => normalize(Utf8Path::new(""), from_root),
                    None => normalize(chart, &pattern),
                }
            })
            .collect();
        let mut environments: BTreeMap<String, Vec<Utf8PathBuf>> = BTreeMap::new();
        for (pattern, file) in patterns
            .iter()
            .flat_map(|pattern| files.iter().map(move |file| (pattern, file)))
        {
            if let Some(name) = environment(pattern.as_str(), file.as_str()) {
                environments.entry(name.to_owned()).or_default();
            }
        }
        for (name, own) in &mut environments {
            let named = |pattern: &Utf8PathBuf| {
                let path = Utf8PathBuf::from(pattern.as_str().replace(ENVIRONMENT, name));
                files.contains(&path).then_some(path)
            };
            own.extend(patterns.iter().filter_map(named));
        }
        environments
    }

    /// The release's name in an environment.
    pub fn release(&self, chart: &Utf8Path, environment: &str) -> Option<String> {
        self.release
            .as_deref()
            .map(|p| filled(p, chart, environment))
    }

    /// The namespace in an environment.
    pub fn namespace(&self, chart: &Utf8Path, environment: &str) -> Option<String> {
        let pattern = self.namespace.as_deref();
        pattern.map(|p| filled(p, chart, environment))
    }
}

fn filled(pattern: &str, chart: &Utf8Path, environment: &str) -> String {
    let name = chart.file_name().unwrap_or("");
    pattern
        .replace(CHART, name)
        .replace(ENVIRONMENT, environment)
}

/// What stands in a path where a pattern has the environment.
fn environment<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let (before, after) = pattern.split_once(ENVIRONMENT)?;
    // A duplicate of the name has to be the same.
    let end = after
        .split_once(ENVIRONMENT)
        .map_or(after, |(next, _)| next);
    let rest = path.strip_prefix(before)?;
    let name = match end.is_empty() && after.is_empty() {
        true => rest,
        false => rest.get(..rest.find(end)?)?,
    };
    let is_whole = pattern.replace(ENVIRONMENT, name) == path;
    (is_whole && !name.is_empty() && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expect: Option<&str>) {
        assert_eq!(environment(pattern, path), expect, "{pattern} {path}");
    }

    #[test]
    fn tells_the_environment_from_a_pattern() {
        check(
            "config/{env}/api.yaml",
            "config/prod-eu/api.yaml",
            Some("prod-eu"),
        );
        check("config/{env}/api.yaml", "config/a/b/api.yaml", None);
        check("{env}/api-{env}.yaml", "dev/api-dev.yaml", Some("dev"));
        check("{env}/api-{env}.yaml", "dev/api-stage.yaml", None);
        check("config/{env}", "config/dev", Some("dev"));
        check("config/api.yaml", "config/api.yaml", None);
    }
}
