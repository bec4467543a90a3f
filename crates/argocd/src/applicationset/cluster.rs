//! The clusters that Argo CD knows.

use manifest::{Dialect, Node, Part, Scalar, Span, Src, Step, Style, View};

/// A cluster as Argo CD keeps it.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name, by which destinations name it; text.
    pub name: Node,
    /// Its address; text.
    pub server: Node,
    /// The project that it belongs to, if it is for one only; text.
    pub project: Option<Node>,
    /// Labels, by which generators select it.
    pub labels: Vec<(Node, Node)>,
    /// Annotations.
    pub annotations: Vec<(Node, Node)>,
    /// Where it is written.
    pub place: Option<Src>,
}

/// The address of the cluster that Argo CD itself runs in.
pub const IN_CLUSTER_SERVER: &str = "https://kubernetes.default.svc";
/// The name of the cluster that Argo CD itself runs in, where nothing gives it another.
pub const IN_CLUSTER_NAME: &str = "in-cluster";

/// The label that makes a Secret a cluster.
const SECRET_TYPE: &str = "argocd.argoproj.io/secret-type";

impl Cluster {
    /// The cluster that a Secret declares; none if it declares none.
    pub fn from_secret(secret: View<'_>, dialect: Dialect) -> Option<Self> {
        let metadata = secret.get("metadata")?;
        let is_cluster = metadata
            .get_path(&["labels", SECRET_TYPE])
            .is_some_and(|label| label.text() == "cluster");
        if !is_cluster || secret.get("kind")?.text() != "Secret" {
            return None;
        }
        let given = |key: &str| {
            let clear = secret.get_path(&["stringData", key]);
            match clear.filter(|value| value.scalar(dialect) != Some(Scalar::Null)) {
                Some(value) => Some(value.to_node()),
                None => decoded(secret.get_path(&["data", key])?),
            }
        };
        Some(Self {
            name: given("name").unwrap_or_else(nothing),
            server: given("server").unwrap_or_else(nothing),
            project: given("project"),
            labels: pairs(metadata.get("labels")),
            annotations: pairs(metadata.get("annotations")),
            place: given("name")
                .and_then(|name| name.view().origin())
                .or_else(|| metadata.origin()),
        })
    }

    /// The cluster that an entry of an inventory describes: `name`, `server`, `project`,
    /// `labels`, `annotations`. None if it has no name.
    pub fn from_inventory(entry: View<'_>) -> Option<Self> {
        let given = |key: &str| entry.get(key).filter(|value| !value.is_null());
        let name = given("name")?;
        Some(Self {
            name: name.to_node(),
            server: given("server").map_or_else(nothing, View::to_node),
            project: given("project").map(View::to_node),
            labels: pairs(given("labels")),
            annotations: pairs(given("annotations")),
            place: name.origin(),
        })
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&Node> {
        let found = self
            .labels
            .iter()
            .find(|(name, _)| name.view().text() == key);
        found.map(|(_, value)| value)
    }
}

fn nothing() -> Node {
    Node::text("", Step::own("cluster"))
}

fn pairs(map: Option<View<'_>>) -> Vec<(Node, Node)> {
    let entries = map.into_iter().flat_map(View::entries);
    entries
        .map(|entry| (entry.key.to_node(), entry.value.to_node()))
        .collect()
}

/// Text out of base 64, which YAML has a type for.
fn decoded(value: View<'_>) -> Option<Node> {
    let tag = Some("tag:yaml.org,2002:binary");
    let read = spanned_yaml::try_resolve(value.text(), Style::DoubleQuoted, tag, Dialect::Kubectl);
    let Ok(Scalar::Str(text)) = read else {
        return None;
    };
    let by = value.origin();
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
    let part = by.clone().map(|from| Part {
        span: Span::new(0, length(&text)),
        of: Span::new(0, length(from.text())),
        from,
    });
    let parts: Vec<Part> = part.into_iter().collect();
    Some(Node::made(
        &*text,
        Style::DoubleQuoted,
        parts,
        Step { name: "data", by },
    ))
}
