use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use super::Failure;
use crate::report::{self, Detail};

/// Columns of what is no terminal.
const WIDTH: usize = 100;
/// Who waits no longer than this needs to be told nothing.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);
const FRAMES: [char; 8] = ['⣷', '⣯', '⣟', '⡿', '⢿', '⣻', '⣽', '⣾'];

/// How every command looks, and how much it says.
#[derive(Args, Default)]
pub(super) struct Look {
    /// When to use colors; `auto` respects NO_COLOR, FORCE_COLOR and CLICOLOR
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,
    /// Print only errors and what was not checked
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print lists in full instead of cutting them short
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal
    #[default]
    Auto,
    /// Always, even in files and pipes
    Always,
    /// Never
    Never,
}

/// The program's two streams: results on one, all else on the other.
pub(super) struct Terminal {
    out: io::BufWriter<io::Stdout>,
    look: Look,
    colour_out: bool,
    colour_err: bool,
}

impl Terminal {
    pub(super) fn new(look: Look) -> Self {
        let wanted = |is_terminal| wants_colour(look.color, is_terminal, variable);
        Self {
            out: io::BufWriter::with_capacity(1 << 16, io::stdout()),
            colour_out: wanted(io::stdout().is_terminal()),
            colour_err: wanted(io::stderr().is_terminal()),
            look,
        }
    }

    /// Whether more than usual is to be told.
    pub(super) fn is_verbose(&self) -> bool {
        self.look.verbose
    }

    /// Where results go.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Whether results may be coloured.
    pub(super) fn has_colour(&self) -> bool {
        self.colour_out
    }

    /// Whether what is no result may be coloured.
    pub(super) fn has_colour_for_notes(&self) -> bool {
        self.colour_err
    }

    /// Whether a person looks at the results as they come.
    pub(super) fn is_watched(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// What makes a text of the results bold, where that can be seen.
    pub(super) fn bold(&self) -> impl Fn(&str) -> String + use<> {
        let is_coloured = self.colour_out;
        move |text| match is_coloured {
            true => format!("\x1b[1m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }

    /// How many columns a line may have.
    pub(super) fn width(&self) -> usize {
        let told = variable("COLUMNS").and_then(|text| text.parse().ok());
        let real = || {
            let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
            Some(usize::from(width.0))
        };
        told.or_else(real)
            .filter(|columns| *columns > 0)
            .map_or(WIDTH, |columns: usize| columns.clamp(40, 400))
    }

    /// How much of a result is shown.
    pub(super) fn detail(&self) -> Detail {
        Detail {
            all: false,
            quiet: self.look.quiet,
            verbose: self.look.verbose,
            links: self.colour_out && self.is_watched(),
        }
    }

    /// Says what is going on until what is returned is dropped, where somebody waits for it:
    /// not in a file, nor in CI.
    pub(super) fn progress(&self, doing: &'static str) -> Option<Progress> {
        let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let is_watched = io::stderr().is_terminal() && !is_dumb && variable("CI").is_none();
        (is_watched && !self.look.quiet).then(|| Progress::start(doing))
    }

    /// Says a thing that is no result.
    pub(super) fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Says why the program stops. Names in it come from anybody.
    pub(super) fn complain(&mut self, failure: &Failure) {
        let _ = self.out.flush();
        let (red, plain) = if self.colour_err {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let message = report::prose(&failure.message);
        let mut text = format!("{red}error{plain}: {message}\n");
        if let Some(details) = &failure.details {
            text.push_str(&format!("{}\n", details.trim_end()));
        }
        if let Some(hint) = &failure.hint {
            text.push_str(&format!("  help: {}\n", report::prose(hint)));
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A closed pipe is the reader's wish.
        let _ = self.out.flush();
    }
}

/// A line on standard error that shows that the program is at work.
pub(super) struct Progress {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    fn start(doing: &'static str) -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let since = Instant::now();
            let mut wait = PATIENCE;
            let mut frames = FRAMES.iter().cycle();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(wait) {
                wait = TICK;
                let frame = frames.next().unwrap_or(&' ');
                let seconds = since.elapsed().as_secs();
                let _ = write!(io::stderr(), "\r\x1b[K{frame} {doing} ({seconds} s)");
            }
            if wait == TICK {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The line has to be gone before anything else is said.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What a variable of the environment holds, if anything.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// Whether to use colours: what the user asks for, then what the environment does, then whether
/// anybody would see them.
fn wants_colour(when: When, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is = |name: &str, no: &[&str]| variable(name).map(|value| !no.contains(&value.as_str()));
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if variable("NO_COLOR").is_some() => false,
        When::Auto => {
            let forced = is("FORCE_COLOR", &["0", "false"]).or(is("CLICOLOR_FORCE", &["0"]));
            let is_wanted = is("CLICOLOR", &["0"]).unwrap_or(true);
            let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
            forced.unwrap_or(is_terminal && is_wanted && !is_dumb)
        }
    }
}

/// When colours are asked for, from arguments that are not read yet: reading them may fail, and
/// the failure is coloured, too.
pub(super) fn asked_colour(arguments: &[std::ffi::OsString]) -> clap::ColorChoice {
    let mut found = When::Auto;
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None if word == "--" => break,
            None => None,
        };
        found = value
            .and_then(|value| When::from_str(value, false).ok())
            .unwrap_or(found);
    }
    match wants_colour(found, io::stderr().is_terminal(), variable) {
        true => clap::ColorChoice::Always,
        false => clap::ColorChoice::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_by_wish_then_environment_then_terminal() {
        let check = |when, is_terminal, set: &[(&str, &str)], expect: bool| {
            let variable = |name: &str| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(wants_colour(when, is_terminal, variable), expect, "{set:?}");
        };
        check(When::Auto, true, &[], true);
        check(When::Auto, false, &[], false);
        check(When::Auto, true, &[("NO_COLOR", "1")], false);
        check(When::Always, false, &[("NO_COLOR", "1")], true);
        check(When::Never, true, &[("FORCE_COLOR", "1")], false);
        check(When::Auto, false, &[("FORCE_COLOR", "1")], true);
        check(When::Auto, false, &[("CLICOLOR_FORCE", "1")], true);
        check(When::Auto, true, &[("FORCE_COLOR", "0")], false);
        check(When::Auto, true, &[("CLICOLOR", "0")], false);
        check(When::Auto, false, &[("CLICOLOR", "1")], false);
        check(When::Auto, true, &[("TERM", "dumb")], false);
    }

    #[test]
    fn progress_ends_at_once() {
        let since = Instant::now();
        drop(Progress::start("checking"));
        assert!(since.elapsed() < PATIENCE);
    }
}
