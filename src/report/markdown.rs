//! A page for a pull request's comment or a step summary.

use std::collections::BTreeMap;
use std::io;

use super::block::Block;
use super::{Context, escape, words};
use crate::judge::finding::{Finding, Report};
use crate::rule::{Rule, Severity, Tier};

/// The bytes that a page may have: a comment can hold 64 kB, with what others put around it.
const LIMIT: usize = 60_000;
/// How much of that is kept for the index of what did not fit.
const INDEX: usize = 8_000;
/// How many environments the table tells apart.
const MAX_ROWS: usize = 40;
/// Characters that mean something within a line.
const SPECIAL: &str = r"\`*_[]<>#|~&$";

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let listed = report
        .findings
        .iter()
        .filter(|f| f.suppressed.is_none() && context.lists(f.severity));
    let listed: Vec<&Finding> = listed.collect();

    let mut page = format!("## gitopslint: {}\n\n", text(&words::counts(report, "")));
    page.push_str(&environments(&listed));
    let about = [
        words::most(&listed),
        words::gate(&report.summary),
        words::change(&report.summary),
    ];
    for line in about.into_iter().flatten() {
        page.push_str(&format!("{}\n\n", text(&line)));
    }
    let accounts = text(&words::accounts(&report.summary, context));
    page.push_str(&format!("{accounts}\n"));
    if let Some(not_checked) = words::not_checked(&report.summary, context) {
        page.push_str(&format!("\n**NOT CHECKED**: {}\n", text(&not_checked)));
    }
    let index = push_findings(&mut page, &listed, context);
    push_index(&mut page, &index);
    if page.len() > LIMIT {
        let mut bytes = page.bytes().take(LIMIT);
        let last = bytes.rposition(|byte| byte == b'\n');
        page.truncate(last.map_or(0, |at| at + 1));
    }
    out.write_all(page.as_bytes())
}

/// How many findings each environment has.
fn environments(listed: &[&Finding]) -> String {
    let mut rows: BTreeMap<(Tier, Option<&str>), [usize; 2]> = BTreeMap::new();
    for finding in listed {
        let mut worst: BTreeMap<_, Severity> = BTreeMap::new();
        for affected in &finding.affected {
            let row = (affected.tier, affected.environment.as_deref());
            let severity = worst.entry(row).or_insert(affected.severity);
            *severity = affected.severity.max(*severity);
        }
        for (row, severity) in worst {
            let [errors, warnings] = rows.entry(row).or_default();
            match severity {
                Severity::Error => *errors += 1,
                Severity::Warning => *warnings += 1,
                Severity::Info | Severity::Off => {}
            }
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut table = "| environment | errors | warnings |\n|---|--:|--:|\n".to_owned();
    for ((_, name), [errors, warnings]) in rows.iter().take(MAX_ROWS) {
        let name = text(name.unwrap_or("unassigned"));
        let (errors, warnings) = (words::number(*errors), words::number(*warnings));
        table.push_str(&format!("| {name} | {errors} | {warnings} |\n"));
    }
    if let Some(more) = rows.len().checked_sub(MAX_ROWS).filter(|more| *more > 0) {
        table.push_str(&format!("| and {} more | | |\n", words::number(more)));
    }
    table.push('\n');
    table
}

/// Adds the findings, those of a file together and files with errors first, as far as there is
/// room. What remains is returned, a line for each file.
fn push_findings(page: &mut String, listed: &[&Finding], context: &Context<'_>) -> Vec<String> {
    let mut files: BTreeMap<Option<String>, Vec<&Finding>> = BTreeMap::new();
    for finding in listed {
        let file = finding.place.as_ref().and_then(|p| context.file(p));
        files.entry(file).or_default().push(finding);
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_key(|(_, findings)| findings.iter().all(|f| f.severity != Severity::Error));

    let mut index = Vec::new();
    for (file, findings) in files {
        let title = match file {
            Some(file) => code(&escape::path(&file)),
            None => "Without a file".to_owned(),
        };
        let mut head = format!("\n### {title}\n\n");
        let mut shown = 0;
        for block in Block::all(&findings) {
            let item = item(block, context);
            if page.len() + head.len() + item.len() + INDEX > LIMIT {
                break;
            }
            page.push_str(&std::mem::take(&mut head));
            page.push_str(&item);
            shown += block.findings.len();
        }
        if let Some(rest) = findings.get(shown..).filter(|rest| !rest.is_empty()) {
            let count = |severity| rest.iter().filter(|f| f.severity == severity).count();
            let counts = [
                (count(Severity::Error), "error"),
                (count(Severity::Warning), "warning"),
            ];
            let counts = counts.into_iter().filter(|(count, _)| *count > 0);
            let counts: Vec<_> = counts.map(|(n, noun)| words::plural(n, noun)).collect();
            index.push(format!("- {title}: {}\n", counts.join(", ")));
        }
    }
    index
}

/// Adds what did not fit, as far as there is room.
fn push_index(page: &mut String, index: &[String]) {
    if index.is_empty() {
        return;
    }
    page.push_str("\n### Not shown for lack of space\n\n");
    for (at, line) in index.iter().enumerate() {
        if page.len() + line.len() + 100 > LIMIT {
            let more = words::plural(index.len() - at, "more file");
            page.push_str(&format!("- {more}\n"));
            break;
        }
        page.push_str(line);
    }
}

fn item(block: Block<'_>, context: &Context<'_>) -> String {
    let place = block.first.place.as_ref().map(|place| {
        let start = place.start();
        format!("{}:{} ", start.line, start.column)
    });
    let place = place.unwrap_or_default();
    let messages = block.findings.iter().map(|finding| {
        let rule = code(&finding.rule.id);
        format!(
            "**{}** {place}{} ({rule})",
            finding.severity,
            text(&finding.message)
        )
    });
    let mut lines: Vec<_> = messages.collect();
    lines.extend(words::affects(block.first, context).map(|it| text(&it)));
    lines.extend(block.notes(context).iter().map(|it| text(it)));
    lines.extend(block.help().iter().map(|it| format!("help: {}", text(it))));
    if !block.first.owners.is_empty() {
        // As code: a team that is named in a comment would be notified.
        let owners = block.first.owners.iter().map(|name| code(name));
        lines.push(format!(
            "owned by {}",
            owners.collect::<Vec<_>>().join(", ")
        ));
    }
    format!("- {}\n", lines.join("<br>"))
}

/// All that is known of a rule.
pub(super) fn rule(rule: &Rule) -> String {
    let mut page = format!(
        "{}\n\n**How to fix it:** {}\n",
        text(&rule.description),
        text(&rule.remediation)
    );
    for (name, example) in [("Bad", &rule.bad), ("Good", &rule.good)] {
        if let Some(example) = example {
            let fence = fence(example, 3);
            let example = example.trim_end();
            page.push_str(&format!("\n{name}:\n\n{fence}yaml\n{example}\n{fence}\n"));
        }
    }
    if !rule.references.is_empty() {
        page.push_str(&format!("\nSee {}.\n", text(&rule.references.join(", "))));
    }
    page
}

/// Prose in which nothing but pairs of backticks has a meaning.
fn text(prose: &str) -> String {
    let prose = escape::prose(prose);
    let parts: Vec<&str> = prose.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(&prose);
    }
    let parts = parts.iter().enumerate().map(|(index, part)| {
        if index % 2 == 1 && !part.trim().is_empty() {
            code(part)
        } else {
            plain(part)
        }
    });
    parts.collect()
}

fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if SPECIAL.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
        if c == '@' {
            // Nobody is to be called by what a repository says.
            escaped.push_str("&#8203;");
        }
    }
    escaped
}

fn code(text: &str) -> String {
    let text = escape::printable(text);
    let fence = fence(&text, 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Backticks, more than stand together anywhere in `text`, and `least` of them.
fn fence(text: &str, least: usize) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let longest = runs.max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::Format;
    use super::super::samples::{api_in, at, clean, finding, hostile, sample, source};
    use super::*;

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Markdown), @r#"
        ## gitopslint: 3 errors, 3 warnings (1 info; 1 suppressed)

        | environment | errors | warnings |
        |---|--:|--:|
        | dev | 2 | 0 |
        | unassigned | 0 | 1 |
        | stage | 2 | 0 |
        | prod-eu | 0 | 2 |
        | prod-us | 0 | 2 |
        | production | 3 | 0 |

        63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not rendered, 2 unreferenced (apps/old.yaml, apps/older.yaml)

        **NOT CHECKED**: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)

        ### `base/deployment.yaml`

        - **warning** 8:7 container `api` can write to its root file system (`writable-root-filesystem`)<br>**warning** 8:7 container `api` may use every system call (`missing-seccomp-profile`)<br>warning in prod-eu, prod-us; info in stage<br>help: set `readOnlyRootFilesystem: true`<br>help: set `seccompProfile.type: RuntimeDefault`<br>owned by `@acme/apps`
        - **error** 12:11 container `api` runs privileged (`privileged-container`)<br>affects dev, stage, production<br>help: remove it, or add the one capability needed
        - **error** 15:18 `DB_PASSWORD` is written in the open (`plain-secret`)<br>affects dev, stage, production

        ### `overlays/production/patch.yaml`

        - **error** 6:33 `ghcr.io/acme/api:latest` can change under you (`mutable-image-tag`)<br>production only<br>overrides this: ghcr.io/acme/api:1.4.2 at base/deployment.yaml:10:16

        ### Without a file

        - **warning** the chart is not in the repository (`does-not-render`)<br>affects charts/redis
        "#);
    }

    #[test]
    fn nothing_found() {
        assert_snapshot!(clean().write(Format::Markdown), @r#"
        ## gitopslint: no errors, no warnings

        3 targets, 12 objects, 5 files: 5 used
        "#);
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_snapshot!(hostile().write(Format::Markdown), @r#"
        ## gitopslint: 1 error, no warnings

        | environment | errors | warnings |
        |---|--:|--:|
        | dev ::warning:: | 1 | 0 |

        1 target, 0 objects, 1 file: 1 unreferenced (\\u{1b}c\|\<b\>.yaml)

        **NOT CHECKED**: 2 objects\\u{7} (K\\n::error:: 2)

        ### ``./::set-output name=a,b::\u{1b}]0;x\u{7}\n%0A|`<b>`@all.yaml``

        - **error** 1:8 \`a\\u{1b}\[31m\` ::error::\\u{9b}31m 100% \<script\> \| \[x\](http://x) @&#8203;all {0} \` (`` bad\n:rule,` ``)<br>dev\\n::warning:: only<br>see ::debug::: `b` at ./::set-output name=a,b::\\u{1b}\]0;x\\u{7}\\n%0A\|`<b>`@&#8203;all.yaml:1:21<br>help: first ::stop-commands::x
        "#);
    }

    #[test]
    fn all_that_is_known_of_a_rule() {
        let sample = sample();
        let rule = Rule {
            bad: Some("a: |\n  ```\n".into()),
            ..Rule::clone(&sample.rules[0])
        };
        assert_snapshot!(super::rule(&rule), @r#"
        Why privileged-container is bad.

        **How to fix it:** How to fix privileged-container.

        Bad:

        ````yaml
        a: |
          ```
        ````

        Good:

        ```yaml
        privileged: false
        ```

        See CIS 5.2.2.
        "#);
    }

    #[test]
    fn a_page_fits_a_comment() {
        let mut sample = clean();
        for name in 0..3000 {
            let file = source(&format!("apps/{name}/deployment.yaml"), "a: 1\n");
            let severity = if name % 100 == 7 {
                Severity::Error
            } else {
                Severity::Warning
            };
            let environment = format!("env-{}", name % 50);
            sample.report.findings.push(Finding {
                affected: api_in([(environment.as_str(), Tier::Dev, severity)]),
                ..finding(severity, "bad", "this is bad", Some(at(&file, "1")))
            });
        }
        let shown = sample.write(Format::Markdown);
        assert!(shown.len() <= LIMIT);
        assert!(shown.len() > LIMIT - INDEX);
        assert_eq!(shown.matches("**error**").count(), 30);
        assert!(shown.contains("\n| and 10 more | | |\n"));
        let (sections, index) = shown.split_once("### Not shown for lack of space").unwrap();
        let shown = sections.matches("\n### `apps/").count();
        let indexed = index.matches("\n- `apps/").count();
        let more = words::number(3000 - shown - indexed);
        assert!(index.ends_with(&format!("\n- {more} more files\n")));
    }

    #[test]
    fn a_page_of_long_names_fits_a_comment() {
        let mut sample = clean();
        let long = |n: usize| format!("{n}{}", "ü*".repeat(9000)).into();
        sample.report.summary.unreferenced = (0..6).map(long).collect();
        let shown = sample.write(Format::Markdown);
        assert_eq!(shown, "## gitopslint: no errors, no warnings\n\n");
    }
}
