use std::io::Write;

use clap::Args;

use super::terminal::Terminal;
use super::{Failure, Place};
use crate::Setup;
use crate::rule::{Severities, Tier};

/// List every rule with its severity in each tier
#[derive(Args)]
pub(super) struct Rules {
    #[command(flatten)]
    place: Place,
}

impl Rules {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let setup = Setup::read(&disk, None).map_err(|faults| super::configuration(&faults))?;
        let mut rules: Vec<_> = setup.rules().iter().collect();
        rules.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
        let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
        let out = terminal.out();
        let mut group = "";
        for rule in rules {
            if rule.group != group {
                let gap = if group.is_empty() { "" } else { "\n" };
                let _ = writeln!(out, "{gap}{}", rule.group);
                group = &rule.group;
            }
            let severities = in_words(setup.severities(rule));
            let _ = writeln!(out, "  {:width$}  {severities:38}  {}", rule.id, rule.title);
        }
        Ok(0)
    }
}

/// `error`, or `error in production, warning in stage`: tiers where it is off are left out.
pub(super) fn in_words(severities: Severities) -> String {
    let of = |tier| severities.of(tier);
    if Tier::ALL.iter().all(|tier| of(*tier) == of(Tier::Dev)) {
        return of(Tier::Dev).to_string();
    }
    Tier::ALL
        .iter()
        .rev()
        .filter(|tier| of(**tier) != crate::rule::Severity::Off)
        .map(|tier| format!("{} in {tier}", of(*tier)))
        .collect::<Vec<_>>()
        .join(", ")
}
