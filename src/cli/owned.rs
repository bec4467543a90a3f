//! Whose findings are reported.

use std::collections::BTreeSet;

use clap::Args;
use manifest::Snapshot;

use super::Failure;
use crate::judge::finding::{Finding, Report};
use crate::rule::RENDERING;
use crate::settings::owners::Owners;

/// Whose findings are reported.
#[derive(Args)]
pub(super) struct Owned {
    /// Report only findings in files that CODEOWNERS assigns to this owner; can be repeated
    #[arg(long = "owner", value_name = "NAME")]
    owners: Vec<String>,
    /// Report only findings in what Argo CD Applications of this AppProject deploy; can be
    /// repeated
    #[arg(long = "project", value_name = "NAME")]
    projects: Vec<String>,
}

impl Owned {
    /// Leaves what is owned by those that were named, and what keeps anything from being checked:
    /// nobody knows whether it is theirs.
    ///
    /// # Errors
    /// Nobody is called so: a name that is misspelt must not pass for a clean result.
    pub(super) fn keep(&self, report: &mut Report, snapshot: &dyn Snapshot) -> Result<(), Failure> {
        if !self.owners.is_empty() {
            let owners = Owners::read(snapshot);
            let missing = match owners.all().is_empty() {
                true => "the repository has no CODEOWNERS",
                false => "CODEOWNERS names the owners of files",
            };
            let what = "nothing here is owned by";
            know(&self.owners, &owners.all(), what, missing)?;
        }
        let projects = &report.summary.projects;
        let projects: BTreeSet<&str> = projects.iter().map(|name| &**name).collect();
        let what = "no Application here belongs to the AppProject";
        let missing = "spec.project of an Application names it";
        know(&self.projects, &projects, what, missing)?;
        report.findings.retain(|finding| {
            finding.rule.group == RENDERING || self.owns(finding) && self.deploys(finding)
        });
        Ok(())
    }

    fn owns(&self, finding: &Finding) -> bool {
        let mut names = finding.owners.iter();
        self.owners.is_empty() || names.any(|name| self.owners.iter().any(|own| **own == **name))
    }

    fn deploys(&self, finding: &Finding) -> bool {
        let projects = finding.affected.iter();
        let mut projects = projects.filter_map(|one| one.project.as_deref());
        self.projects.is_empty() || projects.any(|name| self.projects.iter().any(|own| own == name))
    }
}

fn know(
    named: &[String],
    known: &BTreeSet<&str>,
    what: &str,
    missing: &str,
) -> Result<(), Failure> {
    let Some(name) = named.iter().find(|name| !known.contains(name.as_str())) else {
        return Ok(());
    };
    let failure = Failure::new(format!("{what} `{name}`"));
    Err(match suggest::nearest(name, known.iter().copied()) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint(missing),
    })
}
