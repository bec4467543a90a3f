//! A promotion as it is planned, for people.

use std::io::{self, Write};

use camino::Utf8Path;
use manifest::{Kind, Node, View};
use promotion::objects::{FieldDifference, ObjectDifference};
use promotion::{Basis, Commit, Difference, Hold, Pattern, Side, Verdict, unified};

use super::diff::{age, both_of, head, label, note, short_of, who};
use super::paint::Paint;
use super::{plural, printable};
use crate::compare::{Application, Row};
use crate::judge::finding::Finding;
use crate::judge::redact::masked;
use crate::promote::{Block, Lack, Plan, Promotion, Text, Whence};

/// How many commits of the source are listed for each application.
const COMMITS: usize = 8;

/// How many changes in the cluster are listed for each application.
const EFFECTS: usize = 20;

/// How a plan is written.
#[derive(Clone, Copy, Debug)]
pub struct PlanContext {
    /// Whether the reader's terminal shows colours.
    pub color: bool,
    /// Columns of the reader's terminal.
    pub width: usize,
    /// The moment, in seconds since 1970, from which ages count.
    pub now: i64,
    /// Whether the past of the files is known.
    pub has_past: bool,
    /// Whether it is known in part only.
    pub is_cut_off: bool,
    /// Whether what is undecided is listed.
    pub show_undecided: bool,
}

/// Writes what is planned for each application.
///
/// # Errors
/// What the writer says.
pub fn write_plan(plan: &Plan, context: &PlanContext, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(context.color);
    let (from, to) = (&plan.comparison.from.name, &plan.comparison.to.name);
    let mut quiet = 0;
    for (application, promotion) in plan.applications() {
        let name = printable(&application.pair.name);
        if application.is_alone() {
            let only = if application.pair.to.is_none() {
                from
            } else {
                to
            };
            writeln!(
                out,
                "{}  only in {}: nothing to promote",
                paint.bold(&name),
                printable(only)
            )?;
            continue;
        }
        if !promotion.is_pending() {
            quiet += 1;
            continue;
        }
        let state = match promotion.blocks.is_empty() {
            true => String::new(),
            false => paint.with("1;31", "     BLOCKED"),
        };
        let between = printable(&format!("{from} → {to}")).into_owned();
        writeln!(out, "plan {between}   {}{state}", paint.bold(&name))?;
        of_application(plan, application, promotion, context, paint, out)?;
    }
    if quiet > 0 {
        writeln!(
            out,
            "{} with nothing to promote",
            plural(quiet, "application")
        )?;
    }
    if !context.has_past {
        writeln!(
            out,
            "without git history: verdicts say what such fields usually do"
        )?;
    } else if context.is_cut_off {
        writeln!(out, "git history is incomplete: some verdicts may be wrong")?;
    }
    Ok(())
}

/// The changes of files as a unified diff, without what nobody may see.
pub fn unified_plan(plan: &Plan) -> String {
    let files = plan.files.iter();
    let diffs = files.map(|(path, text)| diff_of(path, text));
    diffs.collect()
}

/// The change of a file without what nobody may see.
fn diff_of(path: &Utf8Path, text: &Text) -> String {
    let shown = |text: Option<&str>| text.map(|text| masked(path, text));
    let (before, after) = (shown(text.before()), shown(text.after()));
    unified(path.as_str(), before.as_deref(), after.as_deref())
}

fn of_application(
    plan: &Plan,
    application: &Application,
    promotion: &Promotion,
    context: &PlanContext,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    for path in &promotion.files {
        let Some(text) = plan.files.get(path) else {
            continue;
        };
        writeln!(out, "  {}", printable(path.as_str()))?;
        let diff = diff_of(path, text);
        for line in diff.lines().skip(2) {
            let shown = printable(line);
            match line.as_bytes().first() {
                Some(b'-') => writeln!(out, "  {}", paint.with("31", &shown))?,
                Some(b'+') => writeln!(out, "  {}", paint.with("32", &shown))?,
                _ => {}
            }
        }
    }
    commits(application, promotion, context, out)?;
    let effects: Vec<String> = promotion.effects.iter().flat_map(effects_of).collect();
    for (at, effect) in effects.iter().take(EFFECTS).enumerate() {
        let lead = if at == 0 { "cluster" } else { "" };
        writeln!(out, "  {lead:<10}{effect}")?;
    }
    if effects.len() > EFFECTS {
        writeln!(out, "  {:<10}and {} more", "", effects.len() - EFFECTS)?;
    }
    if !promotion.files.is_empty() && promotion.blocks.is_empty() {
        let others = plural(plan.unchanged, "other application");
        let does = if plan.unchanged == 1 { "does" } else { "do" };
        writeln!(
            out,
            "  {:<10}rendered again: nothing else changes, nor {does} {others}",
            "verified"
        )?;
    }
    for block in &promotion.blocks {
        told(out, "blocked", block, plan, application, context)?;
    }
    for warning in &promotion.warnings {
        if is_told_as_lack(warning, &promotion.blocks) {
            continue;
        }
        told(out, "risk", warning, plan, application, context)?;
    }
    for finding in &promotion.resolved {
        let what = of_finding(finding);
        writeln!(out, "  {:<10}{}", "resolved", printable(&what))?;
    }
    stays(plan, application, promotion, context, out)
}

/// The commits of the source that what moves comes from, newest first, each with its fields.
fn commits(
    application: &Application,
    promotion: &Promotion,
    context: &PlanContext,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut known: Vec<(&Commit, Vec<String>)> = Vec::new();
    for (pair, at) in &promotion.moved {
        let difference = &application.files[*pair].differences[*at];
        let Basis::History(told) = &difference.basis else {
            continue;
        };
        let Some(commit) = told.source.as_ref().filter(|own| !own.id.is_empty()) else {
            continue;
        };
        let since = told.left.as_ref().filter(|_| told.behind > 1);
        let field = match since {
            Some(left) => format!(
                "{} ({} versions behind, left behind {})",
                label(&difference.path),
                told.behind,
                age(context.now.saturating_sub(left.time))
            ),
            None => label(&difference.path),
        };
        match known.iter_mut().find(|(own, _)| own.id == commit.id) {
            Some((_, fields)) if fields.contains(&field) => {}
            Some((_, fields)) => fields.push(field),
            None => known.push((commit, vec![field])),
        }
    }
    known.sort_by_key(|(commit, _)| std::cmp::Reverse(commit.time));
    for (at, (commit, fields)) in known.iter().take(COMMITS).enumerate() {
        let lead = if at == 0 { "from" } else { "" };
        let room = context.width.saturating_sub(12);
        writeln!(out, "  {lead:<10}{}", head(&who(commit, context.now), room))?;
        for line in wrapped(fields, room.saturating_sub(2)) {
            writeln!(out, "  {:<10}  {line}", "")?;
        }
    }
    if known.len() > COMMITS {
        let more = plural(known.len() - COMMITS, "commit");
        writeln!(out, "  {:<10}and {more} more", "")?;
    }
    Ok(())
}

/// Some names with commas between them, on lines of so many letters if each fits.
fn wrapped(names: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + name.chars().count() + 2 <= room => {
                line.push(' ');
                line.push_str(name);
                line.push_str(comma);
            }
            _ => lines.push(format!("{name}{comma}")),
        }
    }
    lines
}

/// How people may name a difference: by its last name, if no other field is called so.
fn spoken(application: &Application, difference: &Difference) -> String {
    let full = difference.path.to_string();
    let Some(last) = difference.path.names().next_back().map(str::to_owned) else {
        return full;
    };
    let Some(short) = Pattern::parse(&last).filter(|own| own.matches(&difference.path)) else {
        return full;
    };
    let all = application.files.iter().flat_map(|own| &own.differences);
    let meant = all.filter(|own| short.matches(&own.path)).count();
    let mut rows = application.objects.iter().flat_map(|own| &own.rows);
    let is_other = rows.any(|row| {
        let cause = row
            .cause
            .map(|(pair, at)| &application.files[pair].differences[at]);
        short.matches(&row.field.path) && cause.is_none_or(|own| own.path != difference.path)
    });
    if meant == 1 && !is_other { last } else { full }
}

/// Whether a sensitive value that is not copied is told already, as a key that is missing.
fn is_told_as_lack(warning: &Block, blocks: &[Block]) -> bool {
    let Block::Difference(difference, None) = warning else {
        return false;
    };
    let last = difference.path.names().next_back();
    difference.hold == Some(Hold::Sensitive)
        && blocks
            .iter()
            .any(|block| matches!(block, Block::Lacks(lack) if Some(&*lack.key) == last))
}

/// What does not move.
fn stays(
    plan: &Plan,
    application: &Application,
    promotion: &Promotion,
    context: &PlanContext,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows: Vec<&Row> = application
        .objects
        .iter()
        .flat_map(|own| &own.rows)
        .collect();
    let of = |verdict| rows.iter().filter(move |row| row.verdict == verdict);
    for row in of(Verdict::TargetOnly) {
        let (own, other) = (
            short_of(&row.field, Side::Target),
            short_of(&row.field, Side::Source),
        );
        let field = label(&row.field.path);
        let from = printable(&plan.comparison.from.name);
        writeln!(out, "  {:<10}{field}  {own}, {other} in {from}", "kept")?;
        let why = note(row.verdict, &row.basis, None, context.now);
        if !why.is_empty() {
            let why = head(&why, context.width.saturating_sub(14));
            writeln!(out, "  {:<10}  {why}", "")?;
        }
        let cause = row.cause.filter(|_| matches!(row.basis, Basis::History(_)));
        if let Some((pair, at)) = cause
            && !row.field.is_sensitive
        {
            let field = spoken(application, &application.files[pair].differences[at]);
            let line = back(plan, application, &format!("--only {}", quoted(&field)));
            writeln!(out, "  {:<10}  {line}", "")?;
        }
    }
    let specific = of(Verdict::EnvironmentSpecific).count();
    if specific > 0 {
        writeln!(out, "  {:<10}{specific} environment-specific", "kept")?;
    }
    for (pair, at) in &promotion.excluded {
        let difference = &application.files[*pair].differences[*at];
        if difference.verdict == Verdict::Ahead || difference.verdict == Verdict::Conflict {
            writeln!(out, "  {:<10}{}", "left out", label(&difference.path))?;
        }
    }
    let undecided: Vec<&&Row> = of(Verdict::Undecided).collect();
    if !undecided.is_empty() && !context.show_undecided {
        let count = undecided.len();
        writeln!(out, "  {:<10}{count} (--show undecided)", "undecided")?;
    }
    for row in undecided.into_iter().filter(|_| context.show_undecided) {
        let target = short_of(&row.field, Side::Target);
        let source = short_of(&row.field, Side::Source);
        let field = label(&row.field.path);
        writeln!(
            out,
            "  {:<10}{field}  {target}, {source} in {}",
            "undecided",
            printable(&plan.comparison.from.name)
        )?;
    }
    Ok(())
}

/// What changes of an object, a line for each field.
pub(super) fn effects_of(effect: &ObjectDifference) -> Vec<String> {
    let own = printable(&effect.identity.to_string()).into_owned();
    match (effect.left, effect.right) {
        (None, _) => return vec![format!("{own} is added")],
        (_, None) => return vec![format!("{own} is removed")],
        _ => {}
    }
    let fields = effect.fields.iter().filter(|field| field.noise.is_none());
    let told = |field: &FieldDifference| {
        let [before, after] = both_of(field);
        format!("{own}  {}  {before} → {after}", label(&field.path))
    };
    fields.map(told).collect()
}

fn told(
    out: &mut dyn Write,
    lead: &str,
    block: &Block,
    plan: &Plan,
    application: &Application,
    context: &PlanContext,
) -> io::Result<()> {
    let (what, help) = words(block, plan, application, context);
    for (at, line) in what.iter().enumerate() {
        let lead = if at == 0 { lead } else { "" };
        writeln!(out, "  {lead:<10}{line}")?;
    }
    for line in help {
        writeln!(out, "  {:<10}{line}", "")?;
    }
    Ok(())
}

/// What stands in the way, and what can be done.
fn words(
    block: &Block,
    plan: &Plan,
    application: &Application,
    context: &PlanContext,
) -> (Vec<String>, Vec<String>) {
    let to = &plan.comparison.to.name;
    let one = |text: String| vec![printable(&text).into_owned()];
    match block {
        Block::Difference(difference, refused) => {
            let field = spoken(application, difference);
            let mut what = one(format!("{} {}", label(&difference.path), sides(difference)));
            if difference.verdict == Verdict::Conflict {
                what[0] = format!("CONFLICT {}", what[0]);
            }
            let why = note(
                difference.verdict,
                &difference.basis,
                difference.hold.as_ref(),
                context.now,
            );
            what.extend(
                why.split("; ")
                    .filter(|part| !part.is_empty())
                    .map(|part| head(part, context.width.saturating_sub(12)).into_owned()),
            );
            what.extend(refused.iter().flat_map(|why| one(why.clone())));
            let mut help = Vec::new();
            if difference.verdict == Verdict::Conflict {
                let take = |side: &str| quoted(&format!("{field}={side}"));
                help.push(format!(
                    "--take {} or --take {}",
                    take("source"),
                    take("target")
                ));
                let name = quoted(&field);
                let only = format!("--only {name} --take {name}");
                help.push(back(plan, application, &only));
            } else if difference.hold == Some(Hold::Downgrade) {
                help.push(format!(
                    "--allow-downgrade, or --exclude {}",
                    quoted(&field)
                ));
            } else if let Some(Hold::Missing(_)) = difference.hold {
                help.push(format!("add it there, or --exclude {}", quoted(&field)));
            } else if difference.hold != Some(Hold::Sensitive) {
                if let Some(old) = renamed(application, difference) {
                    let names = quoted(&format!("{old}={field}"));
                    help.push(format!("--rename {names} keeps the value of {to}"));
                }
                let inside = difference.source.as_ref().map(|node| first_in(node.view()));
                let set = quoted(&format!("{field}{}=VALUE", inside.unwrap_or_default()));
                help.push(format!("--set {set}, or --exclude {}", quoted(&field)));
            }
            (
                what,
                help.into_iter()
                    .map(|line| printable(&line).into_owned())
                    .collect(),
            )
        }
        Block::Unknown(why) => (
            one(format!("NOT VERIFIED: {why}")),
            vec!["--allow-unverified continues anyway".to_owned()],
        ),
        Block::Stuck(row) => {
            let (own, other) = (
                short_of(&row.field, Side::Target),
                short_of(&row.field, Side::Source),
            );
            let place = row.place(Side::Target).map(|place| {
                let line = place.start().line;
                format!(": it comes from {}:{line}", place.path())
            });
            let what = format!(
                "{} {own} → {other} is not written in any file of {to}{}",
                label(&row.field.path),
                place.unwrap_or_default()
            );
            let name = quoted(&row.field.path.to_string());
            (
                one(what),
                vec![format!("change it by hand, or --exclude {name}")],
            )
        }
        Block::Elsewhere(what) => (one(format!("{what} would change with it")), Vec::new()),
        Block::NoEffect(difference) => (
            one(format!(
                "{} {} changes nothing that is applied",
                label(&difference.path),
                sides(difference)
            )),
            Vec::new(),
        ),
        Block::Lacks(lack) => lacks(lack),
        Block::Finding(finding) => (
            one(of_finding(finding)),
            // What is said of the rule in general is for `explain`.
            finding
                .help
                .iter()
                .filter(|help| help.as_ref() != finding.rule.remediation.as_ref())
                .flat_map(|help| one(help.to_string()))
                .collect(),
        ),
        Block::Note(what) => (one(what.clone()), Vec::new()),
    }
}

/// The command that promotes something backwards.
fn back(plan: &Plan, application: &Application, what: &str) -> String {
    let (from, to) = (&plan.comparison.from.name, &plan.comparison.to.name);
    let name = application.pair.name.as_str();
    let [one, other, name] = [&**to, &**from, name].map(quoted);
    let line = format!("back to {from}: gitopslint promote {one} {other} {name} {what}");
    printable(&line).into_owned()
}

/// The names below a value that lead to the first one that can be given, each behind a dot; none
/// for a variable, which is given itself.
fn first_in(view: View<'_>) -> String {
    let mut names = String::new();
    let mut open = view;
    while open.kind() == Kind::Map
        && open.get("value").is_none()
        && let Some(entry) = open.entries().next()
    {
        names = format!("{names}.{}", entry.key.text());
        open = entry.value;
    }
    names
}

/// The name that the target may have for what only the source has: the one of the same kind that
/// stands beside it, and that the source no longer has.
fn renamed(application: &Application, new: &Difference) -> Option<String> {
    if new.target.is_some() || new.path.names().next_back().is_none() {
        return None;
    }
    let pair = application
        .files
        .iter()
        .find(|pair| pair.differences.iter().any(|own| own.path == new.path))?;
    let kind = |node: &Option<Node>| node.as_ref().map(|node| node.view().kind());
    let is_like = |own: &&Difference| {
        own.source.is_none()
            && own.path.parent() == new.path.parent()
            && !own.is_sensitive
            && own.field == new.field
            && kind(&own.target) == kind(&new.source)
    };
    let mut alike = pair.differences.iter().filter(is_like);
    match (alike.next(), alike.next()) {
        (Some(old), None) => Some(spoken(application, old)),
        _ => None,
    }
}

fn of_finding(finding: &Finding) -> String {
    let place = finding.place.as_ref();
    let place = place.map(|place| format!("  {}:{}", place.path(), place.start().line));
    format!(
        "{}[{}]: {}{}",
        finding.severity,
        finding.rule.id,
        finding.message,
        place.unwrap_or_default()
    )
}

fn sides(difference: &Difference) -> String {
    let said = |side| difference.said(side).unwrap_or_else(|| "-".to_owned());
    format!("{} → {}", said(Side::Target), said(Side::Source))
}

fn lacks(lack: &Lack) -> (Vec<String>, Vec<String>) {
    let Lack {
        kind,
        name,
        namespace,
        key,
        ..
    } = lack;
    let own = printable(&format!("{kind}/{name}")).into_owned();
    if !lack.is_certain {
        let what = format!(
            "to confirm: key `{}` of {own} is not known from git",
            printable(key)
        );
        return (vec![what], Vec::new());
    }
    let what = format!("key `{}` of {own} is missing", printable(key));
    let help = match &lack.whence {
        Whence::Sealed { file, scope } => {
            let scope = scope.map_or_else(String::new, |scope| format!(" --scope {scope}"));
            let namespace = if namespace.is_empty() {
                String::new()
            } else {
                format!(" --namespace {}", quoted(namespace))
            };
            format!(
                "kubectl create secret generic {}{namespace} --from-file={}=/dev/stdin --dry-run=client -o yaml | kubeseal --format yaml{scope} --merge-into {}",
                quoted(name),
                quoted(key),
                quoted(file.as_str())
            )
        }
        Whence::Plain => "add it there, or leave out what reads it with --exclude".to_owned(),
        Whence::Elsewhere => "add it where the Secret is requested".to_owned(),
    };
    (vec![what], vec![printable(&help).into_owned()])
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '=');
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
