//! Format strings.

use super::spec::Spec;
use super::value::Printer;
use crate::rune::decode;
use crate::{Budget, Data, Failure, TextBuilder, Trace, Value, View};

/// Adds values by a format string, as Go's `Sprintf` does.
pub(crate) fn printf(
    budget: &mut Budget,
    format: View<'_>,
    args: &[Value],
    out: &mut TextBuilder,
) -> Result<(), Failure> {
    let scan = Scan {
        printer: Printer { budget, out },
        format,
        at: 0,
        args,
        next: 0,
        good: true,
        indexed: false,
        reordered: false,
    };
    scan.run()
}

struct Scan<'a> {
    printer: Printer<'a>,
    format: View<'a>,
    at: usize,
    args: &'a [Value],
    /// The argument that the next verb takes.
    next: usize,
    /// Whether the verb's argument number made sense.
    good: bool,
    /// Whether an explicit argument number stands right before.
    indexed: bool,
    /// Whether any argument number was explicit; then it is not told which were not used.
    reordered: bool,
}

/// Go takes no width or precision beyond this.
const WIDEST: usize = 1_000_000;

impl Scan<'_> {
    fn run(mut self) -> Result<(), Failure> {
        let bytes = self.format.bytes();
        while self.at < bytes.len() {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let end = memchr::memchr(b'%', rest).map_or(bytes.len(), |found| self.at + found);
            self.printer.out.push_part(self.format, self.at..end);
            if end == bytes.len() {
                break;
            }
            self.at = end + 1;
            if !self.verb()? {
                break;
            }
        }
        if !self.reordered && self.next < self.args.len() {
            self.extra()?;
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.format.bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eats = self.peek() == Some(byte);
        self.at += usize::from(eats);
        eats
    }

    /// One verb behind its `%`; false if the format ends before it.
    fn verb(&mut self) -> Result<bool, Failure> {
        let mut spec = Spec::default();
        while let Some(flag) = self.peek() {
            match flag {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => break,
            }
            self.at += 1;
        }
        self.good = true;
        self.indexed = false;
        self.argument_number();
        self.width(&mut spec);
        self.precision(&mut spec);
        if !self.indexed {
            self.argument_number();
        }
        let rest = self.format.bytes().get(self.at..).unwrap_or_default();
        let Some((verb, len)) = decode(rest) else {
            self.printer.out.push(b"%!(NOVERB)");
            return Ok(false);
        };
        self.at += len;
        if verb == '%' {
            self.printer.out.push(b"%");
        } else if !self.good {
            self.printer
                .out
                .push(format!("%!{verb}(BADINDEX)").as_bytes());
        } else if let Some(arg) = self.args.get(self.next) {
            self.next += 1;
            if matches!(verb, 'v' | 'w') {
                spec.go_syntax = std::mem::take(&mut spec.sharp);
                spec.plus = false;
            }
            self.printer.argument(&spec, verb, arg)?;
        } else {
            self.printer
                .out
                .push(format!("%!{verb}(MISSING)").as_bytes());
        }
        Ok(true)
    }

    fn width(&mut self, spec: &mut Spec) {
        if self.eat(b'*') {
            match self.star() {
                Some(width) => {
                    spec.width = Some(width.unsigned_abs());
                    if width < 0 {
                        spec.minus = true;
                        spec.zero = false;
                    }
                }
                None => self.printer.out.push(b"%!(BADWIDTH)"),
            }
            self.indexed = false;
        } else {
            spec.width = self.digits();
            if self.indexed && spec.width.is_some() {
                self.good = false;
            }
        }
    }

    fn precision(&mut self, spec: &mut Spec) {
        let more = self.at + 1 < self.format.bytes().len();
        if !more || !self.eat(b'.') {
            return;
        }
        if self.indexed {
            self.good = false;
        }
        self.indexed = false;
        self.argument_number();
        if self.eat(b'*') {
            let given = self.star();
            spec.precision = given.and_then(|precision| usize::try_from(precision).ok());
            if spec.precision.is_none() {
                self.printer.out.push(b"%!(BADPREC)");
            }
            self.indexed = false;
        } else {
            spec.precision = Some(self.digits().unwrap_or(0));
        }
    }

    /// The integer argument that `*` takes.
    fn star(&mut self) -> Option<isize> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        match arg.data {
            Data::Int(value, _) => isize::try_from(value)
                .ok()
                .filter(|value| value.unsigned_abs() <= WIDEST),
            _ => None,
        }
    }

    fn digits(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let before = number.unwrap_or(0);
            if before > WIDEST {
                self.at = self.format.bytes().len();
                return None;
            }
            number = Some(before * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    /// `[n]`, which says which argument comes next.
    fn argument_number(&mut self) {
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = self.format.bytes().get(self.at + 1..).unwrap_or_default();
        let Some(len) = memchr::memchr(b']', rest) else {
            self.good = false;
            self.at += 1;
            return;
        };
        self.at += len + 2;
        let inner = rest.get(..len).unwrap_or_default();
        let number: Option<usize> = std::str::from_utf8(inner).ok().and_then(|n| n.parse().ok());
        self.indexed = number.is_some();
        match number.and_then(|n| n.checked_sub(1)) {
            Some(index) if index < self.args.len() => self.next = index,
            _ => self.good = false,
        }
    }

    /// Arguments that no verb took.
    fn extra(&mut self) -> Result<(), Failure> {
        self.printer.out.push(b"%!(EXTRA ");
        for (index, arg) in self.args.iter().skip(self.next).enumerate() {
            if index > 0 {
                self.printer.out.push(b", ");
            }
            if !arg.is_nil() {
                self.printer.out.push(arg.type_name().as_bytes());
                self.printer.out.push(b"=");
            }
            self.printer.argument(&Spec::default(), 'v', arg)?;
        }
        self.printer.out.push_made(b")", Trace::default());
        Ok(())
    }
}
