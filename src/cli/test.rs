use camino::Utf8PathBuf;
use clap::Args;

use super::terminal::Terminal;
use super::{FOUND, Failure, Place};
use crate::checks::policy;
use crate::report::{plural, printable};
use crate::setup::policy_files;

/// Run the tests of your policies: their examples, and rules called test_…
#[derive(Args)]
pub(super) struct Test {
    /// Policy files, or folders of them [default: what `policies` of the configuration names]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Test {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open_for(&self.paths)?;
        let inside = self.paths.iter().map(|path| super::inside(&disk, path));
        let inside: Vec<Utf8PathBuf> = inside.collect::<Result<_, _>>()?;
        let files = policy_files(&disk, &inside).map_err(|faults| super::configuration(&faults))?;
        if files.is_empty() {
            let failure = Failure::new("there are no policy files to test");
            return Err(
                failure.hint("name some, or list them under `policies` in .gitopslint.yaml")
            );
        }
        let (tested, faults) = policy::test_in(files, super::isolation())
            .map_err(|reason| Failure::new(format!("nothing was tested, because {reason}")))?;
        let out = terminal.out();
        for fault in &faults {
            let line = fault.line.map_or(String::new(), |line| format!(":{line}"));
            let _ = writeln!(
                out,
                "error {}{line}: {}",
                printable(fault.path.as_str()),
                printable(&fault.message)
            );
        }
        let mut failed = 0;
        for test in &tested {
            let (path, name) = (printable(test.path.as_str()), printable(&test.name));
            if let Some(failure) = &test.failure {
                failed += 1;
                let _ = writeln!(out, "failed {path}: {name}: {}", printable(failure));
            }
        }
        let _ = writeln!(out, "{}, {failed} failed", plural(tested.len(), "test"));
        Ok(match failed + faults.len() {
            0 if tested.is_empty() => FOUND,
            0 => 0,
            _ => FOUND,
        })
    }
}
