use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::SystemTime;

use camino::Utf8Path;
use clap::Args;
use kustomize::Options;
use manifest::{Kept, Snapshot};

use super::terminal::Terminal;
use super::{Failure, Place};
use crate::checks::schema::Version;
use crate::date::Date;
use crate::report::plural;
use crate::rule::{Severity, Tier};
use crate::settings::FILE_NAME;
use crate::snapshot::Repository;
use crate::{Request, Setup};

/// So many environments of a tier are named on one line.
const MANY: usize = 12;

/// Write a commented configuration that fits the repository
///
/// It states the defaults: environments as derived from the layout, everything else as a comment.
/// An existing configuration is left alone.
#[derive(Args)]
pub(super) struct Init {
    /// Print the configuration instead of writing it
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    place: Place,
}

impl Init {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        super::use_threads(None)?;
        let disk = self.place.open()?;
        let own = Utf8Path::new(FILE_NAME);
        if disk.kept(own) != Kept::Nothing && !self.print {
            return Err(Failure::new(format!("{FILE_NAME} already exists"))
                .hint("--print prints what would be written"));
        }
        let setup = Setup::read_in(crate::cli::isolation(), &disk, None)
            .map_err(|faults| super::configuration(&faults))?;
        let progress = terminal.progress("looking around");
        let text = configuration(&setup, &disk);
        let found = setup.check(&disk, &Request::all(Date::at(SystemTime::now())));
        drop(progress);
        if self.print {
            // A closed pipe is the reader's wish.
            let _ = terminal.out().write_all(text.as_bytes());
            return Ok(0);
        }
        let path = disk.root().join(own);
        std::fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))?;
        let report = &found.report;
        let targets = plural(report.summary.all_targets(), "target");
        let counts = [Severity::Error, Severity::Warning].map(|severity| report.count(severity));
        let [errors, warnings] = counts;
        let (errors, warnings) = (plural(errors, "error"), plural(warnings, "warning"));
        let mut note = format!(
            "wrote {path}\n{targets}, {errors}, {warnings}\n\n  \
             gitopslint check       shows them\n"
        );
        if counts != [0, 0] {
            note += "  gitopslint baseline    accepts them for now, so that only new ones fail\n";
        }
        terminal.note(note.trim_end());
        Ok(0)
    }
}

/// The configuration of a repository that has none.
fn configuration(setup: &Setup, repository: &dyn Repository) -> String {
    let request = Request::all(Date::at(SystemTime::now()));
    let deployed = setup.render(repository, &request, Options::default());
    let mut tiers: BTreeMap<Tier, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut unassigned = 0;
    for target in deployed.targets() {
        match &target.spec.environment {
            Some(own) => {
                let members = tiers.entry(own.tier).or_default();
                *members.entry(&own.name).or_default() += 1;
            }
            None => unassigned += 1,
        }
    }

    let newest = Version::NEWEST;
    let mut text = format!(
        "# gitopslint's configuration. All of it is optional: these are the defaults.\n\
         # `gitopslint rules` lists the rules, `gitopslint explain RULE` explains one.\n\n\
         # The Kubernetes version of the clusters; the newest known one if it is not set.\n\
         # kubernetes: \"{newest}\"\n\n\
         # `restricted` makes missing hardening an error in every tier.\n\
         # profile: restricted\n\n"
    );
    if tiers.is_empty() {
        text += "# No environments were found in the layout. Name them by tier; everything else is treated\n\
                 # as stage.\n\
                 # environments:\n#   dev: [dev]\n#   stage: [stage]\n#   production: [prod]\n";
    } else {
        text += "# Environments by tier, in the order of promotion, as derived from the layout.\n";
        text += "environments:\n";
        for (tier, members) in &tiers {
            let _ = writeln!(text, "  {tier}: {}", names(members));
        }
    }
    if unassigned > 0 {
        let targets = plural(unassigned, "target");
        let _ = writeln!(
            text,
            "# {targets} without an environment: treated as stage."
        );
    }
    text += "\n# How severe rules are: everywhere, or by tier.\n\
             # rules:\n#   single-replica: off\n\
             #   mutable-image-tag: {severity: {dev: info, stage: warning, production: error}}\n\n\
             # Folders with your own policies, as Rego.\n\
             # policies: [policy/]\n\n\
             # Findings of a repository that adopts gitopslint: `gitopslint baseline` writes the file.\n\
             # baseline: .gitopslint-baseline.yaml\n\n\
             # Accepted findings, each with a reason.\n\
             # ignores:\n#   - rule: sensitive-host-path\n#     paths: [\"infra/cni/**\"]\n\
             #     reason: the CNI needs it\n#     until: 2027-06-30\n";
    text
}

/// Names as a YAML list.
fn names(members: &BTreeMap<&str, usize>) -> String {
    let quoted = members.keys().map(|name| {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
                .contains(&name.to_ascii_lowercase().as_str());
        match is_plain {
            true => (*name).to_owned(),
            // JSON's strings are YAML's.
            false => serde_json::Value::from(*name).to_string(),
        }
    });
    let quoted: Vec<String> = quoted.collect();
    match quoted.len() {
        0..=MANY => format!("[{}]", quoted.join(", ")),
        _ => quoted
            .iter()
            .map(|name| format!("\n    - {name}"))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use super::*;

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let text = configuration(&setup, &memory);
        // It is valid, and says what is done without it.
        let with = files.iter().copied().chain([(FILE_NAME, text.as_str())]);
        let with: Memory = with.collect();
        let again = Setup::read(&with, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let told = |setup: &Setup, memory: &Memory| {
            let found = setup.check(memory, &request).report.findings;
            let told = found.iter().map(|f| (f.rule.clone(), f.affected.clone()));
            told.collect::<Vec<_>>()
        };
        assert_eq!(told(&setup, &memory), told(&again, &with));
        text
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n\
                       spec: {hostNetwork: true, containers: [{name: a, image: a:1}]}\n";

    #[test]
    fn what_the_layout_tells() {
        let overlay = "resources: [pod.yaml]\n";
        let text = check(&[
            ("app/overlays/dev/kustomization.yaml", overlay),
            ("app/overlays/dev/pod.yaml", POD),
            ("app/overlays/prod-eu/kustomization.yaml", overlay),
            ("app/overlays/prod-eu/pod.yaml", POD),
            ("app/overlays/on/kustomization.yaml", overlay),
            ("app/overlays/on/pod.yaml", POD),
            ("other/kustomization.yaml", overlay),
            ("other/pod.yaml", POD),
        ]);
        assert_snapshot!(text, @r#"
        # gitopslint's configuration. All of it is optional: these are the defaults.
        # `gitopslint rules` lists the rules, `gitopslint explain RULE` explains one.

        # The Kubernetes version of the clusters; the newest known one if it is not set.
        # kubernetes: "1.37"

        # `restricted` makes missing hardening an error in every tier.
        # profile: restricted

        # Environments by tier, in the order of promotion, as derived from the layout.
        environments:
          dev: [dev]
          stage: ["on"]
          production: [prod-eu]
        # 1 target without an environment: treated as stage.

        # How severe rules are: everywhere, or by tier.
        # rules:
        #   single-replica: off
        #   mutable-image-tag: {severity: {dev: info, stage: warning, production: error}}

        # Folders with your own policies, as Rego.
        # policies: [policy/]

        # Findings of a repository that adopts gitopslint: `gitopslint baseline` writes the file.
        # baseline: .gitopslint-baseline.yaml

        # Accepted findings, each with a reason.
        # ignores:
        #   - rule: sensitive-host-path
        #     paths: ["infra/cni/**"]
        #     reason: the CNI needs it
        #     until: 2027-06-30
        "#);
    }

    #[test]
    fn nothing_to_tell() {
        assert!(check(&[("pod.yaml", POD)]).contains("\n# environments:\n"));
        assert!(check(&[]).contains("\n# environments:\n"));
    }
}
