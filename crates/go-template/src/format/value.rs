//! Values by a verb.

use super::quote;
use super::spec::Spec;
use crate::{
    Budget, Data, Failure, IntType, Kind, List, Map, Text, TextBuilder, Trace, Value, View,
};

/// Adds values to a text as Go's `fmt` does.
pub(super) struct Printer<'a> {
    pub(super) budget: &'a mut Budget,
    pub(super) out: &'a mut TextBuilder,
}

impl Printer<'_> {
    /// A value as an argument of a verb.
    pub(super) fn argument(
        &mut self,
        spec: &Spec,
        verb: char,
        value: &Value,
    ) -> Result<(), Failure> {
        match (verb, value.is_nil()) {
            ('T', true) | ('v', true) => {
                spec.pad(self.out, "<nil>", Trace::default());
                Ok(())
            }
            ('T', false) => {
                spec.pad(self.out, &value.type_name(), Trace::default());
                Ok(())
            }
            ('p', false) if matches!(value.kind(), Kind::Slice | Kind::Map | Kind::Pointer) => Err(
                Failure::function("`%p` prints addresses, which change with every run"),
            ),
            (_, true) => {
                self.out.push(format!("%!{verb}(<nil>)").as_bytes());
                Ok(())
            }
            _ => self.value(spec, verb, value, 0),
        }
    }

    fn value(
        &mut self,
        spec: &Spec,
        verb: char,
        value: &Value,
        depth: usize,
    ) -> Result<(), Failure> {
        self.budget.visit(depth)?;
        if self.out.is_over() {
            return Ok(());
        }
        let trace = value.trace;
        match (&value.data, verb) {
            (Data::Nil | Data::NilEntry, _) => {
                let nil: &[u8] = if spec.go_syntax {
                    b"interface {}(nil)"
                } else {
                    b"<nil>"
                };
                self.out.push(nil);
            }
            (Data::Bool(value), 't' | 'v') => {
                spec.pad(self.out, if *value { "true" } else { "false" }, trace);
            }
            (Data::Int(int, of), 'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X') => {
                let verb = if verb == 'v' && spec.go_syntax && of.is_unsigned() {
                    'x'
                } else {
                    verb
                };
                let spec = Spec {
                    sharp: spec.sharp || (verb == 'x' && spec.go_syntax),
                    ..*spec
                };
                spec.integer(self.out, magnitude(*int, *of), verb, trace);
            }
            (Data::Int(int, _), 'c' | 'q' | 'U') => {
                let text = character(spec, *int, verb);
                let zero = spec.zero && verb != 'U';
                Spec { zero, ..*spec }.pad(self.out, &text, trace);
            }
            (Data::Float(float), 'v') => spec.float(self.out, *float, b'g', None, trace)?,
            (Data::Float(float), 'g' | 'G') => {
                spec.float(self.out, *float, verb as u8, None, trace)?;
            }
            (Data::Float(float), 'e' | 'E' | 'f' | 'F') => {
                spec.float(self.out, *float, verb as u8, Some(6), trace)?;
            }
            (Data::Float(float), 'b') => spec.float(self.out, *float, b'b', None, trace)?,
            (Data::Float(_), 'x' | 'X') if spec.precision.is_some() => {
                return Err(Failure::function(
                    "`%x` of a number with decimals takes no precision here",
                ));
            }
            (Data::Float(float), 'x' | 'X') => {
                spec.float(self.out, *float, verb as u8, None, trace)?;
            }
            (Data::Str(text), _) => return self.string(spec, verb, View { text, trace }, value),
            (Data::Bytes(text), 's' | 'q' | 'x' | 'X') => {
                return self.string(spec, verb, View { text, trace }, value);
            }
            (Data::Bytes(text), 'v') if spec.is_plain() => self.bytes(text, value.origin())?,
            (Data::Bytes(text), _) => {
                self.budget.spend_items(text.len())?;
                self.list(spec, verb, value, depth)?;
            }
            (Data::List(_), _) => self.list(spec, verb, value, depth)?,
            (Data::Map(map), _) => self.map(spec, verb, map, depth)?,
            (Data::Object(object), _) => {
                if let ('v' | 's' | 'q' | 'x' | 'X', Some(text)) = (verb, object.display()) {
                    let text = Text::from(text);
                    let view = View { text: &text, trace };
                    return self.string(spec, verb, view, value);
                }
                if object.as_list().is_some() {
                    self.list(spec, verb, value, depth)?;
                } else if let Some(map) = object.as_map() {
                    self.map(spec, verb, &map, depth)?;
                } else {
                    spec.pad(self.out, &object.print(), trace);
                }
            }
            _ => return self.bad_verb(spec, verb, value),
        }
        Ok(())
    }

    fn string(
        &mut self,
        spec: &Spec,
        verb: char,
        view: View<'_>,
        value: &Value,
    ) -> Result<(), Failure> {
        match verb {
            'v' if spec.go_syntax => spec.quoted(self.out, view),
            'v' | 's' => spec.string(self.out, view),
            'q' => spec.quoted(self.out, view),
            'x' | 'X' => spec.hex(self.out, view.bytes(), verb == 'X', view.whole()),
            _ => return self.bad_verb(spec, verb, value),
        }
        Ok(())
    }

    /// A verb that does not go with the value: Go prints that instead of failing.
    fn bad_verb(&mut self, spec: &Spec, verb: char, value: &Value) -> Result<(), Failure> {
        let head = format!("%!{verb}({}=", value.type_name());
        self.out.push(head.as_bytes());
        self.value(spec, 'v', value, 1)?;
        self.out.push(b")");
        Ok(())
    }

    /// Bytes as a list of numbers. Files may be large: nothing is made of each byte.
    fn bytes(&mut self, text: &Text, trace: crate::Trace) -> Result<(), Failure> {
        const LONGEST_NUMBER: usize = 4;
        self.budget.spend(text.len() / 16)?;
        let length = text.len().saturating_mul(LONGEST_NUMBER);
        let mut numbers = String::with_capacity(length.min(self.budget.text()));
        for (index, byte) in text.bytes().iter().enumerate() {
            if index > 0 {
                numbers.push(' ');
            }
            numbers.push_str(&byte.to_string());
        }
        self.out.push(b"[");
        self.out.push_made(numbers.as_bytes(), trace);
        self.out.push(b"]");
        Ok(())
    }

    fn list(
        &mut self,
        spec: &Spec,
        verb: char,
        value: &Value,
        depth: usize,
    ) -> Result<(), Failure> {
        let list: std::rc::Rc<List> = value.as_list().unwrap_or_default();
        let (open, between, close) = if spec.go_syntax {
            self.out.push(value.type_name().as_bytes());
            if list.nil {
                self.out.push(b"(nil)");
                return Ok(());
            }
            ("{", ", ", "}")
        } else {
            ("[", " ", "]")
        };
        self.out.push(open.as_bytes());
        for (index, item) in list.items.iter().enumerate() {
            if index > 0 {
                self.out.push(between.as_bytes());
            }
            self.value(spec, verb, item, depth + 1)?;
        }
        self.out.push(close.as_bytes());
        Ok(())
    }

    fn map(&mut self, spec: &Spec, verb: char, map: &Map, depth: usize) -> Result<(), Failure> {
        let (open, between, close) = if spec.go_syntax {
            self.out.push(map.of().name().as_bytes());
            if map.is_nil() {
                self.out.push(b"(nil)");
                return Ok(());
            }
            ("{", ", ", "}")
        } else {
            ("map[", " ", "]")
        };
        self.out.push(open.as_bytes());
        for (index, (key, entry)) in map.entries().iter().enumerate() {
            if index > 0 {
                self.out.push(between.as_bytes());
            }
            let mut name = Value::from(&**key);
            name.trace.tag = entry.key;
            self.value(spec, verb, &name, depth + 1)?;
            self.out.push(b":");
            self.value(spec, verb, &entry.value, depth + 1)?;
        }
        self.out.push(close.as_bytes());
        Ok(())
    }
}

/// Sign and absolute value of an integer by its type.
fn magnitude(value: i64, of: IntType) -> (bool, u64) {
    if of.is_unsigned() {
        (false, value.cast_unsigned())
    } else {
        (value < 0, value.unsigned_abs())
    }
}

/// An integer as a character.
fn character(spec: &Spec, code: i64, verb: char) -> String {
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
    match verb {
        'c' => c.to_string(),
        'q' => quote::quoted_char(c, spec.plus),
        _ => {
            let digits = spec.precision.unwrap_or(4).max(4);
            let number = format!("U+{code:0>digits$X}");
            let shown = char::from_u32(u32::try_from(code).unwrap_or(u32::MAX));
            match shown.filter(|&c| spec.sharp && crate::rune::is_print(c)) {
                Some(c) => format!("{number} '{c}'"),
                None => number,
            }
        }
    }
}
