//! Faults as a person reads them on standard error.

use std::fmt::Write as _;
use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Fault, FaultKind};
use rustc_hash::FxHashSet;

use crate::judge::redact::Sensitive;
use crate::report::{self, printable, prose};

/// What the faults of a configuration come to.
pub(super) fn headline(faults: &[Fault]) -> &'static str {
    // It starts no program itself; only policies are evaluated in one.
    match faults.iter().all(|fault| fault.kind == FaultKind::Exec) {
        true => "the repository's own policies cannot be evaluated",
        false => "the configuration is not valid",
    }
}

/// One paragraph for each fault: what is wrong, where, and what to do.
pub(super) fn told(faults: &[Fault], colour: bool) -> String {
    let (red, plain) = if colour {
        ("\x1b[1;31m", "\x1b[0m")
    } else {
        ("", "")
    };
    let mut text = String::new();
    let sensitive = sensitive_in(faults);
    for fault in faults.iter().take(MOST) {
        let file = fault.at.as_ref().map(|place| &*place.file);
        let scrub = |message: &str| prose(&sensitive.scrub(message, file));
        let _ = writeln!(text, "{red}error{plain}: {}", scrub(&fault.message));
        if let Some(place) = &fault.at {
            let at = place.start();
            let _ = writeln!(
                text,
                "  {}:{}:{}",
                printable(place.path().as_str()),
                at.line,
                at.column
            );
        }
        for (what, place) in &fault.related {
            let at = place.start();
            let _ = writeln!(
                text,
                "  {}: {}:{}:{}",
                scrub(what),
                printable(place.path().as_str()),
                at.line,
                at.column
            );
        }
        if let Some(help) = &fault.help {
            let _ = writeln!(text, "  help: {}", scrub(help));
        }
    }
    if let Some(more) = faults.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(text, "and {more} more");
    }
    text.truncate(text.trim_end().len());
    text
}

/// More faults than this are counted and not told.
const MOST: usize = 200;

/// What the files of some faults hold that nobody may see.
fn sensitive_in(faults: &[Fault]) -> Sensitive {
    let mut sensitive = Sensitive::default();
    let mut seen = FxHashSet::default();
    for fault in faults {
        sensitive.add_fault(fault);
        let related = fault.related.iter().map(|(_, place)| place);
        for place in fault.at.iter().chain(related) {
            if seen.insert(Arc::as_ptr(&place.file)) {
                sensitive.add_file(&place.file);
            }
        }
    }
    sensitive.settle();
    sensitive
}

/// What is wrong and where, in one line.
pub(super) fn brief(fault: &Fault) -> String {
    let sensitive = sensitive_in(std::slice::from_ref(fault));
    let file = fault.at.as_ref().map(|place| &*place.file);
    let message = sensitive.scrub(&fault.message, file);
    let Some(place) = &fault.at else {
        return prose(&message);
    };
    let at = place.start();
    let path = place.path();
    prose(&format!("{message} ({path}:{}:{})", at.line, at.column))
}

/// Annotations of a GitHub workflow run, one for each fault that has a place. `prefix` stands
/// before every path.
pub(super) fn annotations(faults: &[Fault], prefix: &Utf8Path) -> String {
    let mut text = String::new();
    let sensitive = sensitive_in(faults);
    for fault in faults.iter().take(MOST) {
        let Some(place) = &fault.at else {
            continue;
        };
        let file = prefix.join(place.path());
        let message = sensitive.scrub(&fault.message, Some(&place.file));
        let line = place.start().line;
        text += &report::error_annotation(file.as_str(), line, &message);
        text.push('\n');
    }
    text
}
