//! The flags of one verb, and numbers and padding by them.

use super::{float, quote};
use crate::{Failure, TextBuilder, Trace, View};

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spec {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v`: as Go would be written.
    pub(super) go_syntax: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Spec {
    /// Whether nothing stands between `%` and the verb.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Adds made text, padded.
    pub(super) fn pad(&self, out: &mut TextBuilder, text: &str, trace: Trace) {
        let missing = self.missing(text.as_bytes());
        if !self.minus {
            self.padding(out, missing);
        }
        out.push_made(text.as_bytes(), trace);
        if self.minus {
            self.padding(out, missing);
        }
    }

    /// Adds a string, cut to the precision and padded.
    pub(super) fn string(&self, out: &mut TextBuilder, view: View<'_>) {
        let bytes = view.bytes();
        let end = match self.precision {
            Some(precision) => {
                let mut starts = crate::rune::runes(bytes).map(|(at, ..)| at);
                starts.nth(precision).unwrap_or(bytes.len())
            }
            None => bytes.len(),
        };
        let missing = self.missing(bytes.get(..end).unwrap_or_default());
        if !self.minus {
            self.padding(out, missing);
        }
        out.push_part(view, 0..end);
        if self.minus {
            self.padding(out, missing);
        }
    }

    fn missing(&self, text: &[u8]) -> usize {
        let width = self.width.unwrap_or(0);
        if width == 0 {
            return 0;
        }
        width.saturating_sub(crate::rune::runes(text).count())
    }

    fn padding(&self, out: &mut TextBuilder, count: usize) {
        let with = if self.zero && !self.minus { b'0' } else { b' ' };
        if count > 0 {
            out.push(&vec![with; count]);
        }
    }

    /// Adds a string in quotes.
    pub(super) fn quoted(&self, out: &mut TextBuilder, view: View<'_>) {
        let cut = view.part(0..self.cut(view.bytes()));
        let view = View {
            text: &cut,
            trace: view.trace,
        };
        let mut quoted = TextBuilder::new(usize::MAX);
        if self.sharp && !self.go_syntax && quote::fits_backticks(view.bytes()) {
            quoted.push(b"`");
            quoted.push_view(view);
            quoted.push(b"`");
        } else {
            quote::push_quoted(&mut quoted, view, self.plus);
        }
        if let Ok(text) = quoted.finish() {
            let free = Spec {
                precision: None,
                ..*self
            };
            free.string(out, text.as_view());
        }
    }

    fn cut(&self, bytes: &[u8]) -> usize {
        let mut starts = crate::rune::runes(bytes).map(|(at, ..)| at);
        let end = self.precision.and_then(|precision| starts.nth(precision));
        end.unwrap_or(bytes.len())
    }

    /// Adds a string's bytes in hexadecimal.
    pub(super) fn hex(&self, out: &mut TextBuilder, bytes: &[u8], upper: bool, trace: Trace) {
        let count = self.precision.unwrap_or(bytes.len()).min(bytes.len());
        let prefix = match (self.sharp, upper) {
            (false, _) => "",
            (true, false) => "0x",
            (true, true) => "0X",
        };
        let mut text = String::new();
        for (index, byte) in bytes.iter().take(count).enumerate() {
            if self.space && index > 0 {
                text.push(' ');
            }
            if index == 0 || self.space {
                text.push_str(prefix);
            }
            text.push_str(&match upper {
                true => format!("{byte:02X}"),
                false => format!("{byte:02x}"),
            });
        }
        self.pad(out, &text, trace);
    }

    /// Adds an integer in a base.
    pub(super) fn integer(
        &self,
        out: &mut TextBuilder,
        (negative, value): (bool, u64),
        verb: char,
        trace: Trace,
    ) {
        let digits = match verb {
            'b' => format!("{value:b}"),
            'o' | 'O' => format!("{value:o}"),
            'x' => format!("{value:x}"),
            'X' => format!("{value:X}"),
            _ => value.to_string(),
        };
        let spaces = Spec {
            zero: false,
            ..*self
        };
        let signed = negative || self.plus || self.space;
        let least = match (self.precision, self.width) {
            (Some(0), _) if value == 0 => return spaces.pad(out, "", trace),
            (Some(precision), _) => precision,
            (None, Some(width)) if self.zero && !self.minus => {
                width.saturating_sub(usize::from(signed))
            }
            _ => 0,
        };
        let digits = format!("{digits:0>least$}");
        let prefix = match verb {
            'b' if self.sharp => "0b",
            'o' if self.sharp && !digits.starts_with('0') => "0",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            'O' if self.sharp && !digits.starts_with('0') => "0o0",
            'O' => "0o",
            _ => "",
        };
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        spaces.pad(out, &format!("{sign}{prefix}{digits}"), trace);
    }

    /// Adds a floating-point number.
    pub(super) fn float(
        &self,
        out: &mut TextBuilder,
        value: f64,
        verb: u8,
        default: Option<usize>,
        trace: Trace,
    ) -> Result<(), Failure> {
        if self.sharp {
            return Err(Failure::function(
                "the flag `#` is not supported for a number with decimals",
            ));
        }
        // Longer than any float: the rest would be zeros.
        let precision = self.precision.or(default).map(|p| p.min(1_100));
        let text = float::format(value, verb, precision);
        let (sign, digits) = match text.strip_prefix(['+', '-']) {
            Some(digits) => (text.get(..1).unwrap_or_default(), digits),
            None => ("+", text.as_str()),
        };
        let shown = match sign {
            "-" => "-",
            _ if self.plus => "+",
            _ if self.space => " ",
            _ => "",
        };
        if !value.is_finite() {
            let shown = match (value.is_nan(), shown) {
                (false, "") if text.starts_with('+') => "+",
                (_, shown) => shown,
            };
            let spaces = Spec {
                zero: false,
                ..*self
            };
            spaces.pad(out, &format!("{shown}{digits}"), trace);
            return Ok(());
        }
        let width = self.width.unwrap_or(0);
        if self.zero && !self.minus && !shown.trim().is_empty() && width > digits.len() + 1 {
            let least = width - 1;
            out.push_made(format!("{shown}{digits:0>least$}").as_bytes(), trace);
        } else {
            self.pad(out, &format!("{shown}{digits}"), trace);
        }
        Ok(())
    }
}
