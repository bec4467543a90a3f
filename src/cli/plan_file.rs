//! Two files that correspond, compared and promoted without anything around them.

use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use promotion::{Difference, Environments, File, Hold, Plan as Planned, Side, Terms, Verdict};

use super::chosen::Chosen;
use super::terminal::Terminal;
use super::{FOUND, Failure};
use crate::judge::redact;
use crate::report::printable;

const NOT_VERIFIED: &str = "NOT VERIFIED: two files were compared, nothing was rendered";

/// A commit's name is shown with so many digits.
const COMMIT: usize = 12;
/// Other values are shown with so many characters.
const VALUE: usize = 40;

/// Plans a promotion between two files, without rendering anything. With `print`, the target file
/// is printed as it would become.
pub(super) fn plan(
    files: &[Utf8PathBuf],
    print: bool,
    chosen: &Chosen,
    terminal: &mut Terminal,
) -> Result<u8, Failure> {
    let [source, target] = files else {
        return Err(Failure::new("--file takes a source and a target"));
    };
    let (source, target) = (read(source)?, read(target)?);
    let environments = Environments::of_paths(source.path(), target.path());
    let terms = Terms {
        environments: environments.clone(),
        guard: Some(&redact::looks_sensitive),
        renames: chosen.renames()?,
        ..Terms::default()
    };
    let differences = promotion::compare(&source, &target, &terms)
        .map_err(|fault| Failure::new(fault.to_string()))?;
    let planned = promotion::plan(&target, &differences, &chosen.choice()?.fields);
    let edits = planned.edits.values().flatten().cloned();
    let after = promotion::apply(Some(target.text()), &edits.collect::<Vec<_>>());
    let after = after
        .map_err(|stale| Failure::new(stale.to_string()))?
        .unwrap_or_default();
    let is_blocked = blocks(&differences, &planned);
    let mut text = heading(&environments, target.path(), is_blocked);
    text += &told(&differences, &planned);
    for file in [&source, &target] {
        for fault in file.faults() {
            let _ = writeln!(text, "  warning: {}: {}", file.path(), printable(fault));
        }
    }
    let result = match print {
        true => after,
        false => promotion::unified(target.path().as_str(), Some(target.text()), Some(&after)),
    };
    terminal.note(text.trim_end());
    // A closed pipe is the reader's wish.
    let _ = terminal.out().write_all(result.as_bytes());
    terminal.note(NOT_VERIFIED);
    Ok(if is_blocked && !print { FOUND } else { 0 })
}

fn read(path: &Utf8Path) -> Result<File, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|fault| Failure::new(format!("cannot read {path}: {fault}")))?;
    File::read(path, &text).map_err(|fault| {
        Failure::new(format!(
            "cannot compare {path}: {}",
            printable(&fault.message)
        ))
    })
}

/// Whether something that was to move does not.
fn blocks(differences: &[Difference], planned: &Planned) -> bool {
    let is_stuck = |(at, difference): (usize, &Difference)| {
        let is_open = match difference.verdict {
            Verdict::Conflict => true,
            Verdict::Ahead => difference.hold.is_some(),
            _ => false,
        };
        is_open && !planned.moved.contains(&at)
    };
    !planned.refused.is_empty() || differences.iter().enumerate().any(is_stuck)
}

fn heading(environments: &Environments, target: &Utf8Path, is_blocked: bool) -> String {
    let names = [Side::Source, Side::Target].map(|side| printable(environments.name(side)));
    let names = match &names {
        [source, target] if !source.is_empty() && !target.is_empty() => {
            format!("{source} → {target}  ")
        }
        _ => String::new(),
    };
    let state = if is_blocked { "  BLOCKED" } else { "" };
    format!("plan {names}{}{state}\n", printable(target.as_str()))
}

/// What moves, what does not and why, and how much stays.
fn told(differences: &[Difference], planned: &Planned) -> String {
    let mut text = String::new();
    let mut kept = [0, 0];
    for (at, difference) in differences.iter().enumerate() {
        let refused = planned.refused.iter().find(|(index, _)| *index == at);
        let hold = difference.hold.as_ref().map(Hold::to_string);
        let (word, why) = match difference.verdict {
            _ if planned.moved.contains(&at) => ("moves", None),
            _ if refused.is_some() => ("blocked", refused.map(|(_, why)| why.clone())),
            Verdict::Ahead if hold.is_some() => ("blocked", hold),
            Verdict::Ahead => ("excluded", None),
            Verdict::Conflict => ("conflict", hold),
            Verdict::Undecided => ("undecided", hold),
            Verdict::TargetOnly => {
                kept[0] += 1;
                continue;
            }
            Verdict::EnvironmentSpecific => {
                kept[1] += 1;
                continue;
            }
        };
        line(&mut text, word, difference, why.as_deref());
    }
    if differences.is_empty() {
        text += "  the files say the same\n";
    }
    if kept != [0, 0] {
        let _ = writeln!(
            text,
            "  kept       {} environment-specific, {} only in the target",
            kept[1], kept[0]
        );
    }
    text
}

fn line(text: &mut String, word: &str, difference: &Difference, why: Option<&str>) {
    let field = difference.path.to_string();
    let field = if field.is_empty() { "the line" } else { &field };
    let before = difference.said(Side::Target).map_or("-".into(), short);
    let after = difference.becomes().map_or("-".into(), short);
    let _ = write!(
        text,
        "  {word:<10} {}  {before} → {after}",
        printable(field)
    );
    if let Some(old) = &difference.renamed_from {
        let _ = write!(text, "  (was {})", printable(old));
    }
    text.push('\n');
    if let Some(why) = why {
        let _ = writeln!(text, "             {}", printable(why));
    }
}

/// A value as it is shown in a sentence.
fn short(value: String) -> String {
    let is_commit = value.len() > COMMIT && value.bytes().all(|b| b.is_ascii_hexdigit());
    let limit = if is_commit { COMMIT } else { VALUE };
    let shown: String = printable(&value).chars().take(limit).collect();
    match value.chars().count() > limit && !is_commit {
        true => format!("{shown}…"),
        false => shown,
    }
}
