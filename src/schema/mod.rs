//! Which schema an object is judged by: that of a CustomResourceDefinition in the repository,
//! else the built-in one of its kind. What has neither is counted.

mod rules;

use k8s_schema::{Catalog, Coverage, Unchecked, ViolationKind};
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
            unchecked: unchecked(verdict.coverage, &verdict.unchecked),
        }
    }
}

fn unchecked(coverage: Coverage, counts: &Unchecked) -> Vec<&'static str> {
    let without_schema = usize::from(coverage == Coverage::NoSchema);
    let all = [
        (without_schema, "objects without schema"),
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
