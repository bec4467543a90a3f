//! Objects as text: what `kustomize build` prints.

use spanned_yaml::{Dialect, Emitter, Kind, Scalar, Style, sort_by_key, try_resolve};

use crate::refold::refold;
use crate::{EntryRef, Fault, FaultKind, NODE_BUDGET, View};

/// How deeply a printed value may be nested.
const MAX_DEPTH: usize = 1000;

/// Prints a value as kustomize does: read by go-yaml v3, turned into JSON, and written by
/// go-yaml v2. Keys are sorted, comments are gone.
///
/// # Errors
/// What JSON cannot say: keys that are not text, duplicate keys, infinity; and values
/// that are nested too deeply or too large.
pub fn print(value: View<'_>) -> Result<String, Vec<Fault>> {
    let mut printer = Printer::new(room_for(value));
    printer.value(value, 0, false);
    match printer.faults.is_empty() {
        true => Ok(printer.out.finish()),
        false => Err(printer.faults),
    }
}

/// About how many bytes a value takes: as many as where it stood, and some for changes.
pub(crate) fn room_for(value: View<'_>) -> usize {
    let stood = value
        .origin()
        .map_or(0, |src| src.source.tree.span(src.node).len() as usize);
    stood + stood / 8 + 256
}

pub(crate) struct Printer {
    pub(crate) out: Emitter,
    pub(crate) faults: Vec<Fault>,
    /// How many more values may be printed.
    pub(crate) budget: u64,
}

impl Printer {
    /// A printer with room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            out: Emitter::with_capacity(bytes),
            faults: Vec::new(),
            budget: NODE_BUDGET,
        }
    }

    /// `in_flow`: whether a collection around the value is written in flow style.
    fn value(&mut self, value: View<'_>, depth: usize, in_flow: bool) {
        if self.budget == 0 || depth > MAX_DEPTH {
            let what = match self.budget {
                0 => "too large",
                _ => "nested too deeply",
            };
            if self.faults.is_empty() {
                self.wrong(value, FaultKind::Limit, format!("this value is {what}"));
            }
            return;
        }
        self.budget -= 1;
        match value.kind() {
            Kind::Map => self.map(value, depth, in_flow || value.is_flow()),
            Kind::Seq => {
                let in_flow = in_flow || value.is_flow();
                self.out.begin_seq(value.items().count());
                for item in value.items() {
                    self.value(item, depth + 1, in_flow);
                }
                self.out.end();
            }
            // go-yaml cannot leave a value out in flow style, and writes empty text instead.
            Kind::Scalar | Kind::Alias if in_flow && value.is_left_out() => self.out.str(""),
            Kind::Scalar | Kind::Alias => self.scalar(value),
        }
    }

    fn map(&mut self, value: View<'_>, depth: usize, in_flow: bool) {
        let entries = value.entries().map(|entry| (entry.key.text(), entry));
        let mut entries: Vec<(&str, EntryRef<'_>)> = entries.collect();
        sort_by_key(&mut entries, |(key, _)| *key);
        self.out.begin_map(entries.len());
        let mut last: Option<(&str, &EntryRef<'_>)> = None;
        for (key, entry) in &entries {
            if let Some((last_key, last)) = last
                && last_key == *key
            {
                self.double(last, entry);
            }
            self.entry(entry, depth, in_flow);
            last = Some((*key, entry));
        }
        self.out.end();
    }

    pub(crate) fn entry(&mut self, entry: &EntryRef<'_>, depth: usize, in_flow: bool) {
        let key = entry.key.text();
        if entry.key.as_str().is_none() {
            let message = format!("the key `{key}` is not text");
            self.wrong(entry.key, FaultKind::Field, message).help =
                Some(format!("quote it: \"{key}\""));
        }
        self.out.key(key);
        self.value(entry.value, depth + 1, in_flow);
    }

    fn double(&mut self, first: &EntryRef<'_>, second: &EntryRef<'_>) {
        let message = format!("duplicate key `{}`", second.key.text());
        let fault = self.wrong(second.key, FaultKind::Syntax, message);
        if let Some(first) = first.key.origin() {
            fault
                .related
                .push(("also written here".to_owned(), first.locate()));
        }
    }

    fn scalar(&mut self, value: View<'_>) {
        if let Some(tag) = value.tag() {
            let dialect = Dialect::Kustomize;
            if let Err(misfit) = try_resolve(value.text(), value.style(), Some(tag), dialect) {
                self.wrong(value, FaultKind::Field, misfit.to_string());
            }
        }
        match value.scalar(Dialect::Kustomize) {
            None | Some(Scalar::Null) => self.out.null(),
            Some(Scalar::Bool(truth)) => self.out.bool(truth),
            Some(Scalar::Int(number)) => self.out.int(number),
            Some(Scalar::Uint(number)) => self.out.uint(number),
            Some(Scalar::Float(number)) => self.float(number, value),
            Some(Scalar::Str(text)) if value.style() == Style::Folded => {
                self.out.str(&refold(&text));
            }
            Some(Scalar::Str(text)) => self.out.str(&text),
        }
    }

    /// JSON has no integers of its own: a float without a fraction comes back as an integer.
    fn float(&mut self, number: f64, value: View<'_>) {
        if !number.is_finite() {
            let message = format!("`{}` cannot be written as JSON", value.text());
            self.wrong(value, FaultKind::Field, message);
            return;
        }
        if number.fract() != 0.0 || number.abs() >= 1e21 {
            self.out.float(number);
            return;
        }
        let digits = format!("{number:.0}");
        match (digits.parse(), digits.parse()) {
            (Ok(int), _) => self.out.int(int),
            (_, Ok(uint)) => self.out.uint(uint),
            _ => self.out.float(number),
        }
    }

    fn wrong(&mut self, at: View<'_>, kind: FaultKind, message: String) -> &mut Fault {
        let mut fault = Fault::new(kind, message);
        if let Some(place) = at.origin() {
            fault = fault.at(&place);
        }
        self.faults.push(fault);
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use spanned_yaml::Tree;

    use super::*;
    use crate::Source;

    fn check(text: &str) -> String {
        let source = Source::file("a.yaml", Tree::parse(text));
        let expanded = source.documents();
        match print(expanded.documents[0].view()) {
            Ok(text) => text,
            Err(faults) => faults.iter().map(|f| f.message.clone() + "\n").collect(),
        }
    }

    #[test]
    fn sorts_keys_and_drops_comments() {
        assert_snapshot!(check("b: 1 # one\na:\n- x: {}\n"), @r"
        a:
        - x: {}
        b: 1
        ");
    }

    #[test]
    fn floats_without_a_fraction_become_integers() {
        assert_snapshot!(check("[1.0, 1e6, 1.5, -0.0, 1e21, 18446744073709551615]"), @r"
        - 1
        - 1000000
        - 1.5
        - 0
        - 1e+21
        - 18446744073709551615
        ");
    }

    #[test]
    fn what_json_cannot_say_is_refused() {
        assert_snapshot!(check("1: a\n.inf: b\nc: .inf\nd: 1\nd: 2\n"), @r"
        the key `.inf` is not text
        the key `1` is not text
        `.inf` cannot be written as JSON
        duplicate key `d`
        ");
    }

    #[test]
    fn what_is_left_out_in_flow_style_is_text() {
        assert_snapshot!(check("a: {b: , c, d: ~, e: {f: }, g: !!null }\nh: [{i: }]\nj:\n- k:\n"), @r#"
        a:
          b: ""
          c: ""
          d: null
          e:
            f: ""
          g: null
        h:
        - i: ""
        j:
        - k: null
        "#);
        assert_snapshot!(check("a: &a\n  b:\nc: {d: *a}\n"), @r#"
        a:
          b: null
        c:
          d:
            b: ""
        "#);
    }

    #[test]
    fn aliases_are_written_out() {
        assert_snapshot!(check("a: &x {k: v}\nb: *x\n"), @r"
        a:
          k: v
        b:
          k: v
        ");
    }
}
