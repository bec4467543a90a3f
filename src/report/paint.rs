use crate::rule::Severity;

/// Colours, where the reader's terminal shows them.
#[derive(Clone, Copy)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    pub(super) fn of(self, severity: Severity, text: &str) -> String {
        self.with(
            match severity {
                Severity::Error => "1;31",
                Severity::Warning => "1;33",
                Severity::Info | Severity::Off => "1;36",
            },
            text,
        )
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn help(self, text: &str) -> String {
        self.with("36", text)
    }

    /// The text as a link, for terminals that know them; others show the text.
    pub(super) fn link(self, address: &str, text: &str) -> String {
        format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
    }

    /// The text between an escape sequence of a terminal and the one that ends it.
    pub(super) fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
