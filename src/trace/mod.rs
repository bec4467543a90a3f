//! The life of one value, from the source to what is applied.

mod life;
mod object;
mod path;
#[cfg(test)]
mod tests;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kind, Location, Object, ObjectId, Place, Printed, Span, View};

use crate::judge::redact::{REDACTED, Sensitive};
use life::Moment;

pub use object::{NoObject, ObjectQuery};
pub use path::PathQuery;

/// How a value came to be what it is. Nothing sensitive is in it.
#[derive(Debug)]
pub struct Trace {
    /// The folder of the target.
    pub target: Utf8PathBuf,
    /// The object, as it is applied.
    pub object: ObjectId,
    /// The path of the value in it.
    pub path: String,
    /// What the value was, the first event first; at least one.
    pub events: Vec<Event>,
    /// What no output of it may show.
    pub sensitive: Sensitive,
}

/// Something that made the value what it then was.
#[derive(Debug)]
pub struct Event {
    /// The field of the kustomization that did it, or the step of the program; none if the value
    /// stands so in the source.
    pub step: Option<&'static str>,
    /// Where that field is written.
    pub by: Option<Location>,
    /// What the value then was.
    pub value: Value,
    /// Where it came from, piece by piece. Pieces without a place are the program's own.
    pub pieces: Vec<Piece>,
}

/// What a value is at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A scalar's content.
    Scalar(String),
    /// A scalar that is not to be shown.
    Redacted,
    /// A mapping of so many entries.
    Map(usize),
    /// A list of so many items.
    Seq(usize),
    /// Nothing: the step removed it.
    Removed,
}

/// A piece of a value.
#[derive(Debug)]
pub struct Piece {
    /// What it is; none if it is the whole value, a collection, or not to be shown.
    pub text: Option<String>,
    /// The bytes that it came from.
    pub place: Location,
}

/// Why a value has no life.
#[derive(Debug)]
pub struct NoValue {
    /// The part of the path that leads nowhere.
    pub part: String,
    /// What there is instead.
    pub help: Option<String>,
}

/// Follows the value at a path of an object, which is one of the `objects` of a target. What was
/// removed has a life too.
///
/// # Errors
/// There never was such a value.
pub fn trace(
    target: &Utf8Path,
    objects: &[Object],
    object: &Object,
    path: &PathQuery,
) -> Result<Trace, NoValue> {
    let resolved = path.resolve(object.node.view());
    let life = life::of(object.node.view(), None, &resolved.steady);
    if life.is_empty() {
        let (part, help) = resolved.missing.unwrap_or_default();
        return Err(NoValue { part, help });
    }
    let mut shown = resolved.way.to_string();
    for part in path.parts().iter().skip(resolved.way.segments().len()) {
        let dot = match part {
            path::Part::Key(_) if !shown.is_empty() => ".",
            _ => "",
        };
        shown.push_str(&format!("{dot}{part}"));
    }
    let mut events: Vec<Event> = life.iter().map(event).collect();
    let sensitive = learn(objects, object, &events);
    redact(&mut events, &sensitive, is_of_secret(object, path));
    Ok(Trace {
        target: target.to_owned(),
        object: (*object.id).clone(),
        path: shown,
        events,
        sensitive,
    })
}

fn event(moment: &Moment) -> Event {
    let view = moment.node.view();
    let step = moment.step.as_ref();
    let printed = match (step, view) {
        (None, View::Src(source, node)) => {
            let printed = source.printed_from(source.tree.span(node));
            printed.and_then(|(value, template)| value.and(template))
        }
        _ => None,
    };
    Event {
        step: match printed {
            Some(_) => Some("template"),
            None => step.map(|step| step.name),
        },
        by: printed.or_else(|| Some(step?.by.as_ref()?.locate())),
        value: match view.kind() {
            _ if moment.node.is_gone() => Value::Removed,
            Kind::Map => Value::Map(view.entries().count()),
            Kind::Seq => Value::Seq(view.items().count()),
            Kind::Scalar | Kind::Alias => Value::Scalar(view.text().to_owned()),
        },
        pieces: pieces(view),
    }
}

fn pieces(view: View<'_>) -> Vec<Piece> {
    if let View::Made(made) = view {
        let text = |span: Span| made.text.get(span.range()).map(str::to_owned);
        let is_whole = |span: Span| span.len() as usize == made.text.len();
        let pieces = made.parts.iter().map(|part| Piece {
            text: text(part.span).filter(|_| !is_whole(part.span)),
            place: part.from.locate_part(part.of),
        });
        return pieces.collect();
    }
    if let View::Src(source, node) = view
        && let Place::Printed(printed) = &source.place
        && view.kind() == Kind::Scalar
    {
        return printed_pieces(printed, view.text(), source.tree.span(node), &|span| {
            source.tree.text().get(span.range()).map(str::to_owned)
        });
    }
    let place = match view.kind() {
        Kind::Scalar => view.origin().map(|src| src.locate()),
        _ => first_bytes(view, 0),
    };
    place
        .map(|place| Piece { text: None, place })
        .into_iter()
        .collect()
}

/// The values that a template printed, or the template's own text where there are none.
fn printed_pieces(
    printed: &Printed,
    whole: &str,
    span: Span,
    text: &dyn Fn(Span) -> Option<String>,
) -> Vec<Piece> {
    let values = printed.pieces_in(span).filter_map(|(cut, _)| {
        Some(Piece {
            text: text(cut).filter(|text| text != whole),
            place: printed.value(cut)?,
        })
    });
    let values: Vec<Piece> = values.collect();
    if !values.is_empty() {
        return values;
    }
    let template = printed.template(span);
    template
        .map(|place| Piece { text: None, place })
        .into_iter()
        .collect()
}

/// The first bytes of a collection.
fn first_bytes(view: View<'_>, depth: usize) -> Option<Location> {
    const DEPTH_LIMIT: usize = 64;
    let mut inside = view.entries().map(|entry| entry.key).chain(view.items());
    match inside.next() {
        Some(first) if depth < DEPTH_LIMIT => first_bytes(first, depth + 1),
        _ => view.origin().map(|src| src.locate()),
    }
}

/// What is sensitive in all that the events could show.
fn learn(objects: &[Object], object: &Object, events: &[Event]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    for object in objects {
        sensitive.add_object(object);
    }
    sensitive.add_applied(object);
    for event in events {
        let pieces = event.pieces.iter().map(|piece| &piece.place);
        for place in pieces.chain(&event.by) {
            sensitive.add_file(&place.file);
        }
    }
    sensitive.settle();
    sensitive
}

/// Whether a path leads to what a Secret holds.
fn is_of_secret(object: &Object, path: &PathQuery) -> bool {
    let is_held = |part: &path::Part| match part {
        path::Part::Key(key) => !matches!(&**key, "apiVersion" | "kind" | "metadata" | "type"),
        _ => true,
    };
    object.id.gvk.is_secret() && path.parts().first().is_some_and(is_held)
}

/// Takes out what is sensitive: if any form of the value is, all are.
fn redact(events: &mut [Event], sensitive: &Sensitive, is_secret: bool) {
    let hides = |event: &Event| {
        let mut places = event.pieces.iter().map(|piece| &piece.place);
        places.any(|place| sensitive.hides(place)) && matches!(event.value, Value::Scalar(_))
    };
    let is_hidden = is_secret || events.iter().any(hides);
    for event in events {
        let file = event.pieces.first().map(|piece| piece.place.file.clone());
        let scrub = |text: &str| sensitive.scrub(text, file.as_deref());
        if let Value::Scalar(text) = &event.value {
            event.value = match is_hidden {
                true => Value::Redacted,
                false => Value::Scalar(scrub(text)),
            };
        }
        for piece in &mut event.pieces {
            piece.text = match piece.text.take() {
                Some(_) if is_hidden => None,
                text => text.map(|text| scrub(&text)),
            };
        }
    }
}

impl Value {
    /// The value in a few words, on one line.
    pub fn words(&self) -> String {
        let count = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {many}"),
        };
        match self {
            Self::Scalar(text) => text.clone(),
            Self::Redacted => REDACTED.to_owned(),
            Self::Map(entries) => format!("a mapping of {}", count(*entries, "entry", "entries")),
            Self::Seq(items) => format!("a list of {}", count(*items, "item", "items")),
            Self::Removed => "removed".to_owned(),
        }
    }
}
