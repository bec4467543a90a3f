//! What goes wrong in templates, told for people.

use std::rc::Rc;
use std::sync::Arc;

use go_template::{Data, ErrorKind, ExecError, Failure, ParseError, Place, Value, closest};
use manifest::{Fault, FaultKind, Location, Source};
use spanned_yaml::Span;

use crate::render::ChartData;
use crate::values::Places;

/// The texts of templates and the places of values, for messages.
pub(crate) struct Map<'a> {
    pub(crate) texts: &'a [Arc<Source>],
    pub(crate) places: &'a Places,
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
                let place = holder.and_then(|value| self.places.get(value.trace.tag?));
                let fault = self.of_error(&error);
                match place {
                    Some(place) => fault.related("it should stand here", place.locate()),
                    None => fault,
                }
            }
            Failure::Here {
                kind,
                message,
                help,
            } => {
                let mut fault = Fault::new(fault_kind(kind), format!("{template}: {message}"));
                fault.help = help.or_else(|| advice(kind));
                fault
            }
        }
    }

    fn of_error(&self, error: &ExecError) -> Fault {
        let place = error.place.and_then(|place| self.location(place));
        // Where the template's own place is shown, the message need not repeat it.
        let is_shown = place.as_ref().is_some_and(|location| {
            let text = error
                .place
                .and_then(|place| self.texts.get(place.source.0 as usize));
            text.is_some_and(|text| Arc::ptr_eq(text, &location.file))
        });
        let message = match (is_shown, error.expression.is_empty()) {
            (false, _) => error.to_string(),
            (true, false) if error.kind != ErrorKind::Refused => {
                format!("`{}`: {}", error.expression, error.message)
            }
            (true, _) => error.message.clone(),
        };
        let mut fault = Fault::new(fault_kind(error.kind), message);
        fault.help = error.help.clone().or_else(|| advice(error.kind));
        fault.at = place;
        if let Some(place) = error.tag.and_then(|tag| self.places.get(tag)) {
            fault = fault.related("the value stands here", place.locate());
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

/// Says which key of the values is missing, where that is why a template stopped. Gives what
/// should hold it.
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
        let next = map.get(key).filter(|value| !value.is_nil());
        let Some(next) = next else {
            let name = &chart.part.name;
            let owner = match &*before {
                ".Values" => format!("the values of the chart `{name}` have"),
                before => format!("`{before}` has"),
            };
            error.expression.clear();
            error.message = format!("`{before}.{key}` is not set: {owner} no key `{key}`");
            let keys: Vec<Rc<str>> = map.keys();
            if let Some(like) = closest(key, keys.iter().map(|key| &**key)) {
                error.help = Some(format!("did you mean `{like}`?"));
            }
            return Some(holder);
        };
        holder = next;
        before = format!("{before}.{key}");
    }
    None
}

/// What helps against a sort of faults, where nothing better is known.
fn advice(kind: ErrorKind) -> Option<String> {
    let advice = "a chart may only take so many steps, lest one from a stranger never ends: end the recursion, or count to less";
    (kind == ErrorKind::Limit).then(|| advice.to_owned())
}

fn fault_kind(kind: ErrorKind) -> FaultKind {
    match kind {
        ErrorKind::NotSet | ErrorKind::Refused => FaultKind::Values,
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
