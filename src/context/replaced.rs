//! Images that are more certain than their references say: something else replaces these.

use camino::Utf8PathBuf;
use manifest::{FieldPath, Node, Segment, Snapshot, View};
use rustc_hash::{FxHashMap, FxHashSet};

use super::moving::is_of_moving_image;
use super::{Context, Told};
use crate::problem::{Affects, At, Field, Instance, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

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

pub(super) fn concerns(problem: &Problem) -> bool {
    is_of_moving_image(&problem.rule)
}

/// Leaves out what is said of references that something replaces before a container starts:
/// OpenShift by what an ImageStream says, and Skaffold by what it built. What an ImageStream
/// names may still be another image tomorrow: that is told there.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let replaced = Replaced::of(context);
    if replaced.streams.is_empty() && replaced.built.is_empty() {
        return;
    }
    let mut reported = Reported::default();
    let mut left = Vec::with_capacity(told.problems.len());
    for (turn, problem) in told.problems.drain(..) {
        if concerns(&problem) {
            let replaced = replaced.leaves(problem, &mut reported);
            left.extend(replaced.into_iter().map(|problem| (turn, problem)));
        } else {
            left.push((turn, problem));
        }
    }
    *told.problems = left;
}

/// What becomes of a reference.
enum Fate {
    /// Nothing replaces it.
    Stays,
    /// It is one and the same image tomorrow.
    Fixed,
    /// An ImageStream leads to an image, at this tag of it, which may be another one tomorrow.
    Leads(Instance, usize),
    /// An ImageStream has it, and what leads there is known to the cluster alone.
    Unknown,
}

impl Fate {
    /// The one of two that says more.
    fn better(self, other: Self) -> Self {
        let rank = |fate: &Self| match fate {
            Self::Stays => 0,
            Self::Unknown => 1,
            Self::Leads(..) => 2,
            Self::Fixed => 3,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

/// The tags of ImageStreams that a rule is reported of already.
type Reported = FxHashSet<(Box<str>, Instance, usize)>;

impl<'a> Replaced<'a> {
    fn of(context: &Context<'a>) -> Self {
        let rendered = context.rendered;
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
            built: built(context.repository, context.files),
        }
    }

    /// What is left of a problem.
    fn leaves(&self, problem: Problem, reported: &mut Reported) -> Vec<Problem> {
        let (At::Field(field), Affects::Objects(objects)) = (&problem.at, &problem.affects) else {
            return vec![problem];
        };
        let image = image_beside(&field.path);
        let (mut stay, mut unknown, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for at in objects.iter().copied() {
            match self.fate(at, &image) {
                Fate::Stays => stay.push(at),
                Fate::Fixed => {}
                Fate::Unknown => unknown.push(at),
                Fate::Leads(stream, tag) => {
                    if reported.insert((problem.rule.id.as_ref().into(), stream, tag)) {
                        left.push(self.at_stream(&problem, stream, tag));
                    }
                }
            }
        }
        let of = |objects: Vec<Instance>, at_most| Problem {
            affects: Affects::Objects(objects.into()),
            at_most,
            ..problem.clone()
        };
        if !stay.is_empty() {
            left.push(of(stay, problem.at_most));
        }
        if !unknown.is_empty() {
            left.push(of(unknown, Some(Severity::Warning)));
        }
        left
    }

    /// A problem as that of the ImageStream's tag.
    fn at_stream(&self, problem: &Problem, stream: Instance, tag: usize) -> Problem {
        let mut path = FieldPath::default();
        path.push_key("spec");
        path.push_key("tags");
        path.push_index(tag);
        path.push_key("from");
        path.push_key("name");
        let image = self.view(stream).at(&path).map_or("", View::text);
        let message = format!("`{image}` can change under the pods that use this ImageStream");
        let field = Field {
            path,
            ..Field::default()
        };
        let mut moved = Problem::new(problem.rule.clone(), message)
            .at_field(field)
            .affecting_objects([stream].into());
        moved.at_most = Some(Severity::Warning);
        moved
    }

    /// What becomes of the image of a container.
    fn fate(&self, at: Instance, path: &FieldPath) -> Fate {
        let own = &self.rendered[at.target];
        let image = own.objects[at.object].node.view().at(path);
        let image = image.map_or("", View::text);
        let (name, tag) = name_and_tag(image);
        // What something deploys from git is applied as it stands there.
        if own.spec.by.is_none() && self.built.contains(name) {
            return Fate::Fixed;
        }
        if name.contains(['/', '@']) {
            return Fate::Stays;
        }
        // Only in these do pods look images up.
        let local = self.streams_beside(at, name).filter(|stream| {
            let policy = ["spec", "lookupPolicy", "local"];
            let policy = self.view(*stream).get_path(&policy);
            policy.is_some_and(|local| local.text() == "true")
        });
        let fates = local.map(|stream| self.fate_of_tag(stream, tag, DEPTH));
        fates.fold(Fate::Stays, Fate::better)
    }

    /// What becomes of what a tag of an ImageStream names.
    fn fate_of_tag(&self, stream: Instance, tag: &str, depth: usize) -> Fate {
        let Some(depth) = depth.checked_sub(1) else {
            return Fate::Unknown;
        };
        let tags = self.view(stream).get_path(&["spec", "tags"]);
        let mut tags = tags.into_iter().flat_map(View::items).enumerate();
        let is_named = |own: &View<'_>| own.get("name").is_some_and(|name| name.text() == tag);
        let Some((number, named)) = tags.find(|(_, own)| is_named(own)) else {
            return Fate::Unknown;
        };
        let from = |key: &str| named.get_path(&["from", key]).map(View::text);
        let Some(name) = from("name") else {
            return Fate::Unknown;
        };
        match from("kind") {
            Some("DockerImage") if is_certain(name) => Fate::Fixed,
            Some("DockerImage") => Fate::Leads(stream, number),
            Some("ImageStreamImage") => Fate::Fixed,
            Some("ImageStreamTag") => match name.split_once(':') {
                None => self.fate_of_tag(stream, name, depth),
                Some((other, tag)) => {
                    let others = self.streams_beside(stream, other);
                    let fates = others.map(|other| self.fate_of_tag(other, tag, depth));
                    fates.fold(Fate::Unknown, Fate::better)
                }
            },
            _ => Fate::Unknown,
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

    use super::is_of_moving_image;
    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings
            .iter()
            .filter(|finding| is_of_moving_image(&finding.rule));
        let told = told.map(|finding| {
            let line = finding.place.as_ref().unwrap().start().line;
            format!("{line}: {} {}\n", finding.severity, finding.message)
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
            check(&[("prod/web.yaml", &(deployment(image) + &stream))])
        };
        let fixed = "quay.io/acme/web:v1.4.2";
        assert_snapshot!(with("web:latest", "shop", "true", fixed), @"");
        assert_snapshot!(with("web", "shop", "true", fixed), @"");
        assert_snapshot!(with("web:latest", "shop", "false", fixed), @"8: error `web:latest` can change under you");
        assert_snapshot!(with("web:latest", "other", "true", fixed), @"8: error `web:latest` can change under you");
        assert_snapshot!(with("web:latest", "shop", "true", "quay.io/acme/web:latest"), @"17: warning `quay.io/acme/web:latest` can change under the pods that use this ImageStream");
        assert_snapshot!(with("quay.io/web:latest", "shop", "true", fixed), @"8: error `quay.io/web:latest` can change under you");
    }

    #[test]
    fn an_image_stream_that_leads_to_itself() {
        let stream = "apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata: {name: web, namespace: shop}\nspec:\n  lookupPolicy: {local: true}\n  tags:\n  - {name: latest, from: {kind: ImageStreamTag, name: 'web:latest'}}\n";
        let files = [("prod/web.yaml", &*(deployment("web:latest") + stream))];
        assert_snapshot!(check(&files), @"8: warning `web:latest` can change under you");
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
        assert_snapshot!(with("api"), @"8: warning `api` has no tag and can change under you");
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: k8s}\n  destination: {name: in-cluster, namespace: shop}\n";
        let applied = [
            ("apps/web.yaml", application),
            ("k8s/web.yaml", &*deployment("web")),
            ("skaffold.yaml", skaffold),
        ];
        assert_snapshot!(check(&applied), @"8: warning `web` has no tag and can change under you");
    }
}
