use clap::Args;

use super::rules::Form;
use super::terminal::Terminal;
use super::{Failure, Place};
use crate::Setup;
use crate::report::{paragraphs, rule_page, severities_in_words, write_rule_json};

/// Explain what a rule is about, why it matters and how to fix it
#[derive(Args)]
pub(super) struct Explain {
    /// The rule's id, as findings show it in brackets
    rule: String,
    /// The format of the explanation
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    #[command(flatten)]
    place: Place,
}

impl Explain {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let setup = Setup::read_in(crate::cli::isolation(), &disk, None)
            .map_err(|faults| super::configuration(&faults))?;
        let Some(rule) = setup.rules().iter().find(|r| r.id == self.rule) else {
            let known: Vec<&str> = setup.rules().iter().map(|r| &*r.id).collect();
            return Err(super::unknown_rule(&self.rule, &known));
        };
        if self.format == Form::Json {
            // A closed pipe is the reader's wish.
            let _ = write_rule_json(rule, setup.severities(rule), terminal.out());
            return Ok(0);
        }
        let (bold, width) = (terminal.bold(), terminal.width());
        let mut text = format!(
            "{}: {}\n\ngroup     {}\nseverity  {}\n",
            bold(&rule.id),
            rule.title,
            rule.group,
            severities_in_words(setup.severities(rule)),
        );
        if !rule.references.is_empty() {
            text += &format!("see       {}\n", rule.references.join(", "));
        }
        if let Some(page) = rule_page(rule) {
            text += &format!("page      {page}\n");
        }
        for paragraph in [&rule.description, &rule.remediation] {
            if !paragraph.is_empty() {
                text += &format!("\n{}\n", paragraphs(paragraph, width));
            }
        }
        for (title, example) in [("Bad", &rule.bad), ("Good", &rule.good)] {
            if let Some(example) = example {
                text += &format!("\n{}:\n", bold(title));
                for line in example.trim_end().lines() {
                    text += &format!("    {line}\n").replace("    \n", "\n");
                }
            }
        }
        text += &format!(
            "\nTo accept it in one place: # gitopslint: ignore[{}] why it is fine here\n",
            rule.id
        );
        // A closed pipe is the reader's wish.
        let _ = terminal.out().write_all(text.as_bytes());
        Ok(0)
    }
}
