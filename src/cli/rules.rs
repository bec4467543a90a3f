use clap::Args;

use super::terminal::Terminal;
use super::{Failure, Place};
use crate::Setup;
use crate::checks::policy::Evaluated;
use crate::rule::{Severities, Severity, Tier};

/// List every rule with its severity in each tier
#[derive(Args)]
pub(super) struct Rules {
    #[command(flatten)]
    place: Place,

    /// Tell how policies are evaluated, and what keeps them from the faster way
    #[arg(long, short)]
    verbose: bool,
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
            if let (true, Some(evaluated)) = (self.verbose, setup.policies().evaluated(&rule.id)) {
                let _ = writeln!(out, "  {:width$}  {}", "", way(evaluated));
            }
        }
        Ok(0)
    }
}

/// How a policy is evaluated.
fn way(evaluated: Evaluated<'_>) -> String {
    match evaluated {
        Evaluated::Planned => "compiled".to_owned(),
        Evaluated::Interpreted { path, why } => {
            let what = &why.what;
            format!(
                "interpreted, which is slower: {path}:{} has {what}",
                why.line
            )
        }
    }
}

/// `error`, `error in production, else warning`, or each tier in which it is not off.
pub(super) fn in_words(severities: Severities) -> String {
    let Severities {
        dev,
        stage,
        production,
    } = severities;
    if dev == stage && stage == production {
        return production.to_string();
    }
    if dev == stage && stage != Severity::Off {
        return format!("{production} in production, else {stage}");
    }
    Tier::ALL
        .iter()
        .rev()
        .filter(|tier| severities.of(**tier) != Severity::Off)
        .map(|tier| format!("{} in {tier}", severities.of(*tier)))
        .collect::<Vec<_>>()
        .join(", ")
}
