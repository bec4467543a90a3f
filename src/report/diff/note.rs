//! A difference in words.

use std::borrow::Cow;

use promotion::objects::FieldDifference;
use promotion::{Basis, Commit, Hold, Part, Side, Step, Verdict};

use crate::report::printable;

/// Longer values are cut, in characters.
const VALUE: usize = 40;

/// Longer subjects of commits are cut, in characters.
const SUBJECT: usize = 50;

/// What stands in front of most fields, and says nothing that people do not know.
const WELL_KNOWN: [&str; 3] = [
    "spec.jobTemplate.spec.template.spec.",
    "spec.template.spec.",
    "spec.template.",
];

/// A field's name, without what all of its kind begin and end with.
pub(crate) fn label(path: &promotion::Path) -> String {
    let full = path.to_string();
    let known = WELL_KNOWN.iter().find_map(|lead| full.strip_prefix(lead));
    let short = known.unwrap_or(&full);
    let last = path.steps().last();
    let short = match last {
        Some(Step::Key(key)) if &**key == "value" => short
            .strip_suffix("].value")
            .map_or_else(|| short.to_owned(), |rest| format!("{rest}]")),
        Some(Step::Part(Part::Version)) => format!("{short} tag"),
        Some(Step::Part(Part::Repository)) => format!("{short} name"),
        Some(Step::Part(Part::Revision)) => format!("{short} revision"),
        _ => short.to_owned(),
    };
    printable(if short.is_empty() {
        "all of it"
    } else {
        &short
    })
    .into_owned()
}

/// What both sides of a difference say, each in one word. Of long texts, the part is shown in
/// which they differ.
pub(crate) fn both_of(field: &FieldDifference) -> [String; 2] {
    let sides = [Side::Source, Side::Target];
    if field.is_sensitive {
        return sides.map(|side| short_of(field, side));
    }
    let said = sides.map(|side| match field.said(side) {
        None => "-".to_owned(),
        Some(text) if text.is_empty() => "\"\"".to_owned(),
        Some(text) => printable(&text).into_owned(),
    });
    apart([&said[0], &said[1]], [VALUE, VALUE])
}

/// How many of the letters that two texts begin with are shown before they differ.
const BEFORE: usize = 8;

/// Two texts cut to so many letters each; where they would look the same, both begin shortly
/// before they differ.
pub(crate) fn apart(texts: [&str; 2], rooms: [usize; 2]) -> [String; 2] {
    let [one, other] = texts;
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let same = same.count();
    let is_hidden = (0..2).any(|at| {
        let length = texts[at].chars().count();
        length > rooms[at] && same + BEFORE > rooms[at]
    });
    let skipped = if is_hidden {
        same.saturating_sub(BEFORE)
    } else {
        0
    };
    let shown = |at: usize| {
        let rest = texts[at].chars().skip(skipped);
        let text: String = match skipped {
            0 => rest.collect(),
            _ => ['…'].into_iter().chain(rest).collect(),
        };
        head(&text, rooms[at]).into_owned()
    };
    [shown(0), shown(1)]
}

/// The beginning of a text that has no room.
pub(crate) fn head(text: &str, room: usize) -> Cow<'_, str> {
    match text.chars().count() > room {
        true => text
            .chars()
            .take(room.saturating_sub(1))
            .chain(['…'])
            .collect(),
        false => text.into(),
    }
}

/// What a side of a difference says, in one word; of what nobody may see, only whether it is there.
pub(crate) fn short_of(field: &FieldDifference, side: Side) -> String {
    if field.is_sensitive {
        let (own, other) = match side {
            Side::Source => (&field.left, &field.right),
            Side::Target => (&field.right, &field.left),
        };
        return match (own, other) {
            (None, _) => "-".to_owned(),
            (Some(_), None) => "set".to_owned(),
            (Some(_), Some(_)) => "differs".to_owned(),
        };
    }
    field
        .said(side)
        .map_or_else(|| "-".to_owned(), |text| short(&text))
}

/// A value as it is shown beside others.
fn short(value: &str) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    head(&printable(value), VALUE).into_owned()
}

/// Why a verdict is what it is, and what stands in the way; empty if there is nothing to say.
pub(crate) fn note(verdict: Verdict, basis: &Basis, hold: Option<&Hold>, now: i64) -> String {
    let mut parts: Vec<String> = Vec::new();
    match basis {
        Basis::History(told) => {
            let by = |commit: &Option<Commit>| commit.as_ref().map(|commit| who(commit, now));
            match verdict {
                Verdict::Ahead if told.behind > 1 => {
                    let since = told
                        .left
                        .as_ref()
                        .map(|commit| now.saturating_sub(commit.time));
                    let since = since.map(|own| format!(", left behind {}", age(own)));
                    parts.push(format!(
                        "{} versions behind{}",
                        told.behind,
                        since.unwrap_or_default()
                    ));
                }
                Verdict::TargetOnly if told.is_rollback => {
                    parts.extend(by(&told.target).map(|who| format!("rolled back in {who}")));
                }
                Verdict::TargetOnly => {
                    parts.extend(by(&told.target).map(|who| format!("changed in {who}")));
                }
                Verdict::Conflict => {
                    parts.extend(by(&told.source).map(|who| format!("source {who}")));
                    parts.extend(by(&told.target).map(|who| format!("target {who}")));
                }
                _ => {}
            }
        }
        Basis::Configuration => parts.push("as configured".to_owned()),
        Basis::With(leader) => parts.push(format!("goes with {}", label(leader))),
        Basis::NeverCommon | Basis::Field => {}
    }
    let counts = !matches!(verdict, Verdict::TargetOnly | Verdict::EnvironmentSpecific);
    parts.extend(
        hold.filter(|_| counts)
            .map(|hold| printable(&hold.to_string()).into_owned()),
    );
    parts.join("; ")
}

/// `a1b2c3d by Ann, 3 days ago: wait longer`.
pub(crate) fn who(commit: &Commit, now: i64) -> String {
    if commit.id.is_empty() {
        return "changes not committed".to_owned();
    }
    let id: String = commit.id.chars().take(7).collect();
    let author = printable(&commit.author);
    let age = age(now.saturating_sub(commit.time));
    // Parts of a note are told apart by semicolons.
    let subject = printable(&commit.subject).replace(';', ",");
    format!("{id} by {author}, {age}: {}", head(&subject, SUBJECT))
}

/// How long ago something was, in seconds.
pub(crate) fn age(seconds: i64) -> String {
    let units = [
        (86_400 * 365, "year"),
        (86_400 * 30, "month"),
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ];
    let found = units.iter().find(|(size, _)| seconds >= *size);
    match found {
        Some((size, name)) => {
            let count = usize::try_from(seconds / size).unwrap_or_default();
            format!("{} ago", crate::report::plural(count, name))
        }
        None => "just now".to_owned(),
    }
}
