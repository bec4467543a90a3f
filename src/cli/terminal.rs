use std::io::{self, IsTerminal, Write};

/// The program's two streams: results on one, all else on the other.
pub(super) struct Terminal {
    out: io::BufWriter<io::Stdout>,
    colour_out: bool,
    colour_err: bool,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let wanted = |is_terminal: bool| match std::env::var_os("CLICOLOR_FORCE") {
            Some(force) if force != "0" => true,
            _ => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        Self {
            out: io::BufWriter::with_capacity(1 << 16, io::stdout()),
            colour_out: wanted(io::stdout().is_terminal()),
            colour_err: wanted(io::stderr().is_terminal()),
        }
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

    /// How many columns a line may have.
    pub(super) fn width(&self) -> usize {
        let told = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        told.filter(|columns| (40..=400).contains(columns))
            .unwrap_or(100)
    }

    /// Says a thing that is no result.
    pub(super) fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Says why the program stops.
    pub(super) fn complain(&mut self, message: &str, hint: Option<&str>) {
        let _ = self.out.flush();
        let (red, plain) = if self.colour_err {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let mut text = format!("{red}error{plain}: {message}\n");
        if let Some(hint) = hint {
            text.push_str(&format!("  help: {hint}\n"));
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
