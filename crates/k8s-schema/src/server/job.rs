//! Jobs, and what makes them by the clock.

use super::at::At;
use super::seen::Seen;
use super::{cron, pod, selector, text, time_zone, workload};
use crate::check::Check;

/// Since this minor version a schedule cannot name its time zone.
const NO_ZONE_IN_SCHEDULE_SINCE: u16 = 29;

/// The labels that the server gives to the pods of a Job.
const NAME_LABELS: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];
const UID_LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];

const MAX_INDEXED: i64 = 100_000;
const MAX_RULES: usize = 20;
const MAX_EXIT_CODES: usize = 255;

pub(super) fn job(check: &mut Check, object: &At<'_, '_>) {
    let spec = object.get("spec");
    let template = spec.get("template");
    let labels = template.get("metadata");
    let labels = labels.get("labels");
    let asked = spec.get("selector");
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    if spec.get("manualSelector").is_true() {
        if !asked.is_set() {
            check.required(&asked, Some("`manualSelector` says that there is one"));
        }
        selector::labels(check, &asked);
        if let Some(part) = selector::mismatch(&asked, &labels) {
            workload::mismatch(check, &labels, &part);
        }
    } else {
        generated(check, &name, &asked, &labels);
    }
    indexed_name(check, &spec, &name);
    job_spec(check, &spec);
}

/// Selector and labels that the server makes must not be set to anything else.
fn generated(check: &mut Check, name: &At<'_, '_>, asked: &At<'_, '_>, labels: &At<'_, '_>) {
    let is_own = |key: &str, value: &At<'_, '_>| {
        NAME_LABELS.contains(&key) && (value.text() == name.text() || name.is_empty())
    };
    let equal = asked.get("matchLabels");
    let has_other = equal.fields().any(|(key, value)| !is_own(key, &value));
    if has_other || !asked.get("matchExpressions").is_empty() {
        let reason = "must not be set without `manualSelector: true`: the server makes one";
        check.forbidden(asked, reason);
    }
    for (key, value) in labels.fields() {
        if UID_LABELS.contains(&key) || (NAME_LABELS.contains(&key) && !is_own(key, &value)) {
            check.invalid_key(&value, "the label", "is one that the server sets");
        }
    }
}

/// Pods of indexed Jobs are called after the Job and their index.
fn indexed_name(check: &mut Check, spec: &At<'_, '_>, name: &At<'_, '_>) {
    if spec.get("completionMode").text() != "Indexed" || name.is_empty() || name.is_open() {
        return;
    }
    if let Some(count) = check.int(&spec.get("completions"))
        && count > 0
    {
        let host = format!("{}-{}", name.text(), count - 1);
        if let Some(reason) = text::label(&host) {
            let message = format_args!("makes pods with the host name `{host}`, which {reason}");
            check.invalid(name, message);
        }
    }
}

fn job_spec(check: &mut Check, spec: &At<'_, '_>) {
    for (key, field) in spec.fields() {
        match key {
            "parallelism"
            | "completions"
            | "activeDeadlineSeconds"
            | "backoffLimit"
            | "ttlSecondsAfterFinished"
            | "backoffLimitPerIndex"
            | "maxFailedIndexes" => {
                check.not_negative(&field);
            }
            "managedBy" if field.is_set() => {
                check.required_text(&field, text::domain_path);
                if field.text().len() > 63 {
                    check.invalid(&field, "must not be longer than 63 characters");
                }
            }
            "podFailurePolicy" if field.is_set() => failure_policy(check, spec, &field),
            "successPolicy" if field.is_set() => success_policy(check, spec, &field),
            "podReplacementPolicy"
                if field.text() == "TerminatingOrFailed"
                    && spec.get("podFailurePolicy").is_set() =>
            {
                check.invalid(&field, "must be `Failed` together with `podFailurePolicy`");
            }
            _ => {}
        }
    }
    indexed(check, spec);
    let template = spec.get("template");
    pod::template(check, &template);
    let pods = template.get("spec");
    let policy = pods.get("restartPolicy");
    match policy.text() {
        "" => check.required(
            &policy,
            Some("a Job needs `OnFailure` or `Never`, and the default is `Always`"),
        ),
        "OnFailure" if spec.get("podFailurePolicy").is_set() => {
            check.invalid(&policy, "must be `Never` together with `podFailurePolicy`");
        }
        "OnFailure" | "Never" => {}
        _ => check.unsupported(&policy, &["OnFailure", "Never"]),
    }
}

fn indexed(check: &mut Check, spec: &At<'_, '_>) {
    let mode = spec.get("completionMode");
    let completions = spec.get("completions");
    let parallelism = spec.get("parallelism");
    let per_index = spec.get("backoffLimitPerIndex");
    let failed = spec.get("maxFailedIndexes");
    if failed.is_set() && !per_index.is_set() {
        check.required(&per_index, Some("`maxFailedIndexes` needs it"));
    }
    if mode.is_open() {
        return;
    }
    if mode.text() != "Indexed" {
        for field in [per_index, failed] {
            if field.is_set() {
                check.forbidden(&field, "may only be set with the completion mode `Indexed`");
            }
        }
        return;
    }
    if !completions.is_set() {
        check.required(&completions, Some("the completion mode `Indexed` needs it"));
    }
    check.range(&parallelism, 0, MAX_INDEXED);
    let count = check.int(&completions);
    let most = check.int(&failed);
    if let (Some(count), Some(most)) = (count, most)
        && most > count
    {
        check.invalid(&failed, "must not be more than `completions`");
    }
    check.range(&failed, 0, MAX_INDEXED);
    if count.is_some_and(|count| count > MAX_INDEXED) && per_index.is_set() {
        if !failed.is_set() {
            check.required(&failed, Some("more than 100,000 completions need it"));
        }
        check.range(&parallelism, 0, MAX_INDEXED / 10);
        check.range(&failed, 0, MAX_INDEXED / 10);
    }
}

fn failure_policy(check: &mut Check, spec: &At<'_, '_>, policy: &At<'_, '_>) {
    let rules = policy.get("rules");
    if rules.count() > MAX_RULES {
        check.invalid(&rules, "must not have more than 20 items");
    }
    let mut names = Seen::new();
    let template = spec.get("template");
    let pods = template.get("spec");
    for list in ["containers", "initContainers"] {
        for container in pods.get(list).items() {
            names.insert(container.get("name").text());
        }
    }
    for rule in rules.items() {
        let action = rule.get("action");
        check.not_empty(&action);
        if action.text() == "FailIndex" && !spec.get("backoffLimitPerIndex").is_set() {
            check.invalid(&action, "needs `backoffLimitPerIndex`");
        }
        let codes = rule.get("onExitCodes");
        let conditions = rule.get("onPodConditions");
        match (codes.is_set(), !conditions.is_empty()) {
            (true, true) => {
                check.forbidden(&conditions, "must not be set together with `onExitCodes`")
            }
            (false, false) => {
                check.invalid(&rule, "must have either `onExitCodes` or `onPodConditions`")
            }
            (true, false) => exit_codes(check, &codes, &names),
            (false, true) => {
                if conditions.count() > MAX_RULES {
                    check.invalid(&conditions, "must not have more than 20 items");
                }
                for condition in conditions.items() {
                    check.required_text(&condition.get("type"), text::label_key);
                }
            }
        }
    }
}

fn exit_codes<'v>(check: &mut Check, codes: &At<'v, '_>, names: &Seen<&'v str>) {
    let operator = codes.get("operator");
    check.not_empty(&operator);
    let container = codes.get("containerName");
    if container.is_set() && !names.contains(container.text()) {
        check.invalid(&container, "is not a container of the template");
    }
    let values = codes.get("values");
    check.not_empty(&values);
    if values.count() > MAX_EXIT_CODES {
        check.invalid(&values, "must not have more than 255 items");
    }
    let mut last = None;
    for value in values.items() {
        let Some(code) = check.int(&value) else {
            continue;
        };
        if code == 0 && operator.text() == "In" {
            check.invalid(&value, "must not be among the codes of failures");
        }
        match last {
            Some(last) if code == last => {
                check.duplicate(&value, format!("duplicate exit code {code}"))
            }
            Some(last) if code < last => check.invalid(&value, "must be in ascending order"),
            _ => {}
        }
        last = Some(code);
    }
}

fn success_policy(check: &mut Check, spec: &At<'_, '_>, policy: &At<'_, '_>) {
    if spec.get("completionMode").text() != "Indexed" {
        check.forbidden(policy, "may only be set with the completion mode `Indexed`");
        return;
    }
    let completions = check.int(&spec.get("completions"));
    let rules = policy.get("rules");
    check.not_empty(&rules);
    if rules.count() > MAX_RULES {
        check.invalid(&rules, "must not have more than 20 items");
    }
    for rule in rules.items() {
        let count = rule.get("succeededCount");
        let indexes = rule.get("succeededIndexes");
        if !count.is_set() && !indexes.is_set() {
            check.invalid(&rule, "must have `succeededCount` or `succeededIndexes`");
        }
        check.not_negative(&count);
        let Some(completions) = completions else {
            continue;
        };
        let mut most = completions;
        if indexes.is_set() {
            match count_indexes(indexes.text(), completions) {
                Some(total) => most = most.min(total),
                None => check.invalid(
                    &indexes,
                    "must be ascending indexes and ranges below `completions`, such as `0,2-4`",
                ),
            }
        }
        if check.int(&count).is_some_and(|count| count > most) {
            check.invalid(
                &count,
                format_args!("must not be more than the {most} that can succeed"),
            );
        }
    }
}

/// How many indexes a text such as `0,2-4` lists.
fn count_indexes(text: &str, completions: i64) -> Option<i64> {
    let mut total = 0;
    let mut last = -1;
    for range in text.split(',').filter(|_| !text.is_empty()) {
        let (start, end) = range.split_once('-').unwrap_or((range, range));
        let (start, end): (i64, i64) = (start.parse().ok()?, end.parse().ok()?);
        let is_range = range.contains('-');
        if start <= last || end >= completions || start > end || (is_range && start == end) {
            return None;
        }
        total += end - start + 1;
        last = end;
    }
    Some(total)
}

pub(super) fn cron_job(check: &mut Check, object: &At<'_, '_>) {
    let metadata = object.get("metadata");
    let name = metadata.get("name");
    if name.text().len() > 52 {
        check.invalid(
            &name,
            "must not be longer than 52 characters: the Jobs' names get 11 more",
        );
    }
    let spec = object.get("spec");
    let schedule = spec.get("schedule");
    let may_have_zone = check.version.minor() < NO_ZONE_IN_SCHEDULE_SINCE;
    if schedule.is_empty() {
        check.required(&schedule, None);
    } else if let Some(fault) = cron::fault(schedule.text(), may_have_zone) {
        check.invalid(&schedule, fault);
    }
    let zone = spec.get("timeZone");
    if zone.is_set()
        && let Some(fault) = time_zone::fault(zone.text())
    {
        check.invalid(&zone, fault);
    }
    for field in [
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ] {
        check.not_negative(&spec.get(field));
    }
    let template = spec.get("jobTemplate");
    super::meta::template(check, &template.get("metadata"));
    let job = template.get("spec");
    for field in ["selector", "manualSelector"] {
        let field = job.get(field);
        if field.is_set() && !field.is_false() {
            check.forbidden(
                &field,
                "must not be set in a CronJob: the server makes the selector",
            );
        }
    }
    job_spec(check, &job);
}
