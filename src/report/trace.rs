//! The life of a value: for a terminal and for programs.

use std::io::{self, Write};

use manifest::Location;
use serde::Serialize;

use super::excerpt::Excerpt;
use super::json::{self, JsonObject, JsonPlace};
use super::paint::Paint;
use super::{Context, escape, words};
use crate::trace::{Event, Trace, Value};

/// Raised when a reader of an earlier version would misunderstand the output.
const VERSION: u32 = 1;

/// Columns that stand before each source line.
const MARGIN: usize = 14;
/// Source lines are not cut shorter than this.
const MIN_WIDTH: usize = 40;

/// Writes the life of a value, event by event, with the source lines.
///
/// # Errors
/// If the output cannot be written.
pub fn write_trace(trace: &Trace, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(context.color);
    let path = escape::printable(&trace.path);
    let object = trace.object.to_string();
    let target = context.path(&trace.target);
    let heading = format!("{} {path}", escape::printable(&object));
    writeln!(out, "{} in {}", paint.bold(&heading), escape::path(&target))?;
    let mut shown = Vec::new();
    for (at, event) in trace.events.iter().enumerate() {
        let is_last = at + 1 == trace.events.len();
        writeln!(out)?;
        write_event(event, is_last, &mut shown, context, out)?;
    }
    Ok(())
}

/// Writes one event. Lines that were `shown` already are not shown again.
fn write_event<'a>(
    event: &'a Event,
    is_last: bool,
    shown: &mut Vec<&'a Location>,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(context.color);
    let by = event.by.as_ref();
    if let Some(step) = event.step {
        let at = by.map(|by| format!(" at {}", words::place(by, context)));
        writeln!(out, "{}{}", paint.help(step), at.unwrap_or_default())?;
    }
    let pieces = event.pieces.iter().map(|piece| &piece.place);
    let own = by.filter(|_| event.pieces.is_empty());
    for place in pieces.chain(own) {
        if shown.iter().any(|before| same_line(before, place)) {
            continue;
        }
        shown.push(place);
        if !by.is_some_and(|by| same_start(by, place)) {
            let from = if event.step.is_some() { "  from " } else { "" };
            writeln!(out, "{from}{}", words::place(place, context))?;
        }
        write_line(place, context, out)?;
    }
    let value = escape::printable(&first_line(&event.value.words())).into_owned();
    let value = match (&event.value, is_last) {
        (Value::Removed, _) => paint.with("1;31", &value),
        (_, true) => paint.with("1;32", &value),
        (_, false) => value,
    };
    writeln!(out, "  = {value}")
}

/// The first line that a place covers, with its number.
fn write_line(place: &Location, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    if context.file(place).is_none() {
        return Ok(());
    }
    let paint = Paint(context.color);
    let sensitive = context.sensitive.spans(place.path());
    let width = context.width.saturating_sub(MARGIN).max(MIN_WIDTH);
    let excerpt = Excerpt::new(place, sensitive, width);
    let line = excerpt.text.lines().next().unwrap_or_default();
    let end = excerpt.span.end.min(line.len());
    let start = excerpt.span.start.min(end);
    let part = |range| line.get(range).unwrap_or_default();
    writeln!(
        out,
        "{:>5} │ {}{}{}",
        excerpt.line,
        part(0..start),
        paint.bold(part(start..end)),
        part(end..line.len())
    )
}

/// The first line of a text, and how many there are.
fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    match lines.count() {
        0 => text.to_owned(),
        more => format!("{first}… ({} lines)", more + 1),
    }
}

fn same_start(a: &Location, b: &Location) -> bool {
    a.path() == b.path() && a.span.start == b.span.start
}

fn same_line(a: &Location, b: &Location) -> bool {
    a.path() == b.path() && a.start().line == b.start().line
}

/// Writes the life of a value as `schemas/trace.schema.json` describes it.
///
/// # Errors
/// If the output cannot be written.
pub fn write_trace_json(
    trace: &Trace,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let events = trace.events.iter();
    json::write_value(
        &JsonTrace {
            version: VERSION,
            target: context.path(&trace.target),
            object: JsonObject::new(&trace.object),
            path: &trace.path,
            events: events.map(|event| JsonEvent::new(event, context)).collect(),
        },
        out,
    )
}

#[derive(Serialize)]
struct JsonTrace<'a> {
    version: u32,
    target: String,
    object: JsonObject<'a>,
    path: &'a str,
    events: Vec<JsonEvent<'a>>,
}

#[derive(Serialize)]
struct JsonEvent<'a> {
    step: Option<&'static str>,
    by: Option<JsonPlace>,
    /// `scalar`, `redacted`, `mapping`, `list` or `removed`.
    kind: &'static str,
    /// A scalar's content.
    value: Option<&'a str>,
    pieces: Vec<JsonPiece<'a>>,
}

#[derive(Serialize)]
struct JsonPiece<'a> {
    text: Option<&'a str>,
    place: JsonPlace,
}

impl<'a> JsonEvent<'a> {
    fn new(event: &'a Event, context: &Context<'_>) -> Self {
        let (kind, value) = match &event.value {
            Value::Scalar(text) => ("scalar", Some(text.as_str())),
            Value::Redacted => ("redacted", None),
            Value::Map(_) => ("mapping", None),
            Value::Seq(_) => ("list", None),
            Value::Removed => ("removed", None),
        };
        let pieces = event.pieces.iter().map(|piece| JsonPiece {
            text: piece.text.as_deref(),
            place: JsonPlace::new(&piece.place, context),
        });
        Self {
            step: event.step,
            by: event.by.as_ref().map(|by| JsonPlace::new(by, context)),
            kind,
            value,
            pieces: pieces.collect(),
        }
    }
}
