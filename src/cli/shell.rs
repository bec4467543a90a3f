//! What shells and `man` read.

use camino::Utf8PathBuf;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::terminal::Terminal;
use super::{Arguments, Failure};

/// Print shell completions
///
/// They go where the shell looks for them, such as
/// ~/.local/share/bash-completion/completions/gitopslint.
#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

/// Write the manual pages
#[derive(Args)]
pub(super) struct Man {
    /// The folder to write them into, such as ~/.local/share/man/man1
    folder: Utf8PathBuf,
}

impl Completions {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let mut text = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Arguments::command(),
            "gitopslint",
            &mut text,
        );
        // A closed pipe is the reader's wish.
        let _ = terminal.out().write_all(&text);
        Ok(0)
    }
}

impl Man {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let pages = pages();
        for (name, text) in &pages {
            let path = self.folder.join(name);
            std::fs::write(&path, text)
                .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))?;
        }
        terminal.note(&format!("wrote {} pages into {}", pages.len(), self.folder));
        Ok(0)
    }
}

/// Each manual page, by the name of its file.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut program = Arguments::command();
    program.build();
    let commands = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let commands = commands.filter(|command| command.get_name() != "help");
    std::iter::once(&program)
        .chain(commands)
        .map(|command| {
            let name = command.get_display_name().unwrap_or(command.get_name());
            let name = format!("{name}.1");
            let mut page = Vec::new();
            // Nothing that is written to memory fails.
            let _ = clap_mangen::Man::new(command.clone()).render(&mut page);
            (name, page)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_for_each_command() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert!(
            names.starts_with(&["gitopslint.1", "gitopslint-check.1"]),
            "{names:?}"
        );
        for (name, page) in &pages {
            let page = String::from_utf8_lossy(page);
            assert!(page.contains(".SH SYNOPSIS"), "{name}");
        }
    }
}
