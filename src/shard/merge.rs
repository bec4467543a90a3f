//! The reports of all shards put together, and concluded as one run is.

use rustc_hash::FxHashMap;

use super::report::{ShardReport, settings};
use super::texts::{Known, Reader};
use crate::judge::judged::Judged;
use crate::judge::redact::Sensitive;
use crate::pipeline::{Concluded, Part};
use crate::request::Request;
use crate::rule::RuleId;
use crate::setup::Setup;
use crate::snapshot::Repository;

/// What all shards come to.
#[derive(Debug)]
pub struct Merged {
    /// What they were asked for.
    pub request: Request,
    /// What one run would have reported.
    pub concluded: Concluded,
}

/// Puts the reports of shards together, each with a name for messages. The files that findings are
/// in are read from the repository, which has to be as the shards have read it.
///
/// # Errors
/// The reports do not belong together or to this repository, or one is missing; with why.
pub fn merge(
    setup: &Setup,
    repository: &dyn Repository,
    mut reports: Vec<(String, ShardReport)>,
) -> Result<Merged, String> {
    reports.sort_by_key(|(_, report)| report.shard.number());
    agree(&reports)?;
    let Some((_, first)) = reports.first() else {
        return Err("there is no report".to_owned());
    };
    if first.settings != settings(setup) {
        return Err(
            "the shards were judged by another configuration, baseline or policies than are here"
                .to_owned(),
        );
    }
    let is_shared = reports.len() > 1;
    let request = first.asked.request()?;
    let rules: FxHashMap<&str, &RuleId> =
        setup.rules().iter().map(|rule| (&*rule.id, rule)).collect();
    let mut known = Known::default();
    let mut whole: Option<Part> = None;
    for (name, report) in reports {
        let part = part(report, (setup, repository), &rules, &mut known)
            .map_err(|why| format!("{name}: {why}"))?;
        match &mut whole {
            Some(whole) => whole.add(part),
            None => whole = Some(part),
        }
    }
    let whole = whole.ok_or("there is no report")?;
    if let Some(why) = whole.spent.excess().filter(|_| is_shared) {
        return Err(format!(
            "{why}, so one run would not evaluate all that the shards do"
        ));
    }
    Ok(Merged {
        concluded: setup.conclude(repository, &request, whole),
        request,
    })
}

/// Whether the reports, in order, are those of all shards of one check.
fn agree(reports: &[(String, ShardReport)]) -> Result<(), String> {
    let Some(((first_name, first), others)) = reports.split_first() else {
        return Ok(());
    };
    for (name, report) in others {
        let differ = |what: &str| Err(format!("{first_name} and {name} {what}"));
        if report.shard.of() != first.shard.of() {
            return differ("are shards of different numbers");
        }
        if report.asked.on_any_day() != first.asked.on_any_day() {
            return differ("were asked for different things");
        }
        if report.asked != first.asked {
            return differ("are of different days, on which other ignores may have expired");
        }
        if report.settings != first.settings {
            return differ("were judged by different configurations, baselines or policies");
        }
        if report.seen != first.seen || report.summary != first.summary {
            return differ("have seen different files");
        }
    }
    for pair in reports.windows(2) {
        if let [(a, one), (b, other)] = pair
            && one.shard == other.shard
        {
            return Err(format!("{a} and {b} are both shard {}", one.shard));
        }
    }
    let of = first.shard.of();
    let is_here = |number: &usize| reports.iter().any(|(_, r)| r.shard.number() == *number);
    let missing: Vec<String> = (1..=of.get())
        .filter(|number| !is_here(number))
        .map(|number| format!("{number}/{of}"))
        .collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(format!("shard {one} is missing")),
        several => Err(format!("shards {} are missing", several.join(", "))),
    }
}

fn part(
    mut report: ShardReport,
    here: (&Setup, &dyn Repository),
    rules: &FxHashMap<&str, &RuleId>,
    known: &mut Known,
) -> Result<Part, String> {
    let mut sensitive = Sensitive::default();
    let texts = std::mem::take(&mut report.texts);
    let texts = Reader::new(texts, here, known, &mut sensitive)?;
    let used = std::mem::take(&mut report.used_ignores);
    let mut part = Part {
        judged: Judged::default(),
        summary: std::mem::take(&mut report.summary),
        tally: std::mem::take(&mut report.tally),
        spent: std::mem::take(&mut report.spent),
        seen: 0,
        sensitive,
        unrendered: std::mem::take(&mut report.unrendered),
        unused_paths: std::mem::take(&mut report.unused_paths),
    };
    part.judged = report.judged(&texts, rules)?;
    for (path, start, end) in used {
        part.judged
            .use_ignore(&path, manifest::Span::new(start, end));
    }
    Ok(part)
}
