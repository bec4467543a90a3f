//! What goes wrong in templates, told for people.

use std::sync::Arc;

use go_template::{ErrorKind, ExecError, Failure, ParseError, Place};
use manifest::{Fault, FaultKind, Location, Source};
use spanned_yaml::Span;

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
        let message = format!("{error}");
        let mut fault = Fault::new(FaultKind::Syntax, message);
        fault.help.clone_from(&error.help);
        match self.texts.get(text as usize) {
            Some(file) => fault.at_location(file.locate(span(error.span))),
            None => fault,
        }
    }

    /// A template that stopped.
    pub(crate) fn of_failure(&self, template: &str, failure: Failure) -> Fault {
        match failure {
            Failure::Elsewhere(error) => self.of_error(&error),
            Failure::Here {
                kind,
                message,
                help,
            } => {
                let mut fault = Fault::new(fault_kind(kind), format!("{template}: {message}"));
                fault.help = help;
                fault
            }
        }
    }

    fn of_error(&self, error: &ExecError) -> Fault {
        let mut fault = Fault::new(fault_kind(error.kind), error.to_string());
        fault.help.clone_from(&error.help);
        fault.at = error.place.and_then(|place| self.location(place));
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

fn fault_kind(kind: ErrorKind) -> FaultKind {
    match kind {
        ErrorKind::NotSet | ErrorKind::UnknownTemplate | ErrorKind::UnknownVariable => {
            FaultKind::Missing
        }
        ErrorKind::WrongType | ErrorKind::Arguments | ErrorKind::Function | ErrorKind::Refused => {
            FaultKind::Field
        }
        ErrorKind::UnknownFunction => FaultKind::Unsupported,
        ErrorKind::Syntax => FaultKind::Syntax,
        ErrorKind::Limit => FaultKind::Limit,
    }
}

fn span(span: go_template::Span) -> Span {
    Span::new(span.start, span.end)
}
