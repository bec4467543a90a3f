use std::time::SystemTime;

use camino::Utf8PathBuf;
use clap::Args;

use super::terminal::Terminal;
use super::{Failure, Place};
use crate::date::Date;
use crate::report::printable;
use crate::{Request, Setup};

/// List every accepted finding: where, why and until when
#[derive(Args)]
pub(super) struct ListIgnores {
    #[command(flatten)]
    place: Place,
    /// The configuration file [default: .gitopslint.yaml in the root]
    #[arg(long, value_name = "FILE")]
    config: Option<Utf8PathBuf>,
}

impl ListIgnores {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        super::use_threads(None)?;
        let disk = self.place.open()?;
        let given = super::given_configuration(self.config.as_deref())?;
        let setup = Setup::read_in(crate::cli::isolation(), &disk, given);
        let setup = setup.map_err(|faults| super::configuration(&faults))?;
        let today = Date::at(SystemTime::now());
        let checked = setup.check(&disk, &Request::all(today));
        let prefix = super::prefix(&disk);
        let mut text = String::new();
        for exception in &checked.exceptions {
            let place = &exception.place;
            let at = place.start();
            let path = prefix.join(place.path());
            let mut line = format!(
                "{path}:{}:{}: {}",
                at.line,
                at.column,
                exception.rules.join(", ")
            );
            if !exception.environments.is_empty() {
                line += &format!(" in {}", exception.environments.join(", "));
            }
            if let Some(day) = exception.until {
                let over = if day < today {
                    ", which has passed"
                } else {
                    ""
                };
                line += &format!(" until {day}{over}");
            }
            line += match exception.reason.as_str() {
                "" => ": no reason is given, so it has no effect".to_owned(),
                reason => format!(": {reason}"),
            }
            .as_str();
            text += &printable(&line);
            text.push('\n');
        }
        let baseline = checked.report.summary.baseline;
        if let Some(baseline) = baseline.filter(|baseline| baseline.held > 0) {
            text += &format!("in the baseline: {}\n", baseline.held);
        }
        if text.is_empty() {
            terminal.note("nothing is excused");
        }
        let _ = terminal.out().write_all(text.as_bytes());
        Ok(0)
    }
}
