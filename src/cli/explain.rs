use clap::Args;

use super::rules::in_words;
use super::terminal::Terminal;
use super::{Failure, Place};
use crate::Setup;

/// Say what a rule is about, why it matters and how to mend it
#[derive(Args)]
pub(super) struct Explain {
    /// The rule's id, as findings show it in brackets
    rule: String,
    #[command(flatten)]
    place: Place,
}

impl Explain {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let setup = Setup::read(&disk, None).map_err(|faults| super::configuration(&faults))?;
        let Some(rule) = setup.rules().iter().find(|r| r.id == self.rule) else {
            let known: Vec<&str> = setup.rules().iter().map(|r| &*r.id).collect();
            return Err(super::unknown_rule(&self.rule, &known));
        };
        let mut text = format!(
            "{}: {}\n\ngroup     {}\nseverity  {}\n",
            rule.id,
            rule.title,
            rule.group,
            in_words(setup.severities(rule)),
        );
        if !rule.references.is_empty() {
            text += &format!("see       {}\n", rule.references.join(", "));
        }
        for paragraph in [&rule.description, &rule.remediation] {
            if !paragraph.is_empty() {
                text += &format!("\n{}\n", paragraph.trim_end());
            }
        }
        for (title, example) in [("Reported", &rule.bad), ("Mended", &rule.good)] {
            if let Some(example) = example {
                text += &format!("\n{title}:\n");
                for line in example.trim_end().lines() {
                    text += &format!("    {line}\n").replace("    \n", "\n");
                }
            }
        }
        text += &format!(
            "\nTo accept it in one place: # gitopslint: ignore[{}] why it is right there\n",
            rule.id
        );
        // A closed pipe is the reader's wish.
        let _ = terminal.out().write_all(text.as_bytes());
        Ok(0)
    }
}
