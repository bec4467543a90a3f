//! Workflow commands: GitHub shows each as an annotation on the line that it names.

use std::io;

use super::block::Block;
use super::{Context, escape, words};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

/// How many annotations of one level GitHub takes from a step; it drops the others.
const LIMIT: usize = 10;

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut left_out = Vec::new();
    for (severity, command, room) in [
        (Severity::Error, "error", LIMIT),
        (Severity::Warning, "warning", LIMIT),
        // The summary is a notice too.
        (Severity::Info, "notice", LIMIT - 1),
    ] {
        let mut those: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|f| f.suppressed.is_none() && f.severity == severity && context.lists(severity))
            .collect();
        if let Some(changed) = context.workflow.changed {
            those.sort_by_key(|finding| !changed.hold(finding));
        }
        let mut shown = 0;
        for block in Block::all(&those).take(room) {
            writeln!(out, "{}", annotation(command, block, context))?;
            shown += block.findings.len();
        }
        if those.len() > shown {
            let more = those.len() - shown;
            left_out.push(match severity {
                Severity::Info | Severity::Off => format!("{} more info", words::number(more)),
                _ => words::plural(more, &format!("more {severity}")),
            });
        }
    }

    let mut lines = vec![words::counts(report, "")];
    if !left_out.is_empty() {
        let page = context.workflow.page;
        let page = page.map_or_else(String::new, |page| format!(": {}", escape::printable(page)));
        lines.push(format!(
            "{} without an annotation{page}",
            left_out.join(", ")
        ));
    }
    lines.extend(words::gate(&report.summary));
    lines.extend(words::change(&report.summary));
    lines.push(words::accounts(&report.summary, context));
    lines.extend(
        words::not_checked(&report.summary, context).map(|it| format!("NOT CHECKED: {it}")),
    );
    writeln!(
        out,
        "::notice title=gitopslint::{}",
        data(&lines.join("\n"))
    )
}

fn annotation(command: &str, block: Block<'_>, context: &Context<'_>) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &block.first.place
        && let Some(file) = context.file(place)
    {
        let (start, end) = (place.start(), place.end());
        properties.push(format!("file={}", property(&escape::printable(&file))));
        properties.push(format!("line={}", start.line));
        properties.push(format!("endLine={}", end.line));
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
            properties.push(format!("endColumn={}", end.column));
        }
    }
    let rules = block.findings.iter().map(|f| escape::printable(&f.rule.id));
    let rules: Vec<_> = rules.collect();
    properties.push(format!("title={}", property(&rules.join(", "))));

    let messages = block.findings.iter().map(|f| escape::prose(&f.message));
    let mut lines: Vec<_> = messages.collect();
    lines.extend(words::affects(block.first, context));
    lines.extend(block.notes(context));
    lines.extend(block.help().iter().map(|help| format!("help: {help}")));
    let message = data(&lines.join("\n"));
    format!("::{command} {}::{message}", properties.join(","))
}

/// An error at a line of a file, for what is wrong before there is a report.
pub fn error_annotation(file: &str, line: u32, message: &str) -> String {
    let file = property(&escape::printable(file));
    let message = data(&escape::prose(message));
    format!("::error file={file},line={line},title=gitopslint::{message}")
}

/// Text as a command's data.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text as the value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Span;

    use super::super::samples::{at, clean, finding, hostile, sample, source};
    use super::super::{ChangedLines, Format};
    use super::*;

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Github), @r#"
        ::error file=base/deployment.yaml,line=12,endLine=12,col=11,endColumn=27,title=privileged-container::container `api` runs privileged%0Aaffects dev, stage, production%0Ahelp: remove it, or add the one capability needed
        ::error file=base/deployment.yaml,line=15,endLine=15,col=18,endColumn=25,title=plain-secret::`DB_PASSWORD` is written in the open%0Aaffects dev, stage, production
        ::error file=overlays/production/patch.yaml,line=6,endLine=6,col=33,endColumn=39,title=mutable-image-tag::`ghcr.io/acme/api:latest` can change under you%0Aproduction only%0Aoverrides this: ghcr.io/acme/api:1.4.2 at base/deployment.yaml:10:16
        ::warning file=base/deployment.yaml,line=8,endLine=8,col=7,endColumn=17,title=writable-root-filesystem%2C missing-seccomp-profile::container `api` can write to its root file system%0Acontainer `api` may use every system call%0Awarning in prod-eu, prod-us; info in stage%0Ahelp: set `readOnlyRootFilesystem: true`%0Ahelp: set `seccompProfile.type: RuntimeDefault`
        ::warning title=does-not-render::the chart is not in the repository%0Aaffects charts/redis
        ::notice title=gitopslint::3 errors, 3 warnings (1 info; 1 suppressed)%0A63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not rendered, 2 unreferenced (apps/old.yaml, apps/older.yaml)%0ANOT CHECKED: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)
        "#);
    }

    #[test]
    fn nothing_found() {
        assert_snapshot!(clean().write(Format::Github), @r#"::notice title=gitopslint::no errors, no warnings%0A3 targets, 12 objects, 5 files: 5 used"#);
    }

    #[test]
    fn hostile_text_gives_no_command() {
        let shown = hostile().write(Format::Github);
        assert_snapshot!(shown, @r#"
        ::error file=%3A%3Aset-output name=a%2Cb%3A%3A\u{1b}]0;x\u{7}\n%250A|`<b>`@all.yaml,line=1,endLine=1,col=8,endColumn=18,title=bad\n%3Arule%2C`::`a\u{1b}[31m` ::error::\u{9b}31m 100%25 <script> | [x](http://x) @all {0} `%0Adev\n::warning:: only%0Asee ::debug::: `b` at ./::set-output name=a,b::\u{1b}]0;x\u{7}\n%250A|`<b>`@all.yaml:1:21%0Ahelp: first ::stop-commands::x
        ::notice title=gitopslint::1 error, no warnings%0A1 target, 0 objects, 1 file: 1 unreferenced (\u{1b}c|<b>.yaml)%0ANOT CHECKED: 2 objects\u{7} (K\n::error:: 2)
        "#);
        assert!(
            shown
                .lines()
                .all(|line| line.starts_with("::error ") || line.starts_with("::notice "))
        );
    }

    #[test]
    fn columns_are_left_out_for_several_lines() {
        let file = source("a.yaml", "a:\n  b: 1\n");
        let one = finding(
            Severity::Error,
            "bad",
            "100% bad",
            Some(at(&file, "a:\n  b")),
        );
        let mut sample = clean();
        sample.report.findings = vec![one];
        let shown = sample.write(Format::Github);
        let first = shown.lines().next();
        assert_eq!(
            first,
            Some("::error file=a.yaml,line=1,endLine=2,title=bad::100%25 bad")
        );
    }

    #[test]
    fn lines_of_the_change_come_first_and_the_rest_is_linked() {
        let file = source("a.yaml", &"a: 1\n".repeat(12));
        let one = |n: u32| {
            let mut place = at(&file, "1");
            place.span = Span::new(5 * n + 3, 5 * n + 4);
            finding(Severity::Error, "bad", "this is bad", Some(place))
        };
        let mut sample = clean();
        sample.report.findings = (0..12).map(one).collect();
        let mut changed = ChangedLines::default();
        let before = "a: 1\n".repeat(10);
        changed.add("a.yaml".into(), Some(&before), file.tree.text());
        let mut context = sample.context();
        context.workflow.changed = Some(&changed);
        context.workflow.page = Some("https://github.com/a/b/actions/runs/1");
        let mut shown = Vec::new();
        write(&sample.report, &context, &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        let lines: Vec<_> = shown
            .lines()
            .filter_map(|line| Some(line.split_once(",line=")?.1.split_once(',')?.0))
            .collect();
        assert_eq!(lines, ["11", "12", "1", "2", "3", "4", "5", "6", "7", "8"]);
        assert_snapshot!(shown.lines().last().unwrap(), @"::notice title=gitopslint::12 errors, no warnings%0A2 more errors without an annotation: https://github.com/a/b/actions/runs/1%0A3 targets, 12 objects, 5 files: 5 used");
    }

    #[test]
    fn ten_of_each_level_and_errors_first() {
        let file = source("a.yaml", &"a: 1\n".repeat(1100));
        let many = |severity, count| {
            let one = |n: u32| {
                let mut place = at(&file, "1");
                place.span = Span::new(5 * n + 3, 5 * n + 4);
                finding(severity, "bad", "this is bad", Some(place))
            };
            (0..count).map(one).collect::<Vec<_>>()
        };
        let mut sample = clean();
        sample.report.findings = [
            many(Severity::Warning, 11),
            many(Severity::Error, 1012),
            many(Severity::Info, 10),
        ]
        .concat();
        let shown = sample.write_with(Format::Github, |context| context.show_info = true);
        let commands: Vec<_> = shown
            .lines()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(commands[..10], ["::error"; 10]);
        assert_eq!(commands[10..20], ["::warning"; 10]);
        assert_eq!(commands[20..], ["::notice"; 10]);
        assert_snapshot!(shown.lines().last().unwrap(), @r#"::notice title=gitopslint::1,012 errors, 11 warnings (10 info)%0A1,002 more errors, 1 more warning, 1 more info without an annotation%0A3 targets, 12 objects, 5 files: 5 used"#);
    }
}
