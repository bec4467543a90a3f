use clap::{Args, ValueEnum};

use super::terminal::Terminal;
use super::{Failure, Place};
use crate::Setup;
use crate::checks::policy::Evaluated;
use crate::report::{severities_in_words, wrap, write_rules_json};

/// List every rule with its severity in each tier
#[derive(Args)]
pub(super) struct Rules {
    /// The format of the list
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    #[command(flatten)]
    place: Place,
}

/// How what is no report is written.
#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
pub(super) enum Form {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

impl Rules {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let setup = Setup::read_in(crate::cli::isolation(), &disk, None)
            .map_err(|faults| super::configuration(&faults))?;
        let mut rules: Vec<_> = setup.rules().iter().collect();
        rules.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
        let rules = rules.into_iter().map(|rule| (rule, setup.severities(rule)));
        if self.format == Form::Json {
            // A closed pipe is the reader's wish.
            let _ = write_rules_json(rules, terminal.out());
            return Ok(0);
        }
        let rows: Vec<_> = rules
            .map(|(r, severities)| (r, severities_in_words(severities)))
            .collect();
        let ids = rows
            .iter()
            .map(|(rule, _)| rule.id.len())
            .max()
            .unwrap_or(0);
        let severities = rows.iter().map(|(_, words)| words.len()).max().unwrap_or(0);
        let titles = rows
            .iter()
            .map(|(rule, _)| rule.title.len())
            .max()
            .unwrap_or(0);
        // In a pipe, a rule is a line.
        let fits = ids + severities + titles + 6 <= terminal.width() || !terminal.is_watched();
        let (width, bold) = (terminal.width(), terminal.bold());
        let is_verbose = terminal.is_verbose();
        let out = terminal.out();
        let mut group = "";
        for (rule, severity) in rows {
            if rule.group != group {
                let gap = if group.is_empty() { "" } else { "\n" };
                let _ = writeln!(out, "{gap}{}", bold(&rule.group));
                group = &rule.group;
            }
            let (id, title) = (&rule.id, &rule.title);
            let _ = match fits {
                true => writeln!(out, "  {id:ids$}  {severity:severities$}  {title}"),
                false => {
                    let title = wrap(title, 6, 6, width);
                    writeln!(out, "  {id:ids$}  {severity}\n      {title}")
                }
            };
            if let (true, Some(evaluated)) = (is_verbose, setup.policies().evaluated(&rule.id)) {
                let _ = writeln!(out, "      {}", way(evaluated));
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
