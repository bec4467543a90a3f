//! Whose findings are reported.

use clap::Args;
use manifest::Snapshot;

use super::Failure;
use crate::judge::finding::Report;
use crate::rule::RENDERING;
use crate::settings::owners::Owners;

/// Whose findings are reported.
#[derive(Args)]
pub(super) struct Owned {
    /// Report only findings in files that CODEOWNERS assigns to this owner; can be repeated
    #[arg(long = "owner", value_name = "NAME")]
    owners: Vec<String>,
}

impl Owned {
    /// A name that is misspelt must not pass for a clean result.
    pub(super) fn know(&self, snapshot: &dyn Snapshot) -> Result<(), Failure> {
        if self.owners.is_empty() {
            return Ok(());
        }
        let owners = Owners::read(snapshot);
        let known = owners.all();
        let unknown = self
            .owners
            .iter()
            .find(|name| !known.contains(name.as_str()));
        let Some(name) = unknown else {
            return Ok(());
        };
        let failure = Failure::new(format!("nothing here is owned by `{name}`"));
        Err(match suggest::nearest(name, known.iter().copied()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => failure.hint("the repository has no CODEOWNERS"),
            None => failure.hint("CODEOWNERS names the owners of files"),
        })
    }

    /// Leaves what stands in files of the owners that were named, and what keeps anything from
    /// being checked: nobody knows whether it is theirs.
    pub(super) fn keep(&self, report: &mut Report) {
        if !self.owners.is_empty() {
            report.findings.retain(|finding| {
                let mut names = finding.owners.iter();
                finding.rule.group == RENDERING
                    || names.any(|name| self.owners.iter().any(|own| **own == **name))
            });
        }
    }
}
