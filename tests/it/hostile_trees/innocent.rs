//! The part of every tree that has no ill will, and what is said of it when it is alone.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde_json::Value;

use super::limits::{Ended, run};
use crate::run::Folder;

/// An application with two environments, a chart and a manifest by itself. Something is wrong
/// with each, so that it shows whether it was looked at.
pub(super) const FILES: &str = "
--- innocent/base/kustomization.yaml
resources: [deployment.yaml]
--- innocent/base/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
      containers:
      - name: web
        image: ghcr.io/acme/web:latest
--- innocent/overlays/dev/kustomization.yaml
namespace: innocent-dev
resources: [../../base]
--- innocent/overlays/production/kustomization.yaml
namespace: innocent
resources: [../../base]
replicas: [{name: web, count: 3}]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {hostPID: true}}}
--- innocent/chart/Chart.yaml
apiVersion: v2
name: api
version: 1.0.0
--- innocent/chart/values.yaml
image: ghcr.io/acme/api:latest
--- innocent/chart/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  hostIPC: true
  containers:
  - name: api
    image: {{ .Values.image | quote }}
    ports: [{containerPort: many}]
--- innocent/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: cache}
spec:
  hostNetwork: true
  containers: [{name: cache, image: 'ghcr.io/acme/cache:latest'}]
";

/// Rules that look at what stands beside an object: what another one declares or signs decides
/// whether they speak at all.
const OF_ALL: &[&str] = &[
    "missing-default-deny",
    "undeclared-namespace",
    "unsigned-image",
];

/// What is told of it: how often each finding at each place.
pub(super) type Told = BTreeMap<String, usize>;

/// A command whose output is about the innocent part alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alone {
    Generate,
    Render,
    Trace,
}

impl Alone {
    pub(super) const ALL: [Self; 3] = [Self::Generate, Self::Render, Self::Trace];

    /// The folder that it is run in, and its arguments.
    pub(super) fn call(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Generate => ("innocent/overlays/production", &["generate"]),
            Self::Render => ("", &["render", "innocent/overlays/dev"]),
            Self::Trace => (
                "",
                &[
                    "trace",
                    "innocent/overlays/production",
                    "Deployment/web",
                    "spec.replicas",
                ],
            ),
        }
    }
}

/// What everything says of the innocent part when it is alone.
pub(super) struct Expected {
    pub(super) told: Told,
    pub(super) printed: BTreeMap<Alone, Vec<u8>>,
}

impl Expected {
    pub(super) fn new() -> Self {
        let folder = Folder::new();
        let root = folder.path().join("repository");
        write(&root);
        let checked = run(folder.path(), &root, super::CHECK);
        let told = told(&checked).unwrap();
        // Each part has something to tell.
        for file in [
            "base/deployment.yaml",
            "production/kustomization.yaml",
            "pod.yaml",
            "templates/pod.yaml",
        ] {
            assert!(
                told.keys().any(|finding| finding.contains(file)),
                "{told:?}"
            );
        }
        let printed = Alone::ALL.map(|alone| {
            let (below, arguments) = alone.call();
            let ended = run(folder.path(), &root.join(below), arguments);
            assert_eq!(ended.code, Some(0), "{}", ended.errors);
            assert!(!ended.out.is_empty());
            (alone, ended.out)
        });
        Self {
            told,
            printed: BTreeMap::from(printed),
        }
    }
}

/// Puts the innocent part into a repository.
pub(super) fn write(root: &Utf8Path) {
    for file in FILES.split("--- ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        let whole = root.join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, text).unwrap();
    }
}

/// What is told of it otherwise than when it is alone, if anything.
pub(super) fn difference(told: &Told, expected: &Told) -> Option<String> {
    let beyond = |one: &Told, other: &Told, sign: &str| {
        let more = one
            .iter()
            .filter(|(finding, count)| other.get(*finding) < Some(*count));
        more.map(|(finding, _)| format!("\n  {sign} {finding}"))
            .collect::<String>()
    };
    let difference = beyond(told, expected, "+") + &beyond(expected, told, "-");
    (!difference.is_empty()).then(|| format!("the innocent part is told otherwise:{difference}"))
}

/// What a report says of the innocent part.
pub(super) fn told(checked: &Ended) -> Result<Told, String> {
    let report: Value = serde_json::from_slice(&checked.out)
        .map_err(|fault| format!("the report cannot be read: {fault}: {}", checked.errors))?;
    let mut told = Told::new();
    for finding in report["findings"]
        .as_array()
        .ok_or("there are no findings")?
    {
        let file = finding["place"]["file"].as_str().unwrap_or_default();
        let rule = finding["rule"].as_str().unwrap_or_default();
        // What the policies of a tree say is theirs.
        if !file.starts_with("innocent/") || rule.starts_with("hostile-") || OF_ALL.contains(&rule)
        {
            continue;
        }
        let line = &finding["place"]["start"]["line"];
        let told_here = format!("{file}:{line} {rule} {}", finding["message"]);
        *told.entry(told_here).or_default() += 1;
    }
    Ok(told)
}
