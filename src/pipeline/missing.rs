//! Charts and bases of other repositories that something here asks for.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{FaultKind, Location, View};

use super::Deployed;

/// A chart or base that is not in this repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Whether it is a chart; else it is a base of a kustomization.
    pub is_chart: bool,
    /// A chart's name, a base's address.
    pub name: String,
    /// The version, or the range of them; empty if none is given.
    pub version: String,
    /// The repository that holds a chart; empty if that is not known.
    pub repository: String,
}

/// What is missing, each once, with the places that ask for it, as `file:line`.
pub fn missing(deployed: &Deployed) -> BTreeMap<Missing, BTreeSet<String>> {
    let mut all: BTreeMap<Missing, BTreeSet<String>> = BTreeMap::new();
    let mut add = |missing: Missing, by: Option<&Location>| {
        let places = all.entry(missing).or_default();
        places.extend(by.map(|by| format!("{}:{}", by.path(), by.start().line)));
    };
    for target in &deployed.rendered {
        for chart in &target.charts_elsewhere {
            let missing = Missing {
                is_chart: true,
                name: chart.name.clone(),
                version: chart.version.clone(),
                repository: chart.repository.clone(),
            };
            add(missing, chart.by.as_ref());
        }
        let faults = target
            .faults
            .iter()
            .chain(target.chart.iter().flat_map(|own| &own.faults));
        for fault in faults.filter(|fault| fault.kind == FaultKind::Remote) {
            if let Some(place) = &fault.at {
                add(of_place(place), Some(place));
            }
        }
    }
    all
}

/// What is written at a place: an entry of a list of charts, or a base's address.
fn of_place(place: &Location) -> Missing {
    let documents = place.file.documents().documents;
    for document in &documents {
        for list in ["helmCharts", "dependencies"] {
            let entries = document.view().get(list).into_iter().flat_map(View::items);
            for entry in entries {
                let own = entry.origin().map(|origin| origin.locate());
                let holds = own.is_some_and(|own| {
                    own.span.start <= place.span.start && place.span.end <= own.span.end
                });
                if holds {
                    return of_entry(entry);
                }
            }
        }
    }
    let text = place.file.tree.text().get(place.span.range());
    let text = text.unwrap_or_default().lines().next().unwrap_or_default();
    Missing {
        is_chart: false,
        name: text.trim_matches(['"', '\'']).to_owned(),
        version: String::new(),
        repository: String::new(),
    }
}

fn of_entry(entry: View<'_>) -> Missing {
    let text = |key: &str| entry.get(key).map_or("", View::text);
    let repository = match text("repo") {
        "" => text("repository"),
        repository => repository,
    };
    Missing {
        is_chart: true,
        name: text("name").to_owned(),
        version: text("version").to_owned(),
        repository: repository.to_owned(),
    }
}

impl Missing {
    /// The arguments by which `helm pull` fetches it; none of a base.
    pub fn pull(&self) -> Option<Vec<String>> {
        let given = [&self.name, &self.version, &self.repository];
        // What looks like an option would act as one.
        let acts = given.iter().any(|word| word.starts_with('-'));
        if !self.is_chart || self.name.is_empty() || self.repository.is_empty() || acts {
            return None;
        }
        let repository = self.repository.trim_end_matches('/');
        let mut words = match repository.split_once("://") {
            Some(("oci", _)) => vec![format!("{repository}/{}", self.name)],
            Some(("http" | "https", _)) => {
                vec![
                    self.name.clone(),
                    "--repo".to_owned(),
                    repository.to_owned(),
                ]
            }
            // An OCI registry as Argo CD names it, without a scheme; an alias stays one.
            None if repository.contains('.') => {
                vec![format!("oci://{repository}/{}", self.name)]
            }
            None => vec![format!(
                "{}/{}",
                repository.trim_start_matches('@'),
                self.name
            )],
            Some(_) => return None,
        };
        if !self.version.is_empty() {
            words.extend(["--version".to_owned(), self.version.clone()]);
        }
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, version: &str, repository: &str) -> String {
        let missing = Missing {
            is_chart: true,
            name: name.to_owned(),
            version: version.to_owned(),
            repository: repository.to_owned(),
        };
        missing
            .pull()
            .map_or_else(String::new, |words| words.join(" "))
    }

    #[test]
    fn how_helm_pulls_a_chart() {
        assert_eq!(
            check("redis", "19.6.4", "https://charts.example.org/"),
            "redis --repo https://charts.example.org --version 19.6.4"
        );
        assert_eq!(
            check("redis", "", "oci://r.example.org/a"),
            "oci://r.example.org/a/redis"
        );
        assert_eq!(
            check("redis", "1", "r.example.org/a"),
            "oci://r.example.org/a/redis --version 1"
        );
        assert_eq!(check("redis", "1", "@acme"), "acme/redis --version 1");
        assert_eq!(check("redis", "1", ""), "");
    }
}
