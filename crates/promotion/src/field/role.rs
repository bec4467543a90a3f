//! What a file or document is for, and what its fields are by their places in it.

use manifest::{Gvk, Kind, View};

use super::Field;
use crate::path::{Path, Step};
use crate::words::words;

/// What a document is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A kustomization or a component.
    Kustomization,
    /// A chart's own description.
    Chart,
    /// An object, or a patch that looks like one.
    Object(Gvk),
    /// A file that is encrypted in parts.
    Encrypted,
    /// Operations on an object.
    JsonPatch,
    /// Values, settings: anything without a kind.
    Values,
    /// A file with one line, by the file's name.
    Line(Box<str>),
}

/// Fields by their place: the key of the collection above, then the key. `*` is any.
type ByPlace = (&'static [&'static str], Field);

const KUSTOMIZATION: [ByPlace; 22] = [
    (&["images", "newTag"], Field::Tag),
    (&["images", "digest"], Field::Digest),
    (&["images", "newName"], Field::Registry),
    (&["images", "name"], Field::Identity),
    (&["images", "tagSuffix"], Field::Variant),
    (&["replicas"], Field::Count),
    (&["namespace"], Field::Namespace),
    (&["namePrefix"], Field::Place),
    (&["nameSuffix"], Field::Place),
    (&["helmCharts", "version"], Field::Chart),
    (&["helmCharts", "repo"], Field::Registry),
    (&["helmCharts", "valuesFile"], Field::Structure),
    (&["helmCharts", "additionalValuesFiles"], Field::Structure),
    (&["helmCharts", "name"], Field::Identity),
    (&["helmCharts", "releaseName"], Field::Identity),
    (&["configMapGenerator", "files"], Field::Structure),
    (&["configMapGenerator", "envs"], Field::Structure),
    (&["secretGenerator"], Field::Structure),
    (&["target"], Field::Identity),
    (&["patches", "path"], Field::Structure),
    (&["commonLabels"], Field::Identity),
    (&["labels"], Field::Identity),
];

/// Lists of a kustomization that name files and folders.
const PUT_TOGETHER: [&str; 12] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "replacements",
];

const OBJECT: [ByPlace; 44] = [
    (&["apiVersion"], Field::Identity),
    (&["kind"], Field::Identity),
    (&["metadata", "name"], Field::Identity),
    (&["metadata", "namespace"], Field::Namespace),
    (&["labels"], Field::Identity),
    (&["matchLabels"], Field::Identity),
    (&["selector"], Field::Identity),
    (&["replicas"], Field::Count),
    (&["minReplicas"], Field::Count),
    (&["maxReplicas"], Field::Count),
    (&["minAvailable"], Field::Count),
    (&["maxUnavailable"], Field::Count),
    (&["resources"], Field::Resources),
    (&["hard"], Field::Resources),
    (&["nodeSelector"], Field::Variant),
    (&["tolerations"], Field::Variant),
    (&["affinity"], Field::Variant),
    (&["storageClassName"], Field::Variant),
    (&["ingressClassName"], Field::Variant),
    (&["priorityClassName"], Field::Variant),
    (&["runtimeClassName"], Field::Variant),
    (&["secretName"], Field::SecretName),
    (&["secretKeyRef", "name"], Field::SecretName),
    (&["secretRef", "name"], Field::SecretName),
    (&["imagePullSecrets"], Field::SecretName),
    (&["nodePort"], Field::Host),
    (&["loadBalancerIP"], Field::Host),
    (&["clusterIP"], Field::Host),
    (&["dnsNames"], Field::Host),
    (&["destination"], Field::Place),
    (&["destinations"], Field::Place),
    (&["project"], Field::Account),
    (&["targetRevision"], Field::Revision),
    (&["repoURL"], Field::Registry),
    (&["valueFiles"], Field::Structure),
    (&["chart"], Field::Identity),
    (&["chart", "spec", "version"], Field::Chart),
    (&["ref", "tag"], Field::Revision),
    (&["ref", "branch"], Field::Revision),
    (&["ref", "semver"], Field::Revision),
    (&["ref", "commit"], Field::Revision),
    (&["ref", "digest"], Field::Revision),
    (&["images", "newTag"], Field::Tag),
    (&["images", "newName"], Field::Registry),
];

/// What lists of variables and parameters have in their names.
const VARIABLES: [&str; 7] = [
    "env",
    "envs",
    "vars",
    "variables",
    "environment",
    "parameters",
    "literals",
];

/// Keys below which an object holds values for a chart or settings for an application.
const VALUES_BELOW: [&str; 8] = [
    "valuesObject",
    "valuesInline",
    "values",
    "valuesFrom",
    "parameters",
    "substitute",
    "elements",
    "data",
];

impl Role {
    /// What a document is for, by what both sides say of it and by the file's name.
    pub(crate) fn of(document: View<'_>, file_name: &str) -> Self {
        let has = |key| document.get(key).is_some();
        let gvk = Gvk::of(document);
        let is_kustomization = &*gvk.group == "kustomize.config.k8s.io"
            || (gvk.kind.is_empty() && file_name.to_ascii_lowercase().starts_with("kustomization"));
        if document.kind() == Kind::Scalar {
            Self::Line(file_name.into())
        } else if manifest::is_encrypted(document) {
            Self::Encrypted
        } else if is_kustomization {
            Self::Kustomization
        } else if file_name == "Chart.yaml" {
            Self::Chart
        } else if document.is_seq() && document.items().all(|item| item.get("op").is_some()) {
            Self::JsonPatch
        } else if has("apiVersion") && has("kind") {
            Self::Object(gvk)
        } else {
            Self::Values
        }
    }

    /// What a field is for by its place.
    pub(super) fn field(&self, path: &Path) -> Option<Field> {
        let keys = keys(path);
        if self.has_values_at(&keys) {
            return None;
        }
        match self {
            Self::Values | Self::Encrypted => None,
            Self::Line(name) => super::names::of(&words(name)),
            Self::Kustomization => {
                let at = |(place, _): &&ByPlace| is_at(&keys, place);
                let known = KUSTOMIZATION.iter().find(at).map(|(_, field)| *field);
                let is_part = |key: &&str| PUT_TOGETHER.contains(key);
                known.or_else(|| {
                    keys.first()
                        .is_some_and(is_part)
                        .then_some(Field::Structure)
                })
            }
            Self::Chart => match &keys[..] {
                ["appVersion"] => Some(Field::Version),
                ["dependencies", "version"] => Some(Field::Chart),
                ["dependencies", "repository"] => Some(Field::Registry),
                ["version"] => Some(Field::Chart),
                _ => Some(Field::Other),
            },
            Self::Object(_) => {
                let at = |(place, _): &&ByPlace| is_at(&keys, place);
                OBJECT.iter().find(at).map(|(_, field)| *field)
            }
            Self::JsonPatch => self.operation(path),
        }
    }

    /// What an operation's value is for: that is what its path says.
    fn operation(&self, path: &Path) -> Option<Field> {
        let [Step::Item(item), rest @ ..] = path.steps() else {
            return Some(Field::Structure);
        };
        if rest.first().and_then(Step::name) != Some("value") {
            return Some(Field::Structure);
        }
        let pointer = item.name().trim_start_matches(|c| c != '/');
        let mut of_object = Path::default();
        for part in pointer
            .split('/')
            .filter(|part| part.parse::<usize>().is_err())
        {
            let key = part.replace("~1", "/").replace("~0", "~");
            if !matches!(key.as_str(), "" | "-") {
                of_object.push(Step::Key(key.into()));
            }
        }
        for step in &rest[1..] {
            of_object.push(step.clone());
        }
        let object = Self::Object(Gvk::default());
        Some(
            object
                .field(&of_object)
                .unwrap_or_else(|| super::by_name(&of_object, &[])),
        )
    }

    /// Whether what stands below a key of this document is for a chart or an application.
    fn has_values_at(&self, keys: &[&str]) -> bool {
        match self {
            Self::Values => true,
            Self::JsonPatch | Self::Chart | Self::Encrypted | Self::Line(_) => false,
            Self::Kustomization => keys.contains(&"valuesInline") || keys.contains(&"literals"),
            Self::Object(_) => {
                let inner = keys.split_last().map_or(&[][..], |(_, above)| above);
                inner.iter().any(|key| VALUES_BELOW.contains(key))
            }
        }
    }

    /// Whether a field of this document is one that an application or a chart reads.
    pub(super) fn is_configuration(&self, path: &Path) -> bool {
        let keys = keys(path);
        let is_item = matches!(path.steps().last(), Some(Step::Item(_)));
        let list = keys.last().map(|key| words(key)).unwrap_or_default();
        let is_variable = is_item && list.iter().any(|word| VARIABLES.contains(&word.as_str()));
        match self {
            // Which members a list has is no key that something may look for.
            _ if is_item => is_variable,
            // A whole document is no key, either.
            _ if path.steps().is_empty() => false,
            Self::Values => true,
            Self::Kustomization => self.has_values_at(&keys),
            Self::Object(_) => self.has_values_at(&keys),
            Self::JsonPatch | Self::Chart | Self::Encrypted | Self::Line(_) => false,
        }
    }
}

/// The keys of mappings on the way.
fn keys(path: &Path) -> Vec<&str> {
    path.steps()
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            _ => None,
        })
        .collect()
}

/// Whether these keys follow each other anywhere on the way, the last of them as the last key or
/// above it.
fn is_at(keys: &[&str], place: &[&str]) -> bool {
    keys.windows(place.len()).any(|window| window == place)
}
