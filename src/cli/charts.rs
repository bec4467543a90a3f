use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::at::At;
use super::environments::{deployed, write};
use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{Failure, Place};
use crate::pipeline::{Missing, missing};
use crate::report::printable;

/// List the charts and bases from other repositories that are not here, and what needs them
#[derive(Args)]
pub(super) struct Charts {
    /// The format of the output; `pull` prints a `helm pull` command for each chart
    #[arg(short, long, value_enum, default_value = "human")]
    output: Output,
    /// The folder that the `helm pull` commands put charts into
    #[arg(short, long, value_name = "DIR", default_value = "charts")]
    destination: Utf8PathBuf,
    #[command(flatten)]
    shelf: ShelfArgs,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    at: At,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Human,
    Json,
    Pull,
}

type All = BTreeMap<Missing, BTreeSet<String>>;

impl Charts {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let world = self.at.open(self.place.open()?)?;
        let all = missing(&deployed(world.files(), &self.shelf)?);
        let text = match self.output {
            Output::Human => human(&all),
            Output::Json => json(&all),
            Output::Pull => self.pull(&all, terminal),
        };
        write(terminal, &text)
    }

    fn pull(&self, all: &All, terminal: &Terminal) -> String {
        let mut text = String::new();
        for missing in all.keys() {
            match missing.pull() {
                Some(words) => {
                    let words = words.iter().map(|word| match word.starts_with("--") {
                        true => word.clone(),
                        false => quoted(word),
                    });
                    let words: Vec<String> = words.collect();
                    let folder = quoted(self.destination.as_str());
                    let _ = writeln!(text, "helm pull {} -d {folder}", words.join(" "));
                }
                None => terminal.note(&format!(
                    "left out: {}, whose chart repository is not known",
                    printable(&missing.name)
                )),
            }
        }
        text
    }
}

fn human(all: &All) -> String {
    let mut text = String::new();
    for (missing, by) in all {
        let words = [&*missing.name, &*missing.version];
        let words = words.iter().filter(|word| !word.is_empty());
        let words: Vec<_> = words.map(|word| printable(word)).collect();
        let what = match missing.is_chart {
            true => "",
            false => "base ",
        };
        let _ = write!(text, "{what}{}", words.join(" "));
        match &*missing.repository {
            "" => text.push('\n'),
            repository => {
                let _ = writeln!(text, "  {}", printable(repository));
            }
        }
        for place in by {
            let _ = writeln!(text, "  {}", printable(place));
        }
    }
    if all.is_empty() {
        text.push_str("nothing is missing\n");
    }
    text
}

fn json(all: &All) -> String {
    let entries = all.iter().map(|(missing, by)| {
        json!({
            "kind": if missing.is_chart { "chart" } else { "base" },
            "name": missing.name,
            "version": missing.version,
            "repository": missing.repository,
            "askedBy": by,
        })
    });
    let list = serde_json::Value::Array(entries.collect());
    format!("{list:#}\n")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_word_for_one() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a'; rm -rf /"), "'a'\\''; rm -rf /'");
    }
}
