//! Generated objects without a hash in their names, where that keeps changes from arriving.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use manifest::{Location, Object, Span, Src, View};

use super::rules::UNHASHED_GENERATOR;
use crate::problem::{Problem, and_more};
use crate::render::Rendered;

/// Workloads whose pods are replaced when their template changes.
const ROLLING: [&str; 3] = ["DaemonSet", "Deployment", "StatefulSet"];

/// How many readers of one generator are shown.
const SHOWN: usize = 4;

/// A generated object: kind, namespace and name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// What reads an object of a generator, over all targets.
struct Readers {
    place: Location,
    /// What the generator calls it.
    name: String,
    /// Workloads, as kind and name, each with the place of the name.
    workloads: BTreeMap<String, Option<Location>>,
    targets: BTreeSet<usize>,
}

/// What is to be said of the objects of all targets, of each generator once.
pub(super) fn problems<'a>(rendered: impl Iterator<Item = (usize, &'a Rendered)>) -> Vec<Problem> {
    let mut generators: BTreeMap<(Utf8PathBuf, Span), Readers> = BTreeMap::new();
    for (at, target) in rendered {
        note(at, &target.objects, &mut generators);
    }
    generators.into_values().map(Readers::tell).collect()
}

impl Readers {
    fn tell(self) -> Problem {
        let mut names = self.workloads.keys();
        let first = names.next().map_or("", String::as_str);
        let more = and_more(names.len());
        let (read, their) = match names.len() {
            0 => ("reads", "its"),
            _ => ("read", "their"),
        };
        let message = format!(
            "{first}{more} {read} `{}` only when {their} pods start, and the name has no hash: a change does not restart them",
            self.name,
        );
        let problem = Problem::new(&UNHASHED_GENERATOR, message)
            .at(self.place)
            .affecting(self.targets);
        let places = self.workloads.into_values().flatten().take(SHOWN);
        places.fold(problem, |problem, place| {
            problem.related("what reads it", place)
        })
    }
}

/// Adds what reads the generated objects of one target.
fn note(
    target: usize,
    objects: &[Object],
    generators: &mut BTreeMap<(Utf8PathBuf, Span), Readers>,
) {
    let generated: BTreeMap<Key<'_>, &Src> = objects.iter().filter_map(unhashed).collect();
    if generated.is_empty() {
        return;
    }
    let workloads = objects
        .iter()
        .filter(|o| ROLLING.contains(&&*o.id.gvk.kind));
    for workload in workloads.filter(|workload| !is_rolled_otherwise(workload.node.view())) {
        for (kind, name) in read_once(workload.node.view()) {
            let key = (kind, &*workload.id.namespace, name);
            let Some(at) = generated.get(&key) else {
                continue;
            };
            let written = View::Src(&at.source, at.node).get("name");
            let place = written.and_then(View::origin);
            let place = place.as_ref().unwrap_or(at).locate();
            let key = (place.path().to_owned(), place.span);
            let readers = generators.entry(key).or_insert_with(|| Readers {
                place,
                name: written.map_or(name, View::text).to_owned(),
                workloads: BTreeMap::new(),
                targets: BTreeSet::new(),
            });
            let reader = format!("{}/{}", workload.id.gvk.kind, workload.identity.name);
            let written = workload.node.view().get_path(&["metadata", "name"]);
            let written = written.and_then(View::origin);
            let written = written.map(|origin| origin.locate());
            readers.workloads.entry(reader).or_insert(written);
            readers.targets.insert(target);
        }
    }
}

/// An object that a generator made and that got no hash, with the generator's place.
fn unhashed(object: &Object) -> Option<(Key<'_>, &Src)> {
    let view = object.node.view();
    let View::Made(made) = view.get("kind")? else {
        return None;
    };
    if !matches!(made.step.name, "configMapGenerator" | "secretGenerator") {
        return None;
    }
    if name_before_hash(object).is_some() {
        return None;
    }
    let key = (
        &*object.id.gvk.kind,
        &*object.id.namespace,
        &*object.id.name,
    );
    Some((key, made.step.by.as_ref()?))
}

/// The name that an object's generator gives it, if its hash was put behind that.
pub(crate) fn name_before_hash(object: &Object) -> Option<&str> {
    let name = object.node.view().get("metadata")?.entry("name")?;
    let mut was = name.was;
    while let Some(earlier) = was {
        if earlier.step.name == "nameSuffixHash" {
            return Some(&object.identity.name);
        }
        was = earlier.prev.as_ref();
    }
    None
}

/// Whether something else replaces the pods: a controller that an annotation asks, or a checksum
/// in the template.
fn is_rolled_otherwise(workload: View<'_>) -> bool {
    let template = workload.get_path(&["spec", "template"]);
    [Some(workload), template]
        .into_iter()
        .flatten()
        .any(|part| {
            let annotations = part.get_path(&["metadata", "annotations"]);
            let mut keys = annotations
                .into_iter()
                .flat_map(|a| a.entries())
                .map(|e| e.key.text());
            keys.any(|key| {
                ["reloader", "checksum", "hash", "restart"]
                    .iter()
                    .any(|word| key.contains(word))
            })
        })
}

/// The ConfigMaps and Secrets of which a running pod sees no change: those in its environment,
/// and those of which it mounts one file.
fn read_once(workload: View<'_>) -> Vec<(&'static str, &str)> {
    let Some(pod) = workload.get_path(&["spec", "template", "spec"]) else {
        return Vec::new();
    };
    let mut read = Vec::new();
    let mut mounted = Vec::new();
    for field in ["containers", "initContainers"] {
        for container in items(pod, field) {
            for source in items(container, "envFrom") {
                read.extend(named(source, "configMapRef", "secretRef", "name"));
            }
            for variable in items(container, "env") {
                if let Some(from) = variable.get("valueFrom") {
                    read.extend(named(from, "configMapKeyRef", "secretKeyRef", "name"));
                }
            }
            for mount in items(container, "volumeMounts") {
                if mount
                    .get("subPath")
                    .is_some_and(|path| !path.text().is_empty())
                {
                    mounted.extend(mount.get("name").map(View::text));
                }
            }
        }
    }
    for volume in items(pod, "volumes") {
        if volume
            .get("name")
            .is_some_and(|name| mounted.contains(&name.text()))
        {
            read.extend(named(volume, "configMap", "", "name"));
            read.extend(named(volume, "", "secret", "secretName"));
        }
    }
    read.sort_unstable();
    read.dedup();
    read
}

fn items<'v>(view: View<'v>, key: &str) -> impl Iterator<Item = View<'v>> {
    view.get(key).into_iter().flat_map(View::items)
}

fn named<'v>(
    view: View<'v>,
    config_map: &str,
    secret: &str,
    name: &str,
) -> Option<(&'static str, &'v str)> {
    let text = |key: &str| Some(view.get(key)?.get(name)?.text());
    let config_map = text(config_map).map(|name| ("ConfigMap", name));
    config_map.or_else(|| text(secret).map(|name| ("Secret", name)))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    /// What is told of a generator with these options, and a container with these fields.
    fn told(options: &str, container: &str, annotations: &str) -> String {
        check(&[
            (
                "a.yaml",
                &format!(
                    "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a, annotations: {annotations}}}, spec: {{template: {{spec: {{containers: [{{name: c, {container}}}], volumes: [{{name: v, configMap: {{name: settings}}}}]}}}}}}}}"
                ),
            ),
            (
                "kustomization.yaml",
                &format!(
                    "resources: [a.yaml]\nconfigMapGenerator: [{{name: settings, literals: [a=b], options: {options}}}]"
                ),
            ),
        ])
    }

    const ENVIRONMENT: &str = "envFrom: [{configMapRef: {name: settings}}]";
    const WITHOUT: &str = "{disableNameSuffixHash: true}";

    #[test]
    fn environments_are_read_once() {
        assert_snapshot!(told(WITHOUT, ENVIRONMENT, "{}"), @"kustomization.yaml:2:29 unhashed-generator: Deployment/a reads `settings` only when its pods start, and the name has no hash: a change does not restart them");
        assert_snapshot!(told("{}", ENVIRONMENT, "{}"), @"");
        assert_snapshot!(told(WITHOUT, ENVIRONMENT, "{reloader.stakater.com/auto: 'true'}"), @"");
    }

    #[test]
    fn mounted_folders_are_kept_up_to_date() {
        assert_snapshot!(told(WITHOUT, "volumeMounts: [{name: v, mountPath: /a}]", "{}"), @"");
        assert_snapshot!(told(WITHOUT, "volumeMounts: [{name: v, mountPath: /a, subPath: b}]", "{}"), @"kustomization.yaml:2:29 unhashed-generator: Deployment/a reads `settings` only when its pods start, and the name has no hash: a change does not restart them");
    }

    #[test]
    fn a_generator_is_told_once() {
        let pod = "{containers: [{name: c, envFrom: [{configMapRef: {name: settings}}]}]}";
        let workload = |name: &str| {
            format!(
                "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}}, spec: {{template: {{spec: {pod}}}}}}}"
            )
        };
        let both = check(&[
            ("base/a.yaml", &workload("a")),
            ("base/b.yaml", &workload("b")),
            (
                "base/kustomization.yaml",
                "resources: [a.yaml, b.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b], options: {disableNameSuffixHash: true}}]",
            ),
            ("one/c.yaml", &workload("c")),
            ("one/kustomization.yaml", "resources: [../base, c.yaml]"),
            ("two/kustomization.yaml", "resources: [../base]"),
        ]);
        assert_snapshot!(both, @"base/kustomization.yaml:2:29 unhashed-generator: Deployment/a and 2 more read `settings` only when their pods start, and the name has no hash: a change does not restart them");
    }
}
