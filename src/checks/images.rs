//! Images that are more certain than their references say: something else replaces these.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{FieldPath, Node, Segment, Snapshot, View};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::problem::{Affects, At, Instance, Problem, Turn};
use crate::render::Rendered;
use crate::rule::Rule;

/// The rules on references that may lead to another image tomorrow.
const MOVING: [&str; 5] = [
    "cached-moving-image",
    "image-without-digest",
    "loose-image-tag",
    "moving-image-tag",
    "mutable-image-tag",
];

/// How many tags of ImageStreams may lead to one another.
const DEPTH: usize = 8;

/// What replaces references to images.
struct Replaced<'a> {
    rendered: &'a [Rendered],
    /// OpenShift's ImageStreams, by their names.
    streams: FxHashMap<&'a str, Vec<Instance>>,
    /// The images that Skaffold builds.
    built: FxHashSet<String>,
}

/// Leaves out what is said of references that something replaces before a container starts:
/// OpenShift by what an ImageStream says, and Skaffold by what it built.
pub fn leave_out_replaced(
    problems: &mut Vec<(Turn, Problem)>,
    rendered: &[Rendered],
    snapshot: &dyn Snapshot,
    files: &[Utf8PathBuf],
) {
    let replaced = Replaced::of(rendered, snapshot, files);
    if replaced.streams.is_empty() && replaced.built.is_empty() {
        return;
    }
    problems.retain_mut(|(_, problem)| !is_moving(&problem.rule) || replaced.leaves(problem));
}

fn is_moving(rule: &Rule) -> bool {
    MOVING.contains(&&*rule.id)
}

impl<'a> Replaced<'a> {
    fn of(rendered: &'a [Rendered], snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> Self {
        let mut streams: FxHashMap<&str, Vec<Instance>> = FxHashMap::default();
        let targets = rendered.iter().enumerate();
        for (target, own) in targets.filter(|(_, own)| own.spec.is_applied()) {
            for (number, object) in own.objects.iter().enumerate() {
                if &*object.id.gvk.kind == "ImageStream" {
                    let at = Instance {
                        target,
                        object: number,
                    };
                    streams.entry(&object.id.name).or_default().push(at);
                }
            }
        }
        Self {
            rendered,
            streams,
            built: built(snapshot, files),
        }
    }

    /// Whether anything is left of a problem.
    fn leaves(&self, problem: &mut Problem) -> bool {
        let (At::Field(field), Affects::Objects(objects)) = (&problem.at, &problem.affects) else {
            return true;
        };
        let image = image_beside(&field.path);
        let left = objects.iter().filter(|at| !self.has(**at, &image));
        let left: Arc<[Instance]> = left.copied().collect();
        let is_any = !left.is_empty();
        if left.len() < objects.len() {
            problem.affects = Affects::Objects(left);
        }
        is_any
    }

    /// Whether the image of a container is replaced.
    fn has(&self, at: Instance, path: &FieldPath) -> bool {
        let own = &self.rendered[at.target];
        let image = own.objects[at.object].node.view().at(path);
        let image = image.map_or("", View::text);
        let (name, tag) = name_and_tag(image);
        // What something deploys from git is applied as it stands there.
        let is_built = own.spec.by.is_none() && self.built.contains(name);
        is_built || !name.contains(['/', '@']) && self.is_fixed_by_stream(at, name, tag)
    }

    /// Whether an ImageStream that pods look images up in leads to one and the same image.
    fn is_fixed_by_stream(&self, at: Instance, name: &str, tag: &str) -> bool {
        self.streams_beside(at, name).any(|stream| {
            let policy = self
                .view(stream)
                .get_path(&["spec", "lookupPolicy", "local"]);
            policy.is_some_and(|local| local.text() == "true") && self.is_fixed(stream, tag, DEPTH)
        })
    }

    /// Whether a tag of an ImageStream leads to one and the same image.
    fn is_fixed(&self, stream: Instance, tag: &str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let tags = self.view(stream).get_path(&["spec", "tags"]);
        let mut tags = tags.into_iter().flat_map(View::items);
        let named = tags.find(|own| own.get("name").is_some_and(|name| name.text() == tag));
        let from = |key: &str| named?.get_path(&["from", key]).map(View::text);
        let Some(name) = from("name") else {
            return false;
        };
        match from("kind") {
            Some("DockerImage") => is_certain(name),
            Some("ImageStreamImage") => true,
            Some("ImageStreamTag") => match name.split_once(':') {
                None => self.is_fixed(stream, name, depth),
                Some((other, tag)) => {
                    let mut others = self.streams_beside(stream, other);
                    others.any(|other| self.is_fixed(other, tag, depth))
                }
            },
            _ => false,
        }
    }

    /// The ImageStreams of a name in the namespace of an object.
    fn streams_beside(&self, at: Instance, name: &str) -> impl Iterator<Item = Instance> + '_ {
        let named = self.streams.get(name).into_iter().flatten().copied();
        named.filter(move |stream| {
            let (own, other) = (
                &self.rendered[at.target].spec,
                &self.rendered[stream.target].spec,
            );
            let is_one_cluster =
                own.environment == other.environment && own.cluster == other.cluster;
            let namespace = self.namespace(at);
            let is_beside = stream.target == at.target || is_one_cluster && !namespace.is_empty();
            is_beside && namespace == self.namespace(*stream)
        })
    }

    fn namespace(&self, at: Instance) -> &str {
        let own = &self.rendered[at.target];
        let default = own.spec.namespace.as_ref().map_or("", |word| &*word.text);
        match &*own.objects[at.object].id.namespace {
            "" => default,
            named => named,
        }
    }

    fn view(&self, at: Instance) -> View<'_> {
        self.rendered[at.target].objects[at.object].node.view()
    }
}

/// The way to the image of a container, from that to one of its fields.
fn image_beside(path: &FieldPath) -> FieldPath {
    let segments = path.segments();
    let container = segments.get(..segments.len().saturating_sub(1));
    let container = container.into_iter().flatten().cloned();
    container.chain([Segment::from("image")]).collect()
}

/// The name of an image, and its tag.
fn name_and_tag(image: &str) -> (&str, &str) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    }
}

/// Whether a reference has a digest, or the tag of a version.
fn is_certain(image: &str) -> bool {
    let (_, tag) = name_and_tag(image);
    image.contains('@') || tag.bytes().any(|byte| byte.is_ascii_digit())
}

/// The images that the `skaffold.yaml` of any folder builds.
fn built(snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> FxHashSet<String> {
    let is_skaffold =
        |file: &&Utf8PathBuf| matches!(file.file_name(), Some("skaffold.yaml" | "skaffold.yml"));
    let mut built = FxHashSet::default();
    for file in files.iter().filter(is_skaffold) {
        let Ok(source) = snapshot.source(file) else {
            continue;
        };
        for document in source.documents().documents {
            built.extend(built_by(&document));
        }
    }
    built
}

fn built_by(document: &Node) -> Vec<String> {
    let view = document.view();
    let is_skaffold = view
        .get("apiVersion")
        .is_some_and(|version| version.text().starts_with("skaffold/"));
    let whole = Some(view).filter(|_| is_skaffold);
    let profiles = whole.and_then(|view| view.get("profiles"));
    let profiles = profiles.into_iter().flat_map(View::items);
    let artifacts = whole.into_iter().chain(profiles);
    let artifacts = artifacts
        .filter_map(|own| own.get_path(&["build", "artifacts"]))
        .flat_map(View::items);
    let images = artifacts.filter_map(|artifact| artifact.get("image"));
    images.map(|image| image.text().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use super::is_moving;
    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().filter(|finding| is_moving(&finding.rule));
        let told = told.map(|finding| {
            let line = finding.place.as_ref().unwrap().start().line;
            format!("{line}: {}\n", finding.message)
        });
        told.collect()
    }

    fn deployment(image: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: '{image}'}}]}}\n---\n"
        )
    }

    #[test]
    fn an_image_stream_leads_to_an_image() {
        let with = |image: &str, namespace: &str, local: &str, from: &str| {
            let stream = format!(
                "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  lookupPolicy: {{local: {local}}}\n  tags:\n  - {{name: latest, from: {{kind: ImageStreamTag, name: v1}}}}\n  - {{name: v1, from: {{kind: DockerImage, name: '{from}'}}}}\n"
            );
            check(&[("web/all.yaml", &(deployment(image) + &stream))])
        };
        let fixed = "quay.io/acme/web:v1.4.2";
        assert_snapshot!(with("web:latest", "shop", "true", fixed), @"");
        assert_snapshot!(with("web", "shop", "true", fixed), @"");
        assert_snapshot!(with("web:latest", "shop", "false", fixed), @"8: `web:latest` can change under you");
        assert_snapshot!(with("web:latest", "other", "true", fixed), @"8: `web:latest` can change under you");
        assert_snapshot!(with("web:latest", "shop", "true", "quay.io/acme/web:latest"), @"8: `web:latest` can change under you");
        assert_snapshot!(with("quay.io/web:latest", "shop", "true", fixed), @"8: `quay.io/web:latest` can change under you");
    }

    #[test]
    fn an_image_stream_that_leads_to_itself() {
        let stream = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web, namespace: shop}\nspec:\n  lookupPolicy: {local: true}\n  tags:\n  - {name: latest, from: {kind: ImageStreamTag, name: 'web:latest'}}\n";
        let files = [("web/all.yaml", &*(deployment("web:latest") + stream))];
        assert_snapshot!(check(&files), @"8: `web:latest` can change under you");
    }

    #[test]
    fn skaffold_builds_images() {
        let skaffold =
            "apiVersion: skaffold/v4beta1\nkind: Config\nbuild:\n  artifacts: [{image: web}]\n";
        let with = |image: &str| {
            let own = deployment(image);
            check(&[("k8s/web.yaml", &own), ("skaffold.yaml", skaffold)])
        };
        assert_snapshot!(with("web"), @"");
        assert_snapshot!(with("web:latest"), @"");
        assert_snapshot!(with("api"), @"8: `api` has no tag and can change under you");
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: k8s}\n  destination: {name: in-cluster, namespace: shop}\n";
        let applied = [
            ("apps/web.yaml", application),
            ("k8s/web.yaml", &*deployment("web")),
            ("skaffold.yaml", skaffold),
        ];
        assert_snapshot!(check(&applied), @"8: `web` has no tag and can change under you");
    }
}
