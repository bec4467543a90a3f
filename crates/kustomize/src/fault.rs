//! Faults of what this crate reads.

use std::sync::Arc;

use manifest::{Fault, FaultKind, Location, Source, Src, View, places_of};
use spanned_yaml::{Error, ErrorKind};

/// What is wrong in a text, as a fault.
pub(crate) fn of_yaml(source: &Arc<Source>, error: &Error) -> Fault {
    let kind = match error.kind {
        ErrorKind::Limit => FaultKind::Limit,
        _ => FaultKind::Syntax,
    };
    let mut fault = Fault::new(kind, error.message.clone()).at_location(source.locate(error.span));
    if let ErrorKind::DuplicateKey { first } = error.kind {
        fault = fault.related("the first one", source.locate(first));
    }
    fault
}

/// A fault at a place that may not be known.
pub(crate) fn at(kind: FaultKind, message: impl Into<String>, place: Option<&Src>) -> Fault {
    let fault = Fault::new(kind, message);
    match place {
        Some(place) => fault.at(place),
        None => fault,
    }
}

/// A fault about a Secret: what its values are, and where it points besides, is nobody's to see.
pub(crate) fn of_secret<'a>(fault: Fault, values: impl Iterator<Item = View<'a>>) -> Fault {
    let related: Vec<Location> = fault.related.iter().map(|(_, at)| at.clone()).collect();
    fault.hiding(related.into_iter().chain(values.flat_map(places_of)))
}
