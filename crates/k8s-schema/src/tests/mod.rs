//! What the catalog says about whole objects.

mod builtin;
mod custom;
mod definitions;
mod differential;
mod expressions;
mod kinds;
mod misplaced;
mod random;

use manifest::{Dialect, Source};
use spanned_yaml::Tree;

use crate::{Catalog, Verdict, Version};

/// Judges one document.
pub(crate) fn judge(catalog: &Catalog, yaml: &str, version: Version, dialect: Dialect) -> Verdict {
    let source = Source::file("object.yaml", Tree::parse(yaml));
    assert_eq!(source.tree.errors(), []);
    let documents = source.documents().documents;
    assert_eq!(documents.len(), 1);
    catalog.validate(documents[0].view(), version, dialect)
}

/// One line for each violation, one more for its suggestion. A path at whose end the key is
/// meant ends in a colon.
fn print(verdict: &Verdict) -> String {
    let mut lines = Vec::new();
    for violation in &verdict.violations {
        let colon = if violation.at_key { ":" } else { "" };
        lines.push(format!(
            "{:?} {}{colon} {}",
            violation.kind, violation.path, violation.message
        ));
        lines.extend(violation.suggestion.iter().map(|s| format!("    {s}")));
    }
    lines.join("\n")
}

/// What the newest version says about a rendered object.
pub(crate) fn check(yaml: &str) -> String {
    let catalog = Catalog::builtin();
    print(&judge(&catalog, yaml, Version::NEWEST, Dialect::Kustomize))
}

/// What another version says.
fn check_in(version: &str, yaml: &str) -> String {
    let catalog = Catalog::builtin();
    let version = Version::parse(version).unwrap();
    print(&judge(&catalog, yaml, version, Dialect::Kustomize))
}
