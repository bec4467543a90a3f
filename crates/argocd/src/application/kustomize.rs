//! Options for kustomize.

use manifest::{Dialect, Node, Scalar, Src, View};

use crate::text::{Flag, Text, flag, is_on, pairs, text, texts};

/// Options for kustomize.
#[derive(Clone, Debug)]
pub struct Kustomize {
    /// The mapping.
    pub node: Node,
    /// What is put before the names of all objects.
    pub name_prefix: Option<Text>,
    /// What is put behind them.
    pub name_suffix: Option<Text>,
    /// The namespace of all objects.
    pub namespace: Option<Text>,
    /// Images to take in the place of others, as behind `kustomize edit set image`.
    pub images: Vec<Text>,
    /// How many replicas there are.
    pub replicas: Vec<Replica>,
    /// Labels of all objects.
    pub common_labels: Vec<(Node, Node)>,
    /// Whether a label may take the place of another.
    pub forces_labels: bool,
    /// Whether selectors stay without the labels.
    pub labels_without_selector: Option<Flag>,
    /// Whether pod templates get the labels, too.
    pub labels_in_templates: Option<Flag>,
    /// Annotations of all objects.
    pub common_annotations: Vec<(Node, Node)>,
    /// Whether an annotation may take the place of another.
    pub forces_annotations: bool,
    /// Whether variables in annotations are replaced.
    pub expands_annotations: bool,
    /// Patches, each as in a kustomization.
    pub patches: Vec<Node>,
    /// Folders of components.
    pub components: Vec<Text>,
    /// Whether components may be missing.
    pub ignores_missing_components: bool,
    /// The version of kustomize to use.
    pub version: Option<Text>,
    /// The version of Kubernetes for charts.
    pub kube_version: Option<Text>,
    /// The API versions for charts.
    pub api_versions: Vec<Text>,
}

/// How many replicas an object has.
#[derive(Clone, Debug)]
pub struct Replica {
    /// The object's name.
    pub name: Option<Text>,
    /// The number, a scalar that is a whole number or text; none if nothing is written.
    pub count: Option<Node>,
    /// Where it stands.
    pub place: Option<Src>,
}

impl Kustomize {
    pub(super) fn of(view: View<'_>) -> Self {
        let list = |key: &str| view.get(key).into_iter().flat_map(View::items);
        Self {
            node: view.to_node(),
            name_prefix: text(view, "namePrefix"),
            name_suffix: text(view, "nameSuffix"),
            namespace: text(view, "namespace"),
            images: texts(view, "images"),
            replicas: list("replicas").map(Replica::of).collect(),
            common_labels: pairs(view, "commonLabels"),
            forces_labels: is_on(view, "forceCommonLabels"),
            labels_without_selector: flag(view, "labelWithoutSelector"),
            labels_in_templates: flag(view, "labelIncludeTemplates"),
            common_annotations: pairs(view, "commonAnnotations"),
            forces_annotations: is_on(view, "forceCommonAnnotations"),
            expands_annotations: is_on(view, "commonAnnotationsEnvsubst"),
            patches: list("patches").map(View::to_node).collect(),
            components: texts(view, "components"),
            ignores_missing_components: is_on(view, "ignoreMissingComponents"),
            version: text(view, "version"),
            kube_version: text(view, "kubeVersion"),
            api_versions: texts(view, "apiVersions"),
        }
    }
}

impl Replica {
    fn of(view: View<'_>) -> Self {
        Self {
            name: text(view, "name"),
            count: view.get("count").map(View::to_node),
            place: view.origin(),
        }
    }

    /// The number; none if it is none.
    pub fn number(&self) -> Option<i64> {
        match self.count.as_ref()?.view().scalar(Dialect::Kustomize)? {
            Scalar::Int(number) => Some(number),
            Scalar::Str(text) => text.parse().ok(),
            _ => None,
        }
    }
}
