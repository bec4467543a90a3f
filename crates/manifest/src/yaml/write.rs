//! Values to YAML.

use std::ops::Range;
use std::rc::Rc;

use go_template::{Budget, Data, Entry, Failure, IntType, Text, TextBuilder, Trace, Value, View};
use spanned_yaml::{Emitter, sort_by_key};

use super::align;

/// A value as `toYaml` writes it, with its last line not ended; none if JSON or YAML cannot
/// hold it.
///
/// # Errors
/// A limit is reached.
pub fn to_yaml(budget: &mut Budget, value: &Value) -> Result<Option<Text>, Failure> {
    match write(budget, value, Emitter::new(), false) {
        Ok(text) => Ok(Some(text)),
        Err(Stop::NotWritten) => Ok(None),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

/// A value as `toYamlPretty` writes it: not through JSON, with indented lists.
///
/// # Errors
/// A limit is reached.
pub fn to_yaml_pretty(budget: &mut Budget, value: &Value) -> Result<Text, Failure> {
    match write(budget, value, Emitter::pretty(), true) {
        Ok(text) => Ok(text),
        Err(Stop::NotWritten) => Ok(Text::from("")),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

fn write(budget: &mut Budget, value: &Value, out: Emitter, pretty: bool) -> Result<Text, Stop> {
    let mut writer = Writer {
        budget,
        out,
        marks: Vec::new(),
        pretty,
    };
    writer.value(value, 0)?;
    let Writer { out, marks, .. } = writer;
    let limit = budget.text();
    let mut text = out.finish();
    if text.ends_with('\n') {
        text.pop();
    }
    let mut built = TextBuilder::new(limit);
    let mut done = 0;
    for Mark { place, from } in marks {
        let end = place.end.min(text.len());
        built.push(text.get(done..place.start).unwrap_or_default().as_bytes());
        let written = text.get(place.start..end).unwrap_or_default();
        match from {
            From::Text(content, trace) => {
                let content = View {
                    text: &content,
                    trace,
                };
                align::push(&mut built, written, content);
            }
            From::Value(trace) => built.push_made(written.as_bytes(), trace),
        }
        done = end;
    }
    built.push(text.get(done..).unwrap_or_default().as_bytes());
    Ok(built.finish()?)
}

/// Why nothing is written.
enum Stop {
    /// JSON or YAML cannot hold the value.
    NotWritten,
    Failed(Failure),
}

impl std::convert::From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Bytes of the output that came from a value.
struct Mark {
    place: Range<usize>,
    from: From,
}

enum From {
    Text(Text, Trace),
    Value(Trace),
}

struct Writer<'a> {
    budget: &'a mut Budget,
    out: Emitter,
    /// In the order of their places.
    marks: Vec<Mark>,
    /// Whether values are written as they are, and not as JSON has them.
    pretty: bool,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Stop> {
        self.budget.visit(depth)?;
        if self.out.len() > self.budget.text() {
            let message = format!("a text grows beyond {} bytes", self.budget.text());
            return Err(Failure::limit(message).into());
        }
        match &value.data {
            Data::Nil | Data::NilEntry => self.out.null(),
            Data::Bool(value) => self.out.bool(*value),
            Data::Int(int, IntType::Uint64) => self.out.uint(int.cast_unsigned()),
            Data::Int(int, _) => self.out.int(*int),
            Data::Float(float) => self.float(*float)?,
            Data::Str(text) => return self.text(text, value.trace),
            Data::Bytes(text) => {
                self.budget.touch(text.len())?;
                // JSON has bytes in base 64.
                let mut json = TextBuilder::new(self.budget.text());
                go_template::push_json(self.budget, value, &mut json)?;
                let json = json.finish()?;
                self.out.str(json.to_str().trim_matches('"'));
            }
            Data::List(list) if list.nil && !self.pretty => self.out.null(),
            Data::List(list) => return self.list(&list.items, value.trace, depth),
            Data::Map(map) if map.is_nil() && !self.pretty => self.out.null(),
            Data::Map(map) => return self.map(map.entries(), value.trace, depth),
            Data::Object(object) => match (object.as_list(), object.as_map(), object.json()) {
                (Some(list), ..) => return self.list(&list.items, value.trace, depth),
                (_, Some(map), _) => return self.map(map.entries(), value.trace, depth),
                (_, _, Some(text)) => self.out.str(&text),
                _ => {
                    self.out.begin_map(0);
                    self.out.end();
                    return Ok(());
                }
            },
        }
        self.mark(From::Value(value.trace));
        Ok(())
    }

    fn mark(&mut self, from: From) {
        let place = self.out.last_scalar();
        self.marks.push(Mark { place, from });
    }

    /// JSON does not tell `1.0` from `1`; go-yaml takes both for an integer.
    fn float(&mut self, value: f64) -> Result<(), Stop> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.pretty {
            self.out.float(value);
            return Ok(());
        }
        if !value.is_finite() {
            return Err(Stop::NotWritten);
        }
        if value.fract() == 0.0 && value.abs() < EXACT {
            // JSON writes a negative zero as `-0`, which is an integer then.
            self.out.int(value as i64);
            return Ok(());
        }
        let mut json = TextBuilder::new(self.budget.text());
        go_template::push_json(self.budget, &Value::from(value), &mut json)?;
        let text = json.finish()?;
        let text = text.to_str();
        match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(int), _) => self.out.int(int),
            (_, Ok(int)) => self.out.uint(int),
            _ => self.out.float(value),
        }
        Ok(())
    }

    fn text(&mut self, text: &Text, trace: Trace) -> Result<(), Stop> {
        let content = text.to_str();
        self.budget.touch(content.len())?;
        if !self.pretty && content.chars().any(is_refused) {
            return Err(Stop::NotWritten);
        }
        self.out.str(&content);
        self.mark(From::Text(text.clone(), trace));
        Ok(())
    }

    fn list(&mut self, items: &[Value], trace: Trace, depth: usize) -> Result<(), Stop> {
        let start = self.out.len();
        self.out.begin_seq(items.len());
        if items.is_empty() {
            self.empty(start, trace);
        }
        for item in items {
            self.value(item, depth + 1)?;
        }
        self.out.end();
        Ok(())
    }

    fn map(
        &mut self,
        mut entries: Vec<(Rc<str>, Entry)>,
        trace: Trace,
        depth: usize,
    ) -> Result<(), Stop> {
        sort_by_key(&mut entries, |(key, _)| key);
        let start = self.out.len();
        self.out.begin_map(entries.len());
        if entries.is_empty() {
            self.empty(start, trace);
        }
        for (key, entry) in &entries {
            if !self.pretty && key.chars().any(is_refused) {
                return Err(Stop::NotWritten);
            }
            let place = self.out.key(key);
            let trace = Trace {
                tag: entry.key,
                ..Trace::default()
            };
            let from = From::Text(Text::from(&**key), trace);
            self.marks.push(Mark { place, from });
            self.value(&entry.value, depth + 1)?;
        }
        self.out.end();
        Ok(())
    }

    /// `{}` and `[]` came from the collection itself.
    fn empty(&mut self, start: usize, trace: Trace) {
        let end = self.out.len();
        let place = start.max(end.saturating_sub(2))..end;
        let from = From::Value(trace);
        self.marks.push(Mark { place, from });
    }
}

/// What go-yaml does not read, not even within quotes.
fn is_refused(c: char) -> bool {
    matches!(c, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}
