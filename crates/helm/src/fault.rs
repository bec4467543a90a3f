//! What goes wrong in templates, told for people.

use std::rc::Rc;
use std::sync::Arc;

use go_template::{Data, ErrorKind, ExecError, Failure, ParseError, Place, Value, Within};
use manifest::{Fault, FaultKind, Location, Source, Src};
use spanned_yaml::Span;

use crate::render::ChartData;
use crate::values::Places;

/// The texts of templates and the places of values, for messages.
pub(crate) struct Map<'a> {
    pub(crate) texts: &'a [Arc<Source>],
    pub(crate) places: &'a Places<'a>,
}

impl Map<'_> {
    fn location(&self, place: Place) -> Option<Location> {
        let file = self.texts.get(place.source.0 as usize)?;
        Some(file.locate(span(place.span)))
    }

    /// A template that is not well-formed.
    pub(crate) fn of_parse(&self, text: u32, error: &ParseError) -> Fault {
        let mut fault = Fault::new(FaultKind::Template, error.message.as_str());
        fault.help.clone_from(&error.help);
        match self.texts.get(text as usize) {
            Some(file) => fault.at_location(file.locate(span(error.span))),
            None => fault,
        }
    }

    /// A template that stopped, with the values of its chart.
    pub(crate) fn of_failure(
        &self,
        template: &str,
        failure: Failure,
        chart: &ChartData<'_>,
    ) -> Fault {
        match failure {
            Failure::Elsewhere(mut error) => {
                let holder = lacking(&mut error, chart);
                let what = match &holder {
                    Some(value) if value.is_nil() => "it is null here",
                    _ => "it should be here",
                };
                let place = holder.and_then(|value| self.places.get(value.trace.tag?));
                let fault = self.of_error(&error);
                match place {
                    Some(place) => fault.related(what, place.locate()),
                    None => fault,
                }
            }
            Failure::Here {
                kind,
                message,
                help,
            } => {
                let message = shortened(kind, &message);
                let mut fault = Fault::new(fault_kind(kind), format!("{template}: {message}"));
                fault.help = help.or_else(|| advice(kind));
                fault
            }
        }
    }

    fn of_error(&self, error: &ExecError) -> Fault {
        let stands = self.stands(error);
        let place = stands.map(|stands| stands.locate());
        // Where the expression's own place is shown, the message need not repeat it.
        let is_shown = match (&stands, &place) {
            (Some(stands), Some(location)) => Arc::ptr_eq(stands.file(), &location.file),
            _ => false,
        };
        let message = shortened(error.kind, &error.message);
        let message = match error.expression.as_str() {
            "" => message,
            _ if error.kind == ErrorKind::Refused => message,
            expression => format!("`{expression}`: {message}"),
        };
        let message = match is_shown {
            true => message,
            // A text that was made has no name that anybody knows.
            false => match error.calls.iter().find(|call| call.place.is_some()) {
                Some(call) if error.within.is_some() => {
                    format!("{}:{}: {message}", call.file, call.line)
                }
                _ => format!("{}:{}:{}: {message}", error.file, error.line, error.column),
            },
        };
        let mut fault = Fault::new(fault_kind(error.kind), message);
        fault.help = error.help.clone().or_else(|| advice(error.kind));
        fault.at = place;
        if let Some(place) = error.tag.and_then(|tag| self.places.get(tag)) {
            fault = fault.related("the value is here", place.locate());
        }
        for call in &error.calls {
            if let Some(place) = call.place.and_then(|place| self.location(place)) {
                let what = format!("called from {}:{}", call.file, call.line);
                fault = fault.related(what, place);
            }
        }
        fault
    }
}

impl<'a> Map<'a> {
    /// Where the expression at fault is written: in a template, or in a value that is rendered as
    /// one. A text of which neither is known is told by whatever has it rendered.
    fn stands(&self, error: &ExecError) -> Option<Stands<'a>> {
        let of_value = |within: &Within| {
            let src = self.places.get(within.tag?)?;
            Some(Stands::Value(src, within.part))
        };
        let within = error.within.as_ref();
        let exact = within.filter(|within| within.part.is_some());
        let callers = error.calls.iter().filter_map(|call| call.place);
        let of_template = |place: Place| {
            let file = self.texts.get(place.source.0 as usize)?;
            Some(Stands::Template(file, span(place.span)))
        };
        exact
            .and_then(of_value)
            .or_else(|| error.place.and_then(of_template))
            .or_else(|| within.and_then(of_value))
            .or_else(|| callers.filter(|_| within.is_some()).find_map(of_template))
    }
}

/// Where an expression is written.
#[derive(Clone, Copy)]
enum Stands<'a> {
    Template(&'a Arc<Source>, Span),
    /// In a value, at bytes of its text if they are known.
    Value(&'a Src, Option<go_template::Span>),
}

impl<'a> Stands<'a> {
    fn file(self) -> &'a Arc<Source> {
        match self {
            Self::Template(file, _) => file,
            Self::Value(src, _) => &src.source,
        }
    }

    fn locate(self) -> Location {
        match self {
            Self::Template(file, part) => file.locate(part),
            Self::Value(src, Some(part)) => src.locate_part(span(part)),
            Self::Value(src, None) => src.locate(),
        }
    }
}

/// The longest message, in characters: a template can fail with all of the values as its text.
const LONGEST: usize = 2_000;

/// A message without white space around it, cut where it gets too long.
fn shortened(kind: ErrorKind, message: &str) -> String {
    let message = message.trim();
    if message.is_empty() && kind == ErrorKind::Refused {
        return "the template gives up without saying why".to_owned();
    }
    match message.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}

/// Says which key of the values is missing or null, where that is why a template stopped. Gives
/// what should hold it, or the null.
fn lacking(error: &mut ExecError, chart: &ChartData<'_>) -> Option<Value> {
    if error.kind != ErrorKind::NotSet {
        return None;
    }
    let expression = error.expression.trim_start_matches('$').to_owned();
    let path = expression.strip_prefix(".Values.")?;
    let in_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let path = path.split(|c| !in_path(c)).next()?;
    let mut holder = Value::from(chart.values.clone());
    let mut before = ".Values".to_owned();
    for key in path.split('.') {
        let Data::Map(map) = &holder.data else {
            return None;
        };
        let found = map.get(key);
        if let Some(null) = found.as_ref().filter(|value| value.is_nil()) {
            error.expression.clear();
            error.message = format!("`{before}.{key}` is null");
            return Some(null.clone());
        }
        let Some(next) = found else {
            let name = &chart.part.name;
            let owner = match &*before {
                ".Values" => format!("the values of the chart `{name}` have"),
                before => format!("`{before}` has"),
            };
            error.expression.clear();
            error.message = format!("`{before}.{key}` is not set: {owner} no key `{key}`");
            let keys: Vec<Rc<str>> = map.keys();
            if let Some(like) = suggest::nearest(key, keys.iter().map(|key| &**key)) {
                error.help = Some(format!("did you mean `{like}`?"));
            }
            return Some(holder);
        };
        holder = next;
        before = format!("{before}.{key}");
    }
    None
}

/// What to look for where a template is not defined.
pub(crate) const NOT_DEFINED: &str = "is `templates/_helpers.tpl` missing, or a library chart among the dependencies in `Chart.yaml`?";

/// What helps against a sort of faults, where nothing better is known.
fn advice(kind: ErrorKind) -> Option<String> {
    let advice = match kind {
        ErrorKind::Limit => {
            "the number of steps is limited, so that a hostile chart cannot run forever: end the recursion, or shorten the loop"
        }
        ErrorKind::UnknownTemplate => NOT_DEFINED,
        _ => return None,
    };
    Some(advice.to_owned())
}

fn fault_kind(kind: ErrorKind) -> FaultKind {
    match kind {
        ErrorKind::NotSet | ErrorKind::Refused => FaultKind::Unset,
        ErrorKind::UnknownTemplate
        | ErrorKind::UnknownVariable
        | ErrorKind::UnknownFunction
        | ErrorKind::WrongType
        | ErrorKind::Arguments
        | ErrorKind::Function
        | ErrorKind::Syntax => FaultKind::Template,
        ErrorKind::Limit => FaultKind::Limit,
    }
}

fn span(span: go_template::Span) -> Span {
    Span::new(span.start, span.end)
}
