//! Values to TOML, as the encoder writes them that Helm uses.

use std::rc::Rc;

use go_template::{
    Budget, Data, Entry, Failure, IntType, Map, Text, TextBuilder, Trace, Value, View,
};
use spanned_yaml::for_yaml;

/// Why a value is not written.
pub(super) enum Stop {
    /// TOML cannot hold it; the encoder's own words.
    NotWritten(&'static str),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

type Result<T> = std::result::Result<T, Stop>;

/// A value as `toToml` writes it.
pub(super) fn to_toml(budget: &mut Budget, value: &Value) -> Result<Text> {
    let out = TextBuilder::new(budget.text());
    let mut writer = Writer {
        budget,
        out,
        key: Vec::new(),
    };
    match (value.as_map(), &value.data) {
        (Some(map), _) => writer.table(&map)?,
        (None, Data::Nil | Data::NilEntry) => {}
        (None, _) => writer.element(value, 0)?,
    }
    Ok(writer.out.finish()?)
}

struct Writer<'a> {
    budget: &'a mut Budget,
    out: TextBuilder,
    /// The names of the tables that lead here.
    key: Vec<Rc<str>>,
}

impl Writer<'_> {
    /// The entries of a table: what stands on one line before tables of its own.
    fn table(&mut self, map: &Map) -> Result<()> {
        self.budget.visit(self.key.len())?;
        let entries = map.entries();
        for tables in [false, true] {
            for (key, entry) in &entries {
                if entry.value.is_nil() || is_table(&entry.value)? != tables {
                    continue;
                }
                self.key.push(key.clone());
                self.entry(entry)?;
                self.key.pop();
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) -> Result<()> {
        let value = &entry.value;
        if let Some(map) = value.as_map() {
            if map.is_nil() {
                return Ok(());
            }
            if let [_] = self.key.as_slice() {
                self.newline();
            }
            self.header("[", "]");
            return self.table(&map);
        }
        if let Some(list) = value
            .as_list()
            .filter(|_| matches!(is_table(value), Ok(true)))
        {
            for item in &list.items {
                self.newline();
                self.header("[[", "]]");
                if let Some(map) = item.as_map() {
                    self.table(&map)?;
                }
            }
            return Ok(());
        }
        self.indent();
        let name = self.key.last().cloned().unwrap_or_default();
        let trace = Trace {
            tag: entry.key,
            ..Trace::default()
        };
        self.name(&name, trace);
        self.out.push(b" = ");
        self.element(value, self.key.len())?;
        self.newline();
        Ok(())
    }

    fn header(&mut self, open: &str, close: &str) {
        self.indent();
        self.out.push(open.as_bytes());
        for (index, name) in self.key.clone().iter().enumerate() {
            if index > 0 {
                self.out.push(b".");
            }
            self.name(name, Trace::default());
        }
        self.out.push(close.as_bytes());
        self.newline();
    }

    fn indent(&mut self) {
        let depth = self.key.len().saturating_sub(1);
        self.out.push("  ".repeat(depth).as_bytes());
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b"\n");
        }
    }

    fn name(&mut self, name: &str, trace: Trace) {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let text = Text::from(name);
        let view = View { text: &text, trace };
        match !name.is_empty() && name.chars().all(is_bare) {
            true => self.out.push_view(view),
            false => self.quoted(view),
        }
    }

    /// A value on one line.
    fn element(&mut self, value: &Value, depth: usize) -> Result<()> {
        self.budget.visit(depth)?;
        let text = match &value.data {
            Data::Str(text) => {
                let trace = value.trace;
                self.quoted(View { text, trace });
                return Ok(());
            }
            Data::Bool(value) => value.to_string(),
            Data::Int(int, IntType::Uint64) => int.cast_unsigned().to_string(),
            Data::Int(int, _) => int.to_string(),
            Data::Float(float) => number(*float),
            _ => return self.collection(value, depth),
        };
        self.out.push_made(text.as_bytes(), value.trace);
        Ok(())
    }

    fn collection(&mut self, value: &Value, depth: usize) -> Result<()> {
        if let Some(map) = value.as_map() {
            let mut entries = Vec::new();
            for tables in [false, true] {
                for (key, entry) in map.entries() {
                    if !entry.value.is_nil() && is_table(&entry.value)? == tables {
                        entries.push((key, entry));
                    }
                }
            }
            self.out.push(b"{");
            for (index, (key, entry)) in entries.iter().enumerate() {
                if index > 0 {
                    self.out.push(b", ");
                }
                self.name(key, Trace::default());
                self.out.push(b" = ");
                self.element(&entry.value, depth + 1)?;
            }
            self.out.push(b"}");
            return Ok(());
        }
        let Some(list) = value.as_list() else {
            return Err(Stop::NotWritten("unsupported type"));
        };
        self.out.push(b"[");
        for (index, item) in list.items.iter().enumerate() {
            if index > 0 {
                self.out.push(b", ");
            }
            self.element(item, depth + 1)?;
        }
        self.out.push(b"]");
        Ok(())
    }

    fn quoted(&mut self, view: View<'_>) {
        self.out.push(b"\"");
        let bytes = view.bytes();
        let mut done = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let escaped = match byte {
                b'"' => "\\\"".to_owned(),
                b'\\' => "\\\\".to_owned(),
                0x08 => "\\b".to_owned(),
                b'\t' => "\\t".to_owned(),
                b'\n' => "\\n".to_owned(),
                0x0C => "\\f".to_owned(),
                b'\r' => "\\r".to_owned(),
                0..0x20 | 0x7F => format!("\\u{byte:04x}"),
                _ => continue,
            };
            self.out.push_part(view, done..at);
            self.out.push_instead(escaped.as_bytes(), view, at);
            done = at + 1;
        }
        self.out.push_part(view, done..bytes.len());
        self.out.push(b"\"");
    }
}

/// Whether a value is written as a table, or as several.
fn is_table(value: &Value) -> Result<bool> {
    if value.as_map().is_some() {
        return Ok(true);
    }
    let Data::List(list) = &value.data else {
        return Ok(false);
    };
    if list.items.iter().any(Value::is_nil) {
        return Err(Stop::NotWritten(
            "toml: cannot encode array with nil element",
        ));
    }
    let mut items = list.items.iter();
    Ok(!list.items.is_empty() && items.all(|item| item.as_map().is_some()))
}

fn number(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = for_yaml(value);
    match text.contains(['e', '.']) {
        true => text,
        false => text + ".0",
    }
}
