use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use kustomize::{Options, Reorder};

use super::terminal::Terminal;
use super::{FAILED, Failure, Place, faults, inside};
use crate::render;

/// Print what would be applied, as `kustomize build` does
#[derive(Args)]
pub(super) struct Render {
    /// The folder of a kustomization
    target: Utf8PathBuf,
    #[command(flatten)]
    place: Place,
    /// The order of the objects
    #[arg(long, value_enum, default_value_t = Order::Legacy)]
    reorder: Order,
    /// Whether a kustomization may read files outside its folder
    #[arg(long, value_enum, default_value_t = Restrictor::RootOnly)]
    load_restrictor: Restrictor,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Order {
    /// Namespaces and definitions first, webhooks last
    Legacy,
    /// As they were met
    None,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Restrictor {
    /// Only its own folder, and the folders it builds on
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Anything inside the root
    #[value(name = "LoadRestrictionsNone")]
    None,
}

impl Render {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let target = inside(&disk, &self.target)?;
        let options = Options {
            reorder: match self.reorder {
                Order::Legacy => Reorder::Legacy,
                Order::None => Reorder::None,
            },
            load_restrictor: self.load_restrictor == Restrictor::RootOnly,
        };
        match render::print(&disk, &target, options) {
            Ok(text) => {
                // A closed pipe is the reader's wish.
                let _ = terminal.out().write_all(text.as_bytes());
                Ok(0)
            }
            Err(faults) => {
                terminal.note(&faults::told(&faults, terminal.has_colour_for_notes()));
                Ok(FAILED)
            }
        }
    }
}
