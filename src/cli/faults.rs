//! Faults as a person reads them on the standard error.

use std::fmt::Write as _;

use camino::Utf8Path;
use manifest::Fault;

use crate::judge::redact::Sensitive;
use crate::report;

/// One paragraph for each fault: what is wrong, where, and what to do.
pub(super) fn told(faults: &[Fault], colour: bool) -> String {
    let (red, plain) = if colour {
        ("\x1b[1;31m", "\x1b[0m")
    } else {
        ("", "")
    };
    let mut text = String::new();
    for fault in faults {
        let mut sensitive = Sensitive::default();
        if let Some(place) = &fault.at {
            sensitive.add_file(&place.file);
            sensitive.settle();
        }
        let file = fault.at.as_ref().map(|place| &*place.file);
        let scrub = |message: &str| escape(&sensitive.scrub(message, file));
        let _ = writeln!(text, "{red}error{plain}: {}", scrub(&fault.message));
        if let Some(place) = &fault.at {
            let at = place.start();
            let _ = writeln!(
                text,
                "  {}:{}:{}",
                escape(place.path().as_str()),
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
                escape(place.path().as_str()),
                at.line,
                at.column
            );
        }
        if let Some(help) = &fault.help {
            let _ = writeln!(text, "  help: {}", scrub(help));
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// What is wrong and where, in one line.
pub(super) fn brief(fault: &Fault) -> String {
    let Some(place) = &fault.at else {
        return escape(&fault.message);
    };
    let mut sensitive = Sensitive::default();
    sensitive.add_file(&place.file);
    sensitive.settle();
    let message = sensitive.scrub(&fault.message, Some(&place.file));
    let at = place.start();
    let path = place.path();
    escape(&format!("{message} ({path}:{}:{})", at.line, at.column))
}

/// Annotations of a GitHub workflow run, one for each fault that has a place. `prefix` stands
/// before every path.
pub(super) fn annotations(faults: &[Fault], prefix: &Utf8Path) -> String {
    let mut text = String::new();
    for fault in faults {
        let Some(place) = &fault.at else {
            continue;
        };
        let mut sensitive = Sensitive::default();
        sensitive.add_file(&place.file);
        sensitive.settle();
        let file = prefix.join(place.path());
        let message = sensitive.scrub(&fault.message, Some(&place.file));
        let line = place.start().line;
        text += &report::error_annotation(file.as_str(), line, &message);
        text.push('\n');
    }
    text
}

/// Text from a repository must not steer the terminal.
fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = c.is_control() && c != '\n';
            let plain = (!escaped).then_some(c);
            plain
                .into_iter()
                .chain(escaped.then(|| c.escape_default()).into_iter().flatten())
        })
        .collect()
}
