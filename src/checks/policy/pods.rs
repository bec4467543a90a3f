//! The pods that an object tells of, whatever kind it is: policies find them here.

use bumpalo::Bump;
use manifest::{FieldPath, Gvk, Segment, View};
use rego_plan::{Number, Value};

/// How deep pods are looked for.
const DEPTH: usize = 24;

/// How many values of an object are looked at.
const VALUES: usize = 20_000;

/// More pods than this are not looked at.
const PODS: usize = 500;

/// The lists of containers in a pod's specification.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Kinds in which what looks like a pod is an input for something else: a chart's values, a
/// patch, a pattern, a schema.
const NO_PODS: &[(&str, &str)] = &[
    ("apiextensions.k8s.io", ""),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("config.kubernetes.io", ""),
    ("constraints.gatekeeper.sh", ""),
    ("helm.cattle.io", ""),
    ("helm.toolkit.fluxcd.io", ""),
    ("image.toolkit.fluxcd.io", ""),
    ("kustomize.config.k8s.io", ""),
    ("kustomize.toolkit.fluxcd.io", ""),
    ("kyverno.io", ""),
    ("mutations.gatekeeper.sh", ""),
    ("policies.kyverno.io", ""),
    ("templates.gatekeeper.sh", ""),
];

/// Kinds whose pods are started as they are written. Other kinds may add to them what is missing.
const WHOLE: &[(&str, &str)] = &[
    ("", ""),
    ("apps", ""),
    ("apps.kruise.io", ""),
    ("apps.openshift.io", ""),
    ("argoproj.io", "Rollout"),
    ("batch", ""),
    ("batch.volcano.sh", ""),
    ("extensions", ""),
    ("jobset.x-k8s.io", ""),
    ("keda.sh", ""),
];

/// A pod that an object tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pod {
    /// Where its specification stands.
    pub(crate) path: FieldPath,
    /// Whether nothing but the object tells what it is like, so that what is missing is missing.
    pub(crate) is_whole: bool,
    /// Its containers.
    pub(crate) containers: Vec<Container>,
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    /// Where it stands.
    pub(crate) path: FieldPath,
    /// What it counts as: `containers`, `initContainers` or `ephemeralContainers`.
    pub(crate) list: &'static str,
    /// Its place in the list that it stands in.
    pub(crate) index: usize,
}

impl Pod {
    /// The pod as policies see it: `path`, `spec`, `whole` and `containers`, each of which has
    /// `name`, `list`, `path`, `container` and `whole`. One without a name is called by its place.
    /// `object` is what the pod is of, and `path` gives a path as policies see it.
    pub(crate) fn to_value<'a>(
        &self,
        object: View<'a>,
        path: &mut dyn FnMut(&FieldPath) -> Value<'a>,
        arena: &'a Bump,
    ) -> Value<'a> {
        let whole = Value::Bool(self.is_whole);
        let containers = self.containers.iter().map(|container| {
            let found = object.at(&container.path);
            let name = found.and_then(|found| found.get("name"));
            let name = name.filter(|name| !name.is_null());
            let name = name.map(|name| Value::of(name, arena));
            fields(
                [
                    ("container", at(object, &container.path, arena)),
                    ("list", Value::Text(container.list)),
                    ("name", name.unwrap_or_else(|| index(container.index))),
                    ("path", path(&container.path)),
                    ("whole", whole),
                ],
                arena,
            )
        });
        let containers: Vec<Value<'a>> = containers.collect();
        fields(
            [
                (
                    "containers",
                    Value::Array(arena.alloc_slice_copy(&containers)),
                ),
                ("path", path(&self.path)),
                ("spec", at(object, &self.path, arena)),
                ("whole", whole),
            ],
            arena,
        )
    }
}

/// An object with fields that stand in the order of their names.
fn fields<'a, const N: usize>(
    fields: [(&'static str, Value<'a>); N],
    arena: &'a Bump,
) -> Value<'a> {
    let fields = fields.map(|(name, value)| (Value::Text(name), value));
    Value::Object(arena.alloc_slice_copy(&fields))
}

/// A path as policies see it.
pub(crate) fn path_value<'a>(path: &FieldPath, arena: &'a Bump) -> Value<'a> {
    let segments = path.segments().iter().map(|segment| match segment {
        Segment::Key(key) => Value::Text(arena.alloc_str(key)),
        Segment::Index(at) => index(*at),
    });
    let segments: Vec<Value<'a>> = segments.collect();
    Value::Array(arena.alloc_slice_copy(&segments))
}

fn index<'a>(index: usize) -> Value<'a> {
    Value::Number(Number::Int(i64::try_from(index).unwrap_or(i64::MAX)))
}

/// What stands at a path; an empty object where nothing does.
fn at<'a>(object: View<'a>, path: &FieldPath, arena: &'a Bump) -> Value<'a> {
    match object.at(path).filter(|view| !view.is_null()) {
        Some(view) => Value::of(view, arena),
        None => Value::Object(&[]),
    }
}

/// The pods that an object of a kind tells of.
pub(crate) fn of(object: View<'_>, gvk: &Gvk) -> Vec<Pod> {
    let is_whole = is_listed(WHOLE, gvk);
    if let Some(keys) = known(object, gvk) {
        let path: FieldPath = keys.iter().map(|key| (*key).into()).collect();
        let spec = object.get_path(keys).filter(|spec| spec.is_map());
        let containers = spec.map_or_else(Vec::new, |spec| plain(spec, &path));
        return vec![Pod {
            path,
            is_whole,
            containers,
        }];
    }
    search(object, gvk, is_whole).map_or_else(Vec::new, |search| search.pods)
}

/// Whether an object tells of containers that are not found: what has an image stands in no pod
/// that is known by its form, or the object is larger than is searched.
pub fn hides_containers(object: View<'_>) -> bool {
    let gvk = Gvk::of(object);
    known(object, &gvk).is_none()
        && search(object, &gvk, false).is_some_and(|search| search.has_missed)
}

fn search(object: View<'_>, gvk: &Gvk, is_whole: bool) -> Option<Search> {
    let is_own = !gvk.group.contains('.') || gvk.group.ends_with(".authorization.k8s.io");
    if is_own || is_listed(NO_PODS, gvk) {
        return None;
    }
    let mut search = Search {
        pods: Vec::new(),
        path: FieldPath::default(),
        values: 0,
        has_missed: false,
        is_whole,
        has_steps: &*gvk.group == "tekton.dev",
    };
    for entry in object.entries() {
        if !matches!(entry.key.text(), "metadata" | "status") {
            search.enter(entry.key.text(), entry.value, 1);
        }
    }
    Some(search)
}

fn is_listed(kinds: &[(&str, &str)], gvk: &Gvk) -> bool {
    let mut kinds = kinds.iter();
    kinds.any(|(group, kind)| *group == &*gvk.group && (kind.is_empty() || *kind == &*gvk.kind))
}

/// Where a pod's specification stands in the kinds of Kubernetes itself, and in those of others
/// that are everywhere.
fn known(object: View<'_>, gvk: &Gvk) -> Option<&'static [&'static str]> {
    let path: &[&str] = match (&*gvk.group, &*gvk.kind) {
        ("", "Pod") => return Some(&["spec"]),
        ("", "PodTemplate") => &["template", "spec"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        ("keda.sh", "ScaledJob") => &["spec", "jobTargetRef", "template", "spec"],
        ("" | "apps" | "batch" | "extensions" | "apps.openshift.io", _)
        | ("argoproj.io", "Rollout") => &["spec", "template", "spec"],
        _ => return None,
    };
    object.get_path(path).is_some().then_some(path)
}

/// The containers in the lists of a specification.
fn plain(spec: View<'_>, path: &FieldPath) -> Vec<Container> {
    let lists = LISTS.into_iter();
    lists
        .flat_map(|list| listed(spec, path, &[list], list))
        .collect()
}

fn listed(spec: View<'_>, path: &FieldPath, keys: &[&str], list: &'static str) -> Vec<Container> {
    let found = spec.get_path(keys).filter(|found| found.is_seq());
    let items = found.into_iter().flat_map(View::items).enumerate();
    items
        .filter(|(_, item)| item.is_map())
        .map(|(index, _)| {
            let mut path = path.clone();
            for key in keys {
                path.push_key(key);
            }
            path.push_index(index);
            Container { path, list, index }
        })
        .collect()
}

struct Search {
    pods: Vec<Pod>,
    path: FieldPath,
    values: usize,
    /// Whether something has an image and stands in no pod, or was not looked at.
    has_missed: bool,
    is_whole: bool,
    /// Whether `steps` are containers, as Tekton has them.
    has_steps: bool,
}

impl Search {
    fn enter(&mut self, key: &str, value: View<'_>, depth: usize) {
        self.path.push_key(key);
        self.look(value, depth);
        self.path.pop();
    }

    fn look(&mut self, view: View<'_>, depth: usize) {
        self.values += 1;
        if depth > DEPTH || self.values > VALUES || self.pods.len() >= PODS {
            self.has_missed = true;
            return;
        }
        if view.is_map() {
            let containers = self.containers(view);
            if !containers.is_empty() {
                self.pods.push(Pod {
                    path: self.path.clone(),
                    is_whole: self.is_whole,
                    containers,
                });
                return;
            }
            self.has_missed |= is_container(view);
            for entry in view.entries() {
                self.enter(entry.key.text(), entry.value, depth + 1);
            }
        } else if view.is_seq() {
            for (index, item) in view.items().enumerate() {
                self.path.push_index(index);
                self.look(item, depth + 1);
                self.path.pop();
            }
        }
    }

    /// The containers of a mapping that has the form of a pod; none if it has not.
    fn containers(&self, view: View<'_>) -> Vec<Container> {
        if is_containers(view.get("containers")) {
            return plain(view, &self.path);
        }
        let mut found = Vec::new();
        // A workflow's template, which has one container, or several under another key.
        for key in ["container", "script"] {
            if view.get(key).is_some_and(is_container) {
                let mut path = self.path.clone();
                path.push_key(key);
                found.push(Container {
                    path,
                    list: "containers",
                    index: 0,
                });
            }
        }
        let of_set = ["containerSet", "containers"];
        if is_containers(view.get_path(&of_set)) {
            found.extend(listed(view, &self.path, &of_set, "containers"));
        }
        if self.has_steps && is_containers(view.get("steps")) {
            found.extend(listed(view, &self.path, &["steps"], "containers"));
        }
        if !found.is_empty() {
            found.extend(listed(
                view,
                &self.path,
                &["initContainers"],
                "initContainers",
            ));
            found.extend(listed(view, &self.path, &["sidecars"], "containers"));
        }
        found
    }
}

fn is_containers(list: Option<View<'_>>) -> bool {
    let Some(list) = list.filter(|list| list.is_seq()) else {
        return false;
    };
    let mut items = list.items().peekable();
    items.peek().is_some() && items.all(View::is_map) && list.items().any(is_container)
}

fn is_container(view: View<'_>) -> bool {
    view.get("image")
        .is_some_and(|image| !image.is_map() && !image.is_seq())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Source;

    use super::*;

    fn pods(yaml: &str) -> String {
        let source = Source::built_in("object", yaml);
        let document = source.documents().documents.remove(0);
        let found = of(document.view(), &Gvk::of(document.view()));
        let told = found.iter().map(|pod| {
            let containers: Vec<String> = pod
                .containers
                .iter()
                .map(|c| format!("{}", c.path))
                .collect();
            let whole = if pod.is_whole { "" } else { " in part" };
            format!("{}{whole}: {}\n", pod.path, containers.join(" "))
        });
        let hidden = hides_containers(document.view()).then_some("and others\n");
        told.chain(hidden.map(str::to_owned)).collect()
    }

    #[test]
    fn pods_are_found_by_their_form() {
        assert_snapshot!(pods("{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}], initContainers: [text, {}]}}"), @"spec: spec.containers[0] spec.initContainers[1]");
        assert_snapshot!(pods("{apiVersion: example.com/v1, kind: Shop, spec: {web: {podTemplate: {spec: {containers: [{image: a}]}}}}}"), @"spec.web.podTemplate.spec in part: spec.web.podTemplate.spec.containers[0]");
        assert_snapshot!(pods("{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: [{name: a, container: {image: a}, sidecars: [{image: b}]}, {script: {image: c}}, {steps: []}]}}"), @r#"
        spec.templates[0] in part: spec.templates[0].container spec.templates[0].sidecars[0]
        spec.templates[1] in part: spec.templates[1].script
        "#);
        assert_snapshot!(pods("{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{image: a}]}}"), @"spec in part: spec.steps[0]");
        assert_snapshot!(pods("{apiVersion: apps.kruise.io/v1alpha1, kind: CloneSet, spec: {template: {spec: {containers: [{image: a}]}}}}"), @"spec.template.spec: spec.template.spec.containers[0]");
    }

    /// The kinds of others that start pods, each as its users write it.
    #[test]
    fn pods_of_other_projects() {
        let template = "{spec: {containers: [{image: a}], initContainers: [{image: b}]}}";
        let check = |group: &str, kind: &str, spec: &str| {
            let spec = spec.replace("TEMPLATE", template);
            pods(&format!(
                "{{apiVersion: {group}, kind: {kind}, spec: {spec}}}"
            ))
        };
        assert_snapshot!(check("argoproj.io/v1alpha1", "Rollout", "{template: TEMPLATE}"), @"spec.template.spec: spec.template.spec.containers[0] spec.template.spec.initContainers[0]");
        assert_snapshot!(check("serving.knative.dev/v1", "Service", "{template: TEMPLATE}"), @"spec.template.spec in part: spec.template.spec.containers[0] spec.template.spec.initContainers[0]");
        assert_snapshot!(check("jobset.x-k8s.io/v1alpha2", "JobSet", "{replicatedJobs: [{name: a, template: {spec: {template: TEMPLATE}}}]}"), @"spec.replicatedJobs[0].template.spec.template.spec: spec.replicatedJobs[0].template.spec.template.spec.containers[0] spec.replicatedJobs[0].template.spec.template.spec.initContainers[0]");
        assert_snapshot!(check("batch.volcano.sh/v1alpha1", "Job", "{tasks: [{name: a, template: TEMPLATE}]}"), @"spec.tasks[0].template.spec: spec.tasks[0].template.spec.containers[0] spec.tasks[0].template.spec.initContainers[0]");
        assert_snapshot!(check("argoproj.io/v1alpha1", "CronWorkflow", "{workflowSpec: {templates: [{containerSet: {containers: [{image: a}]}}]}}"), @"spec.workflowSpec.templates[0] in part: spec.workflowSpec.templates[0].containerSet.containers[0]");
        assert_snapshot!(check("tekton.dev/v1", "Pipeline", "{tasks: [{taskSpec: {steps: [{image: a}], sidecars: [{image: b}]}}]}"), @"spec.tasks[0].taskSpec in part: spec.tasks[0].taskSpec.steps[0] spec.tasks[0].taskSpec.sidecars[0]");
        assert_snapshot!(check("kubeflow.org/v1", "PyTorchJob", "{pytorchReplicaSpecs: {Master: {template: TEMPLATE}, Worker: {template: TEMPLATE}}}"), @r#"
        spec.pytorchReplicaSpecs.Master.template.spec in part: spec.pytorchReplicaSpecs.Master.template.spec.containers[0] spec.pytorchReplicaSpecs.Master.template.spec.initContainers[0]
        spec.pytorchReplicaSpecs.Worker.template.spec in part: spec.pytorchReplicaSpecs.Worker.template.spec.containers[0] spec.pytorchReplicaSpecs.Worker.template.spec.initContainers[0]
        "#);
        assert_snapshot!(check("ray.io/v1", "RayCluster", "{headGroupSpec: {template: TEMPLATE}, workerGroupSpecs: [{template: TEMPLATE}]}"), @r#"
        spec.headGroupSpec.template.spec in part: spec.headGroupSpec.template.spec.containers[0] spec.headGroupSpec.template.spec.initContainers[0]
        spec.workerGroupSpecs[0].template.spec in part: spec.workerGroupSpecs[0].template.spec.containers[0] spec.workerGroupSpecs[0].template.spec.initContainers[0]
        "#);
        assert_snapshot!(check("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "{leaderWorkerTemplate: {workerTemplate: TEMPLATE}}"), @"spec.leaderWorkerTemplate.workerTemplate.spec in part: spec.leaderWorkerTemplate.workerTemplate.spec.containers[0] spec.leaderWorkerTemplate.workerTemplate.spec.initContainers[0]");
        assert_snapshot!(check("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "{nodeSets: [{podTemplate: TEMPLATE}]}"), @"spec.nodeSets[0].podTemplate.spec in part: spec.nodeSets[0].podTemplate.spec.containers[0] spec.nodeSets[0].podTemplate.spec.initContainers[0]");
        assert_snapshot!(check("sparkoperator.k8s.io/v1beta2", "SparkApplication", "{image: a, driver: {template: TEMPLATE}, executor: {image: b}}"), @r#"
        spec.driver.template.spec in part: spec.driver.template.spec.containers[0] spec.driver.template.spec.initContainers[0]
        and others
        "#);
        assert_snapshot!(pods(&format!("{{apiVersion: v1, kind: PodTemplate, template: {template}}}")), @"template.spec: template.spec.containers[0] template.spec.initContainers[0]");
        assert_snapshot!(check("operators.coreos.com/v1alpha1", "CatalogSource", "{image: a}"), @"and others");
        assert_snapshot!(check("image.toolkit.fluxcd.io/v1", "ImageRepository", "{image: a}"), @"");
        let deep = "{a: ".repeat(40) + "1" + &"}".repeat(40);
        assert_snapshot!(check("example.com/v1", "Deep", &deep), @"and others");
    }

    #[test]
    fn what_is_no_pod_is_none() {
        assert_snapshot!(pods("{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, spec: {values: {containers: [{image: a}]}}}"), @"");
        assert_snapshot!(pods("{apiVersion: v1, kind: ConfigMap, data: {containers: [{image: a}]}}"), @"");
        assert_snapshot!(pods("{apiVersion: example.com/v1, kind: Shop, spec: {containers: [a, b], container: web}}"), @"");
        assert_snapshot!(pods("{apiVersion: apps/v1, kind: Deployment, spec: {}}"), @"");
    }
}
