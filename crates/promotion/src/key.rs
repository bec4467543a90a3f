//! What tells a sequence's items from each other.

use manifest::{Kind, ObjectId, View};
use rustc_hash::FxHashSet;

use crate::file::{fingerprint, text_of};
use crate::path::Path;
use crate::reference;

/// What tells a sequence's items from each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MergeKey {
    /// The values of these fields.
    Fields(&'static [&'static str]),
    /// The value of the field that stands first in the items.
    First(Box<str>),
    /// The name of an image, which a mirror has in part.
    ImageName,
    /// What stands before `=`; all of it, where there is none.
    Assignment,
    /// An address without its revision.
    Address,
    /// An image without its version.
    Image,
    /// An object's kind, namespace and name.
    Object,
    /// Their text.
    Content,
    /// A sum of all that they hold.
    Sum,
    /// Their place.
    Position,
}

/// Sequences of mappings whose key is known by the name of the field that holds them. Where
/// several fields are named, all count.
const KNOWN: [(&str, &[&str]); 29] = [
    ("ports", &["containerPort", "protocol"]),
    ("ports", &["port", "protocol"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("hostAliases", &["ip"]),
    (
        "topologySpreadConstraints",
        &["topologyKey", "whenUnsatisfiable"],
    ),
    ("tolerations", &["key", "effect"]),
    ("matchExpressions", &["key"]),
    ("rules", &["host"]),
    ("rules", &["alert"]),
    ("rules", &["record"]),
    ("tls", &["secretName"]),
    ("paths", &["path"]),
    ("subjects", &["kind", "name"]),
    ("metrics", &["type", "resource.name"]),
    ("ownerReferences", &["kind", "name"]),
    ("patches", &["path"]),
    ("patches", &["target.kind", "target.name"]),
    ("patchesJson6902", &["target.kind", "target.name"]),
    ("helmCharts", &["releaseName"]),
    ("dependencies", &["alias"]),
    ("sources", &["ref"]),
    ("sources", &["chart"]),
    ("sources", &["repoURL", "path"]),
    ("sources", &["repoURL"]),
    ("elements", &["cluster"]),
    ("destinations", &["server", "namespace"]),
    ("valuesFrom", &["kind", "name"]),
    ("data", &["secretKey"]),
];

/// What tells items apart wherever they stand, in this order.
const USUAL: [&[&str]; 7] = [
    &["name"],
    &["key"],
    &["id"],
    &["op", "path"],
    &["secretRef.name"],
    &["configMapRef.name"],
    &["path"],
];

/// Sequences of texts that name files and folders, here or in other repositories.
const ADDRESSES: [&str; 8] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
];

/// Sequences of texts with `KEY=value` in them.
const ASSIGNMENTS: [&str; 5] = ["literals", "args", "command", "env", "syncOptions"];

impl MergeKey {
    /// What tells apart the items of two sequences that stand at the same place.
    pub(crate) fn of(path: &Path, source: View<'_>, target: View<'_>) -> Self {
        let field = path.last_key().unwrap_or_default();
        let all = |is: fn(View<'_>) -> bool| source.items().chain(target.items()).all(is);
        if all(|item| item.kind() == Kind::Scalar) {
            return match field {
                _ if ADDRESSES.contains(&field) => Self::Address,
                _ if ASSIGNMENTS.contains(&field) => Self::Assignment,
                "images" => Self::Image,
                _ => Self::Content,
            };
        }
        if !all(|item| item.kind() == Kind::Map) {
            return Self::Sum;
        }
        if field == "images" && Self::ImageName.tells(source, target) {
            return Self::ImageName;
        }
        let known = KNOWN.iter().filter(|(name, _)| *name == field);
        let candidates = known.map(|(_, keys)| *keys).chain(USUAL);
        candidates
            .map(Self::Fields)
            .find(|key| key.tells(source, target))
            .or_else(|| Self::first(source, target))
            .unwrap_or(Self::Sum)
    }

    /// The field that stands first, if it tells the items apart and has a value that stands on
    /// both sides: so it is more than one setting of many.
    fn first(source: View<'_>, target: View<'_>) -> Option<Self> {
        let field = source.items().next()?.entries().next()?.key.text();
        let key = Self::First(field.into());
        let ids: FxHashSet<String> = source.items().filter_map(|item| key.id(item)).collect();
        let is_common = |item| key.id(item).is_some_and(|id| ids.contains(&id));
        (key.tells(source, target) && target.items().any(is_common)).then_some(key)
    }

    /// Whether it tells all items of each sequence from each other.
    fn tells(&self, source: View<'_>, target: View<'_>) -> bool {
        [source, target].into_iter().all(|seq| {
            let ids: Option<Vec<String>> = seq.items().map(|item| self.id(item)).collect();
            ids.is_some_and(|mut ids| {
                let count = ids.len();
                ids.sort_unstable();
                ids.dedup();
                ids.len() == count
            })
        })
    }

    /// What tells this item from others; none if it lacks that.
    pub(crate) fn id(&self, item: View<'_>) -> Option<String> {
        match self {
            Self::Fields(keys) => {
                let values = keys.iter().map(|key| {
                    let keys: Vec<&str> = key.split('.').collect();
                    let value = item.get_path(&keys)?;
                    (value.kind() == Kind::Scalar).then(|| text_of(value))
                });
                // A protocol may be left out; what comes first may not.
                let values: Vec<Option<&str>> = values.collect();
                values.first().copied().flatten()?;
                let values: Vec<&str> = values.into_iter().flatten().collect();
                let between = if *keys == ["op", "path"] { " " } else { "/" };
                Some(values.join(between))
            }
            Self::First(field) => {
                let value = item.get(field)?;
                (value.kind() == Kind::Scalar).then(|| text_of(value).to_owned())
            }
            Self::ImageName => Some(text_of(item.get("name")?).to_owned()),
            Self::Object => {
                let id = ObjectId::of(item);
                Some(match &*id.namespace {
                    "" if id.name.is_empty() => id.gvk.kind.into(),
                    "" => format!("{}/{}", id.gvk.kind, id.name),
                    namespace => format!("{}/{namespace}/{}", id.gvk.kind, id.name),
                })
            }
            Self::Assignment => {
                let text = text_of(item);
                let key = text.split_once('=').map_or(text, |(key, _)| key);
                Some(key.trim().to_owned())
            }
            Self::Address => {
                let text = text_of(item);
                let end = reference::revision(text).map_or(text.len(), |range| range.start);
                Some(text[..end].to_owned())
            }
            Self::Image => {
                let text = text_of(item);
                if let Some((name, _)) = text.split_once('=') {
                    return Some(name.to_owned());
                }
                let name = reference::image(text).map_or(text, |image| &text[image.repository]);
                Some(name.to_owned())
            }
            Self::Content if item.kind() == Kind::Scalar => Some(text_of(item).to_owned()),
            Self::Content | Self::Sum | Self::Position => {
                Some(format!("{:016x}", fingerprint(item)))
            }
        }
    }

    /// Whether it gives items names that say what they hold.
    pub(crate) fn is_name(&self) -> bool {
        matches!(
            self,
            Self::Fields(_) | Self::First(_) | Self::ImageName | Self::Assignment
        )
    }

    /// What is left of an id where names of places do not count.
    pub(crate) fn loose<'a>(&self, id: &'a str) -> &'a str {
        match self {
            Self::ImageName | Self::Image => reference::last_part(id),
            _ => id,
        }
    }

    /// The fields that make up the id, for an item that is made anew.
    pub(crate) fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::Fields(fields) => fields,
            Self::ImageName => &["name"],
            _ => &[],
        }
    }
}
