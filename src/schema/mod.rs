//! Which schema an object is judged by: that of a CustomResourceDefinition in the repository,
//! else the built-in one of its kind, else the structure that a popular custom kind is known to
//! have. What has none is counted.

mod rules;

use k8s_schema::{Catalog, Coverage, Unchecked, ViolationKind};
use manifest::{Dialect, FieldPath, Gvk, Object, Segment, View};

use crate::finding::Violation;

pub use k8s_schema::Version;
pub use rules::rules;

/// Every schema that a run knows.
#[derive(Debug)]
pub struct Schemas {
    catalog: Catalog,
}

/// What schemas say of an object.
#[derive(Debug, Default)]
pub struct Told {
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// What could not be judged, in words that fit behind "not checked".
    pub unchecked: Vec<&'static str>,
}

impl Schemas {
    /// The built-in schemas, and those that rendered objects define.
    pub fn of<'a>(objects: impl Iterator<Item = &'a Object>) -> Self {
        Self {
            catalog: Catalog::with_crds(objects.map(|object| object.node.view())),
        }
    }

    /// Judges an object as a cluster of that version would.
    pub fn check(&self, object: View<'_>, version: Version, dialect: Dialect) -> Told {
        let verdict = self.catalog.validate(object, version, dialect);
        if is_legacy_openshift(object) {
            return Told {
                violations: Vec::new(),
                unchecked: vec![WITHOUT_SCHEMA],
            };
        }
        let is_known = verdict.coverage != Coverage::NoSchema;
        let is_encrypted = is_encrypted(object);
        let violations = verdict
            .violations
            .into_iter()
            .filter(|v| {
                is_known
                    || v.kind == ViolationKind::UnknownApiVersion
                    || v.kind == ViolationKind::RemovedApiVersion
            })
            .filter(|v| !is_encrypted || !is_by_sops(object, &v.path))
            .map(|violation| Violation {
                rule: rule_of(violation.kind).into(),
                path: violation.path,
                part: None,
                at_key: violation.at_key,
                by_key: false,
                message: violation.message,
                help: violation.suggestion,
            })
            .collect();
        Told {
            violations,
            unchecked: unchecked(verdict.coverage, &verdict.unchecked),
        }
    }
}

const WITHOUT_SCHEMA: &str = "objects without schema";

/// Kinds that OpenShift serves in the core group for the sake of old manifests.
const LEGACY_OPENSHIFT: [&str; 9] = [
    "BuildConfig",
    "Build",
    "DeploymentConfig",
    "ImageStream",
    "ImageStreamTag",
    "Project",
    "Route",
    "SecurityContextConstraints",
    "Template",
];

fn is_legacy_openshift(object: View<'_>) -> bool {
    let gvk = Gvk::of(object);
    gvk.group.is_empty() && LEGACY_OPENSHIFT.contains(&&*gvk.kind)
}

/// Whether SOPS has encrypted an object: it adds a field of its own and replaces values, both
/// of which are gone before the object is applied.
fn is_encrypted(object: View<'_>) -> bool {
    object.get_path(&["sops", "mac"]).is_some()
}

fn is_by_sops(object: View<'_>, path: &FieldPath) -> bool {
    let is_own_field = matches!(path.segments(), [Segment::Key(key), ..] if &**key == "sops");
    is_own_field
        || object
            .at(path)
            .is_some_and(|value| value.text().starts_with("ENC["))
}

fn unchecked(coverage: Coverage, counts: &Unchecked) -> Vec<&'static str> {
    let is = |asked: Coverage| usize::from(coverage == asked);
    let all = [
        (is(Coverage::NoSchema), WITHOUT_SCHEMA),
        (
            is(Coverage::Structure),
            "custom objects beyond their structure",
        ),
        (counts.placeholders, "objects with placeholders"),
        (counts.cel_rules, "objects with rules in CEL"),
        (
            counts.patterns,
            "objects with patterns that are no safe regular expressions",
        ),
        (counts.formats, "objects with formats of unknown rules"),
        (
            counts.violations,
            "objects with more violations than are listed",
        ),
        (counts.values, "objects beyond the limits on depth and work"),
    ];
    let counted = all.into_iter().filter(|(count, _)| *count > 0);
    counted.map(|(_, what)| what).collect()
}

fn rule_of(kind: ViolationKind) -> &'static str {
    match kind {
        ViolationKind::UnknownField => "unknown-field",
        ViolationKind::UnlistedField => "unlisted-field",
        ViolationKind::WrongType => "wrong-type",
        ViolationKind::MissingField => "missing-field",
        ViolationKind::InvalidValue => "invalid-value",
        ViolationKind::DuplicateListKey => "duplicate-list-key",
        ViolationKind::UnknownApiVersion => "unknown-api-version",
        ViolationKind::RemovedApiVersion => "removed-api-version",
        ViolationKind::DeprecatedApiVersion => "deprecated-api-version",
    }
}

#[cfg(test)]
mod tests;
