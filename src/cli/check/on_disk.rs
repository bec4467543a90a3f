//! A check of what is on disk, which an earlier run may answer.

use std::time::SystemTime;

use super::{Check, Found};
use crate::Setup;
use crate::cache::Entry;
use crate::cli::at::World;
use crate::cli::cache::Slot;
use crate::cli::terminal::Terminal;
use crate::cli::{self, Failure};
use crate::evaluate::Verdicts;
use crate::request::Stage;
use crate::snapshot::Noted;

impl Check {
    /// Whether all that is read stands in the folder on disk, and nothing is written there.
    pub(super) fn is_of_disk_alone(&self) -> bool {
        let others = self.at.is_given() || self.change.is_given() || self.shelf.is_given();
        !others && self.gate_from.is_none() && self.shard.is_none() && !self.fix
    }

    /// Checks what is on disk, unless an earlier run was told the same: then this one comes to
    /// what that one did.
    pub(super) fn run_on_disk(
        &self,
        world: &World,
        terminal: &mut Terminal,
    ) -> Result<u8, Failure> {
        let noted = Noted::new(&world.disk, SystemTime::now());
        let prefix = cli::prefix(&world.disk);
        let setup = self.setup(&noted, None, &prefix, terminal)?;
        let request = self.request(world, false, &setup)?;
        let progress = terminal.progress("checking");
        let slot = self.cache.slot(&world.disk, &setup, &request);
        let kept = slot.as_ref().and_then(Slot::read);
        let answered = kept.and_then(|entry| entry.conclude(&setup, &world.disk));
        let (mut concluded, environments) = match answered {
            Some(answered) => answered,
            None => {
                let deployed = setup.render(&noted, &request, Setup::lenient());
                let mut verdicts = Verdicts::default();
                let (part, _) = setup.judge(&noted, &request, &deployed, &mut verdicts);
                let environments = deployed.environments();
                if let Some(slot) = slot
                    && let Some(entry) =
                        Entry::of(&setup, &request, noted, environments.clone(), &part)
                {
                    slot.write(&entry, terminal);
                }
                let concluded = setup.conclude(&world.disk, &request, part);
                request.progress.begins(Stage::Report, []);
                // The program ends soon: taking trees apart piece by piece is time lost.
                std::mem::forget(deployed);
                (concluded, environments)
            }
        };
        drop(progress);
        self.know_environments(&environments)?;
        self.owned.keep(&mut concluded.report, &world.disk)?;
        let found = Found {
            report: &concluded.report,
            sensitive: &concluded.sensitive,
            unused_paths: &concluded.unused_paths,
        };
        let code = self.tell(&prefix, &setup, found, None, terminal)?;
        std::mem::forget((setup, concluded));
        Ok(code)
    }
}
