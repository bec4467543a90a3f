//! JSON.

use super::{ANY, Out, STR, encode};
use crate::function::{Args, Function};
use crate::rune::{is_broken, runes};
use crate::{Budget, Data, Evaluator, Failure, Map, TextBuilder, Value, View, format};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toJson", &[ANY], |ev, args| {
        lenient(to_json(ev, args, Style::HTML))
    }),
    Function::new("mustToJson", &[ANY], |ev, args| {
        to_json(ev, args, Style::HTML)
    }),
    Function::new("toRawJson", &[ANY], |ev, args| {
        to_json(ev, args, Style::RAW)
    }),
    Function::new("mustToRawJson", &[ANY], |ev, args| {
        to_json(ev, args, Style::RAW)
    }),
    Function::new("toPrettyJson", &[ANY], |ev, args| {
        lenient(to_json(ev, args, Style::PRETTY))
    }),
    Function::new("mustToPrettyJson", &[ANY], |ev, args| {
        to_json(ev, args, Style::PRETTY)
    }),
    Function::new("fromJson", &[STR], |ev, args| {
        Ok(parse(ev.budget(), args.view(0)?)?
            .unwrap_or(Value::NIL)
            .into_entry())
    })
    .selects(),
    Function::new("mustFromJson", &[STR], |ev, args| {
        let value = parse(ev.budget(), args.view(0)?)?;
        Ok(value
            .map_err(|error| Failure::function(error.message))?
            .into_entry())
    })
    .selects(),
];

/// How JSON is written.
#[derive(Clone, Copy)]
struct Style {
    /// Whether `<`, `>` and `&` are escaped.
    html: bool,
    /// Whether it stands on many lines, with two spaces a level.
    pretty: bool,
}

impl Style {
    const HTML: Self = Self {
        html: true,
        pretty: false,
    };
    const RAW: Self = Self {
        html: false,
        pretty: false,
    };
    const PRETTY: Self = Self {
        html: true,
        pretty: true,
    };
}

/// What cannot be written becomes an empty text, except where a limit is reached.
fn lenient(result: Out) -> Out {
    match result {
        Err(Failure::Here {
            kind: crate::ErrorKind::Function,
            ..
        }) => Ok("".into()),
        result => result,
    }
}

fn to_json(evaluator: &mut Evaluator<'_>, args: Args<'_>, style: Style) -> Out {
    let mut out = evaluator.builder();
    let mut writer = Writer {
        budget: evaluator.budget(),
        out: &mut out,
        style,
    };
    writer.value(args.value(0)?, 0)?;
    Ok(out.finish()?.into())
}

/// Adds a value as JSON in one line, as Go's `json.Marshal` writes it.
///
/// # Errors
/// A number is not finite, or a limit is reached.
pub fn push(budget: &mut Budget, value: &Value, out: &mut TextBuilder) -> Result<(), Failure> {
    let style = Style::HTML;
    Writer { budget, out, style }.value(value, 0)
}

struct Writer<'a> {
    budget: &'a mut Budget,
    out: &'a mut TextBuilder,
    style: Style,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        self.budget.visit(depth)?;
        if self.out.is_over() {
            return Ok(());
        }
        let trace = value.trace;
        match &value.data {
            Data::Nil | Data::NilEntry => self.out.push_made(b"null", trace),
            Data::Bool(true) => self.out.push_made(b"true", trace),
            Data::Bool(false) => self.out.push_made(b"false", trace),
            Data::Int(..) => format::display(self.budget, value, self.out)?,
            Data::Float(float) => self.out.push_made(number(*float)?.as_bytes(), trace),
            Data::Str(text) => self.string(View { text, trace }),
            Data::Bytes(text) => {
                let encoded = encode::encode(text.bytes(), &encode::BASE64);
                self.out
                    .push_made(format!("\"{encoded}\"").as_bytes(), value.origin());
            }
            Data::List(list) if list.nil => self.out.push(b"null"),
            Data::List(list) => self.list(&list.items, depth)?,
            Data::Map(map) if map.is_nil() => self.out.push(b"null"),
            Data::Map(map) => self.map(map, depth)?,
            Data::Object(object) => match (object.as_list(), object.as_map(), object.json()) {
                (Some(list), ..) => self.list(&list.items, depth)?,
                (_, Some(map), _) => self.map(&map, depth)?,
                (_, _, Some(text)) => {
                    let text = crate::Text::from(text);
                    self.string(View { text: &text, trace });
                }
                _ => self.out.push(b"{}"),
            },
        }
        Ok(())
    }

    fn newline(&mut self, depth: usize) {
        if self.style.pretty {
            self.out.push(b"\n");
            self.out.push("  ".repeat(depth).as_bytes());
        }
    }

    fn list(&mut self, items: &[Value], depth: usize) -> Result<(), Failure> {
        self.out.push(b"[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b",");
            }
            self.newline(depth + 1);
            self.value(item, depth + 1)?;
        }
        if !items.is_empty() {
            self.newline(depth);
        }
        self.out.push(b"]");
        Ok(())
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), Failure> {
        self.out.push(b"{");
        let entries = map.entries();
        for (index, (key, entry)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push(b",");
            }
            self.newline(depth + 1);
            let text = crate::Text::from(&**key);
            let mut view = text.as_view();
            view.trace.tag = entry.key;
            self.string(view);
            self.out.push(if self.style.pretty { b": " } else { b":" });
            self.value(&entry.value, depth + 1)?;
        }
        if !entries.is_empty() {
            self.newline(depth);
        }
        self.out.push(b"}");
        Ok(())
    }

    fn string(&mut self, view: View<'_>) {
        if view.text.is_empty() {
            // Without bytes of its own, its quotes tell where it came from.
            return self.out.push_made(b"\"\"", view.trace);
        }
        self.out.push(b"\"");
        let mut done = 0;
        for (at, c, len) in runes(view.bytes()) {
            let escaped = match c {
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '\t' => "\\t".to_owned(),
                '\x08' => "\\b".to_owned(),
                '\x0c' => "\\f".to_owned(),
                '<' | '>' | '&' if self.style.html => format!("\\u{:04x}", u32::from(c)),
                '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(c)),
                c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
                c if is_broken(c, len) => "\\ufffd".to_owned(),
                _ => continue,
            };
            self.out.push_part(view, done..at);
            self.out.push_instead(escaped.as_bytes(), view, at);
            done = at + len;
        }
        self.out.push_part(view, done..view.text.len());
        self.out.push(b"\"");
    }
}

/// A number as JSON has it: with an exponent only if it is very small or large.
fn number(value: f64) -> Result<String, Failure> {
    if !value.is_finite() {
        return Err(Failure::function(format!("JSON has no number {value}")));
    }
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return Ok(format!("{value}"));
    }
    let text = format!("{value:e}");
    Ok(match text.split_once('e') {
        Some((mantissa, power)) if !power.starts_with('-') => format!("{mantissa}e+{power}"),
        _ => text,
    })
}

/// What is wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub message: String,
    /// At which byte.
    pub at: usize,
}

/// Reads JSON as Go's `json.Unmarshal` does: every number is a `float64`. Strings and numbers
/// have the origin of their bytes.
///
/// # Errors
/// The outer one: a limit is reached. The inner one: the text is no JSON.
pub fn parse(budget: &mut Budget, view: View<'_>) -> Result<Result<Value, JsonError>, Failure> {
    // Two bytes can make an item.
    budget.spend(view.text.len() / 2)?;
    let mut reader = Reader {
        view,
        at: 0,
        budget,
        failure: None,
    };
    let value = reader.value(0).and_then(|value| {
        reader.space();
        match reader.peek() {
            None => Ok(value),
            Some(_) => Err(reader.error("something follows the JSON value")),
        }
    });
    match reader.failure {
        Some(failure) => Err(failure),
        None => Ok(value),
    }
}

struct Reader<'a> {
    view: View<'a>,
    at: usize,
    budget: &'a mut Budget,
    /// The limit that was reached.
    failure: Option<Failure>,
}

type Read<T> = Result<T, JsonError>;

impl Reader<'_> {
    fn error(&self, message: &str) -> JsonError {
        JsonError {
            message: format!("{message} (at byte {})", self.at),
            at: self.at,
        }
    }

    /// A collection that is read, paid for.
    fn made(&mut self, value: Value) -> Read<Value> {
        match self.budget.spend_made(&value) {
            Ok(()) => Ok(value),
            Err(failure) => {
                self.failure = Some(failure);
                Err(self.error("the JSON is too large"))
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.view.bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eats = self.peek() == Some(byte);
        self.at += usize::from(eats);
        eats
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Read<Value> {
        const DEEPEST: usize = 150;
        if depth > DEEPEST {
            return Err(self.error("the JSON is nested too deeply"));
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Read<Value> {
        let words = [
            ("true", Value::from(true)),
            ("false", Value::from(false)),
            ("null", Value::NIL),
        ];
        let rest = self.view.bytes().get(self.at..).unwrap_or_default();
        for (word, value) in words {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.error("a JSON value is missing"))
    }

    fn map(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let map = Map::default();
        self.space();
        if self.eat(b'}') {
            return Ok(map.into());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in quotes is missing"));
            }
            let key = self.string()?;
            self.space();
            if !self.eat(b':') {
                return Err(self.error("a `:` is missing after the key"));
            }
            let value = self.value(depth + 1)?;
            let tag = key.origin().tag;
            let key = key.as_text().map(|text| text.to_str()).unwrap_or_default();
            map.insert(&*key, crate::Entry { value, key: tag });
            self.space();
            if self.eat(b'}') {
                return self.made(map.into());
            }
            if !self.eat(b',') {
                return Err(self.error("a `,` or `}` is missing"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.eat(b']') {
            return Ok(items.into());
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.eat(b']') {
                return self.made(items.into());
            }
            if !self.eat(b',') {
                return Err(self.error("a `,` or `]` is missing"));
            }
        }
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        self.eat(b'-');
        let whole = self.at;
        self.digits();
        let octal = self.view.bytes().get(whole) == Some(&b'0') && self.at > whole + 1;
        let mut valid = self.at > whole && !octal;
        if self.eat(b'.') {
            valid &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            let _ = self.eat(b'+') || self.eat(b'-');
            valid &= self.digits() > 0;
        }
        let bytes = self.view.bytes().get(start..self.at).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        match text.parse::<f64>() {
            Ok(number) if valid && number.is_finite() => {
                let trace = self.view.part(start..self.at).trace();
                Ok(Value::from(number).traced(trace))
            }
            _ => Err(self.error("this is not a number")),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Read<Value> {
        self.at += 1;
        let mut out = TextBuilder::new(usize::MAX);
        let mut done = self.at;
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.error("a string is not closed"));
            };
            match byte {
                b'"' => {
                    out.push_part(self.view, done..self.at);
                    self.at += 1;
                    let text = out
                        .finish()
                        .map_err(|_| self.error("a string is too long"))?;
                    return Ok(text.into());
                }
                b'\\' => {
                    out.push_part(self.view, done..self.at);
                    let start = self.at;
                    let c = self.escape()?;
                    out.push_instead(c.encode_utf8(&mut [0; 4]).as_bytes(), self.view, start);
                    done = self.at;
                }
                0..=0x1F => return Err(self.error("a string has a control character")),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let escape = self.peek();
        self.at += 1;
        Ok(match escape {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hex()?;
                let pair = self.view.bytes().get(self.at..self.at + 2) == Some(b"\\u");
                let after = self.at;
                if (0xD800..0xDC00).contains(&high) && pair {
                    self.at += 2;
                    let low = self.hex()?;
                    if (0xDC00..0xE000).contains(&low) {
                        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    self.at = after;
                }
                char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(self.error("a string has an escape that JSON does not know")),
        })
    }

    fn hex(&mut self) -> Read<u32> {
        let digits = self.view.bytes().get(self.at..self.at + 4);
        let number = digits.and_then(|digits| {
            digits.iter().try_fold(0, |number, &byte| {
                Some(number * 16 + char::from(byte).to_digit(16)?)
            })
        });
        self.at += 4;
        number.ok_or_else(|| self.error("four hexadecimal digits are missing"))
    }
}
