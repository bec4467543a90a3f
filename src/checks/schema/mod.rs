//! Which schema an object is judged by: that of a CustomResourceDefinition in the repository,
//! else the built-in one of its kind, else the structure that a popular custom kind is known to
//! have. What has none is counted.

mod definitions;
mod rules;

use k8s_schema::{Catalog, Coverage, SchemaViolation, Scope, Unchecked, ViolationKind};
use manifest::{Dialect, FieldPath, Gvk, Object, Segment, View};

use crate::problem::{Field, Problem};
use crate::rule::Rule;

pub use k8s_schema::Version;
pub(crate) use rules::{INVALID_VALUE, MISSING_FIELD, RULES, WRONG_TYPE};

use definitions::Definitions;
use rules::*;

/// How many steps all objects of a run may take together that definitions of the repository are
/// for.
pub(crate) const STEPS: u64 = 20_000_000;

/// Every schema that a run knows.
#[derive(Debug)]
pub struct Schemas {
    catalog: Catalog,
    definitions: Definitions,
}

/// What schemas say of an object.
#[derive(Debug, Default)]
pub struct Told {
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// What could not be judged, in words that fit behind "not checked".
    pub unchecked: Vec<&'static str>,
    /// How many steps a definition of the repository took; those that are built in take few.
    pub steps: u32,
    /// Whether it would take more than it was allowed.
    pub is_cut: bool,
}

impl Schemas {
    /// The built-in schemas, and those that rendered objects define.
    pub fn of<'a>(objects: impl Iterator<Item = &'a Object>) -> Self {
        let objects: Vec<&Object> = objects.collect();
        Self {
            catalog: Catalog::with_crds(objects.iter().map(|object| object.node.view())),
            definitions: Definitions::of(&objects),
        }
    }

    /// Whether objects of a kind stand in a namespace, where that is known.
    pub fn is_namespaced(&self, object: &Object) -> Option<bool> {
        let gvk = &object.id.gvk;
        let scope = self.catalog.scope(&gvk.api_version(), &gvk.kind)?;
        Some(scope == Scope::Namespaced)
    }

    /// Judges an object as a cluster of that version would, in so many steps.
    pub fn check(&self, object: View<'_>, version: Version, dialect: Dialect, steps: u32) -> Told {
        let catalog = &self.catalog;
        let verdict = catalog.validate_within(object, version, dialect, steps);
        if is_legacy_openshift(object) || is_for_installer(object) {
            return Told {
                unchecked: vec![WITHOUT_SCHEMA],
                ..Told::default()
            };
        }
        let is_custom = verdict.coverage == Coverage::Custom;
        let is_known = verdict.coverage != Coverage::NoSchema;
        let is_encrypted = manifest::is_encrypted(object);
        let mut unchecked = unchecked(verdict.coverage, &verdict.unchecked);
        let mut all = verdict.violations.iter();
        if all.any(|own| own.kind == ViolationKind::UnlistedField) {
            unchecked.push("custom objects' fields that no known version has");
        }
        let problems = verdict
            .violations
            .into_iter()
            .filter(|v| {
                is_known
                    || v.kind == ViolationKind::UnknownApiVersion
                    || v.kind == ViolationKind::RemovedApiVersion
            })
            .filter(|v| !is_encrypted || !is_by_sops(object, &v.path))
            .map(|violation| {
                let told = is_told_by_definition(violation.kind) && is_custom;
                let definition = told
                    .then(|| self.definitions.around(object, &violation.path))
                    .flatten();
                let problem = problem_of(object, violation);
                match definition {
                    Some(place) => problem.related("the definition is here", place),
                    None => problem,
                }
            })
            .collect();
        Told {
            problems,
            unchecked,
            steps: if is_custom { verdict.steps } else { 0 },
            is_cut: is_custom && verdict.is_cut,
        }
    }
}

/// Whether a schema says what else could stand there.
fn is_told_by_definition(kind: ViolationKind) -> bool {
    matches!(
        kind,
        ViolationKind::UnknownField | ViolationKind::MissingField | ViolationKind::InvalidValue
    )
}

fn problem_of(object: View<'_>, violation: SchemaViolation) -> Problem {
    let rule = rule_of(violation.kind);
    let field = Field {
        path: violation.path,
        at_key: violation.at_key,
        ..Field::default()
    };
    let value = object.at(&field.path);
    let is_empty = value.is_some_and(View::is_null);
    // The API server treats null as absent; the author sees a key, so the message says it has no
    // value.
    if violation.kind == ViolationKind::MissingField && is_empty && !field.at_key {
        let name = match field.path.segments().last() {
            Some(Segment::Key(key)) => key.to_string(),
            _ => field.path.to_string(),
        };
        let field = Field {
            at_key: true,
            ..field
        };
        return Problem::new(rule, format!("`{name}` has no value"))
            .at_field(field)
            .help("give it a value");
    }
    Problem {
        help: violation.suggestion,
        ..Problem::new(rule, violation.message).at_field(field)
    }
}

const WITHOUT_SCHEMA: &str = "objects without a schema";
pub(crate) const PLACEHOLDERS: &str = "objects with placeholders";
pub(crate) const BEYOND_LIMITS: &str = "objects beyond the limits on depth and work";

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

/// What OpenShift's installer reads, which no API server sees.
fn is_for_installer(object: View<'_>) -> bool {
    let kinds = [
        "AgentConfig",
        "ImageBasedConfig",
        "InstallConfig",
        "MicroShiftConfig",
    ];
    let gvk = Gvk::of(object);
    gvk.group.is_empty() && kinds.contains(&&*gvk.kind)
}

fn is_legacy_openshift(object: View<'_>) -> bool {
    let gvk = Gvk::of(object);
    gvk.group.is_empty() && LEGACY_OPENSHIFT.contains(&&*gvk.kind)
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
            "custom objects' limits and CEL rules",
        ),
        (counts.placeholders, PLACEHOLDERS),
        (counts.cel_rules, "objects with rules in CEL"),
        (
            counts.patterns,
            "objects with patterns that are not safe regular expressions",
        ),
        (counts.formats, "objects with unknown formats"),
        (
            counts.violations,
            "objects with more violations than are listed",
        ),
        (counts.values, BEYOND_LIMITS),
    ];
    let counted = all.into_iter().filter(|(count, _)| *count > 0);
    counted.map(|(_, what)| what).collect()
}

fn rule_of(kind: ViolationKind) -> &'static Rule {
    match kind {
        ViolationKind::UnknownField => &UNKNOWN_FIELD,
        ViolationKind::UnlistedField => &UNLISTED_FIELD,
        ViolationKind::MisplacedField => &MISPLACED_FIELD,
        ViolationKind::WrongType => &WRONG_TYPE,
        ViolationKind::MissingField => &MISSING_FIELD,
        ViolationKind::InvalidValue => &INVALID_VALUE,
        ViolationKind::DuplicateListKey => &DUPLICATE_LIST_KEY,
        ViolationKind::DuplicateApplyKey => &DUPLICATE_APPLY_KEY,
        ViolationKind::UnknownApiVersion => &UNKNOWN_API_VERSION,
        ViolationKind::RemovedApiVersion => &REMOVED_API_VERSION,
        ViolationKind::DeprecatedApiVersion => &DEPRECATED_API_VERSION,
    }
}

#[cfg(test)]
mod tests;
