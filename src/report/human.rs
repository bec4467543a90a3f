//! For a terminal: each finding with the source line that it points at.

use std::cmp::Reverse;
use std::fmt;
use std::io;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::block::{Block, Stack};
use super::excerpt::Excerpt;
use super::paint::Paint;
use super::wrap::wrap;
use super::{Context, escape, grouped, rule_page, words};
use crate::judge::finding::{Finding, Report};
use crate::rule::Severity;

/// Columns that stand before each source line, and a little room behind it.
const MARGIN: usize = 14;
/// Source lines are not cut shorter than this.
const MIN_WIDTH: usize = 40;

pub(super) fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let paint = Paint(context.color);
    let mut listed = context.listed(report);
    if context.detail.quiet {
        listed.retain(|finding| finding.severity == Severity::Error);
    }
    if context.detail.all {
        for block in Block::all(&listed) {
            write_block(block, context, paint, out)?;
            writeln!(out)?;
        }
    } else {
        let stacks = Stack::all(Block::all(&listed));
        let told: usize = stacks.iter().map(Stack::weight).sum();
        if told > grouped::MANY {
            grouped::write(&listed, context, paint, out)?;
        } else {
            for stack in stacks {
                write_stack(&stack, context, paint, out)?;
                writeln!(out)?;
            }
        }
    }
    write_foot(report, &listed, context, paint, out)
}

/// The counts, and what was not checked.
fn write_foot(
    report: &Report,
    listed: &[&Finding],
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let is_quiet = context.detail.quiet;
    if !is_quiet || !listed.is_empty() {
        let hint = if context.show_info {
            ""
        } else {
            ": --show info"
        };
        writeln!(out, "{}", paint.bold(&words::counts(report, hint)))?;
    }
    let about = [
        words::most(listed).filter(|_| !is_quiet),
        words::gate(&report.summary),
        words::change(&report.summary),
    ];
    for line in about.into_iter().flatten() {
        writeln!(out, "{}", wrap(&line, 0, 2, context.width))?;
    }
    if !is_quiet {
        let accounts = words::accounts(&report.summary, context);
        writeln!(out, "{}", wrap(&accounts, 0, 2, context.width))?;
    }
    if let Some(not_checked) = words::not_checked(&report.summary, context) {
        const LABEL: &str = "NOT CHECKED";
        let label = paint.of(Severity::Warning, LABEL);
        let not_checked = wrap(&not_checked, LABEL.len() + 2, 2, context.width);
        writeln!(out, "{label}: {not_checked}")?;
    }
    if let Some(worst) = listed.iter().min_by_key(|f| Reverse(f.severity))
        && !is_quiet
    {
        let rule = escape::printable(&worst.rule.id);
        writeln!(out, "why, and how to fix it: gitopslint explain {rule}")?;
    }
    Ok(())
}

/// What each finding says, then what they share.
pub(super) fn write_block(
    block: Block<'_>,
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_source(block, context, paint, out)?;
    write_help(block, context, paint, out)
}

/// A block whole, and of the ones like it only what they say and where.
fn write_stack(
    stack: &Stack<'_>,
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_source(stack.first, context, paint, out)?;
    let place = |other: &Finding| {
        let place = other.place.as_ref();
        place.map_or_else(String::new, |place| words::place(place, context))
    };
    let message = &stack.first.first.message;
    let is_same = |other: &&&Finding| other.message == *message;
    let mut also: Vec<String> = stack
        .others
        .iter()
        .filter(|other| !is_same(other))
        .map(|other| format!("{} at {}", escape::prose(&other.message), place(other)))
        .collect();
    let same: Vec<String> = stack
        .others
        .iter()
        .filter(is_same)
        .map(|o| place(o))
        .collect();
    if !same.is_empty() {
        also.push(format!("at {}", same.join(", ")));
    }
    for also in also {
        writeln!(
            out,
            "  {}: {}",
            paint.bold("also"),
            wrap(&also, 8, 8, context.width)
        )?;
    }
    write_help(stack.first, context, paint, out)
}

/// What each finding says, with the lines that it is about.
fn write_source(
    block: Block<'_>,
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in block.findings {
        let rule = escape::printable(&finding.rule.id);
        let name = format!("{}[{rule}]", finding.severity);
        let message = escape::prose(&finding.message);
        let message = wrap(&message, name.chars().count() + 2, 4, context.width);
        let name = paint.of(finding.severity, &name);
        let name = match rule_page(&finding.rule) {
            Some(page) if context.detail.links => paint.link(&page, &name),
            _ => name,
        };
        writeln!(out, "{name}: {}", paint.bold(&message))?;
    }
    let place = block.first.place.as_ref();
    let shown = place.map(|place| words::place(place, context));
    let affects = words::affects(block.first, context);
    let affects = affects.map(|affects| wrap(&affects, 2, 4, context.width));
    match (shown, affects) {
        (Some(place), Some(affects)) => {
            let length = place.chars().count() + affects.chars().count() + 7;
            let gap = if length > context.width {
                "\n  "
            } else {
                "     "
            };
            writeln!(out, "  {place}{gap}{affects}")?;
        }
        (Some(one), None) | (None, Some(one)) => writeln!(out, "  {one}")?,
        (None, None) => {}
    }
    if let Some(place) = place {
        let sensitive = context.sensitive.spans(place.path());
        let width = context.width.saturating_sub(MARGIN).max(MIN_WIDTH);
        let excerpt = Excerpt::new(place, sensitive, width);
        out.write_all(draw(excerpt, block.first.severity, context.color).as_bytes())?;
    }
    for note in block.notes(context) {
        let note = wrap(&note, 8, 8, context.width);
        writeln!(out, "  {}: {note}", paint.bold("note"))?;
    }
    Ok(())
}

fn write_help(
    block: Block<'_>,
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for help in block.help() {
        let help = wrap(&help, 8, 8, context.width);
        writeln!(out, "  {}: {help}", paint.help("help"))?;
    }
    Ok(())
}

/// The excerpt with its line numbers, and its place underlined.
fn draw(excerpt: Excerpt, severity: Severity, color: bool) -> String {
    let characters = ThemeCharacters {
        vbar_break: '│',
        underline: '^',
        underbar: '^',
        uarrow: '^',
        ..ThemeCharacters::unicode()
    };
    let mut styles = if color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    styles.highlights = vec![match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info | Severity::Off => styles.advice,
    }];
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .without_primary_span_start()
        .with_context_lines(0)
        .with_wrap_lines(false);

    let mut drawn = String::new();
    if handler
        .render_report(&mut drawn, &Snippet::new(excerpt))
        .is_err()
    {
        return String::new();
    }
    // A frame stands around the lines: the message, which is empty here, the frame's head, and
    // its foot.
    let mut lines: Vec<&str> = drawn.lines().skip(2).collect();
    lines.pop();
    let indented = lines.iter().map(|line| format!("  {}\n", line.trim_end()));
    indented.collect()
}

/// An excerpt in the shape that its drawing needs.
#[derive(Debug)]
struct Snippet {
    excerpt: Excerpt,
    label: LabeledSpan,
}

impl Snippet {
    fn new(mut excerpt: Excerpt) -> Self {
        // An empty place at the end needs something to stand on.
        excerpt.text.push(' ');
        let label = match excerpt.more {
            0 => None,
            more => Some(format!("and {} more", words::plural(more, "line"))),
        };
        let label = LabeledSpan::new_with_span(label, excerpt.span.clone());
        Self { excerpt, label }
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.excerpt.text;
        let line = (self.excerpt.line as usize).saturating_sub(1);
        let span = SourceSpan::from(0..text.len());
        let lines = text.split('\n').count();
        let contents = MietteSpanContents::new(text.as_bytes(), span, line, 0, lines);
        Ok(Box::new(contents))
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use insta::assert_snapshot;
    use manifest::Span;

    use super::super::samples::{Sample, api_in, at, clean, finding, hostile, sample, source};
    use super::super::{Context, Format};
    use super::*;

    /// One finding at the bytes of `text` between `start` and `end`.
    fn check(text: &str, start: u32, end: u32) -> String {
        let file = source("a.yaml", text);
        let place = manifest::Location {
            file,
            span: Span::new(start, end),
        };
        let one = finding(Severity::Error, "bad", "this is bad", Some(place));
        let mut sample = clean();
        sample.report.findings = vec![one];
        let shown = sample.write(Format::Human);
        let (block, _) = shown.split_once("\n\n").unwrap();
        block.to_owned()
    }

    fn with(set: impl FnOnce(&mut Context<'_>), sample: &Sample) -> String {
        sample.write_with(Format::Human, set)
    }

    #[test]
    fn every_sort_of_finding() {
        assert_snapshot!(sample().write(Format::Human), @r#"
        warning[writable-root-filesystem]: container `api` can write to its root file system
        warning[missing-seccomp-profile]: container `api` may use every system call
          base/deployment.yaml:8:7     warning in prod-eu, prod-us; info in stage
           8 │       containers:
             │       ^^^^^^^^^^
          help: set `readOnlyRootFilesystem: true`
          help: set `seccompProfile.type: RuntimeDefault`

        error[privileged-container]: container `api` runs privileged
          base/deployment.yaml:12:11     affects dev, stage, production
           12 │           privileged: true
              │           ^^^^^^^^^^^^^^^^
          help: remove it, or add the one capability needed

        error[plain-secret]: `DB_PASSWORD` is written in the open
          base/deployment.yaml:15:18     affects dev, stage, production
           15 │           value: ‹redacted›
              │                  ^^^^^^^^^^

        error[mutable-image-tag]: `ghcr.io/acme/api:latest` can change under you
          overlays/production/patch.yaml:6:33     production only
           6 │         image: ghcr.io/acme/api:latest # gitopslint: ignore[unpinned-image] tags are i…
             │                                 ^^^^^^
          note: overrides this: ghcr.io/acme/api:1.4.2 at base/deployment.yaml:10:16

        warning[does-not-render]: the chart is not in the repository
          affects charts/redis

        3 errors, 3 warnings (1 info: --show info; 1 suppressed)
        63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not
          rendered, 2 unreferenced (apps/old.yaml, apps/older.yaml)
        NOT CHECKED: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)
        why, and how to fix it: gitopslint explain privileged-container
        "#);
    }

    /// A warning about each of some words of a file, in one deployment.
    fn each_of(words: [&str; 3]) -> Vec<Finding> {
        let file = source("ds.yaml", "a: /opt/a\nb: /opt/b\nc: /opt/c\n");
        let affected = api_in([(
            "production",
            crate::rule::Tier::Production,
            Severity::Warning,
        )]);
        let told = words.map(|word| {
            let message = format!("the pod mounts the node's `{word}`");
            let place = Some(at(&file, word));
            Finding {
                help: Some("use an `emptyDir`".into()),
                affected: affected.clone(),
                ..finding(Severity::Warning, "host-path-volume", &message, place)
            }
        });
        told.into()
    }

    #[test]
    fn what_is_told_of_many_places_in_an_object_is_explained_once() {
        let mut sample = clean();
        sample.report.findings = each_of(["/opt/a", "/opt/b", "/opt/c"]);
        assert_snapshot!(sample.write(Format::Human), @r#"
        warning[host-path-volume]: the pod mounts the node's `/opt/a`
          ds.yaml:1:4     production only
           1 │ a: /opt/a
             │    ^^^^^^
          also: the pod mounts the node's `/opt/b` at ds.yaml:2:4
          also: the pod mounts the node's `/opt/c` at ds.yaml:3:4
          help: use an `emptyDir`

        no errors, 3 warnings
        3 targets, 12 objects, 5 files: 5 used
        why, and how to fix it: gitopslint explain host-path-volume
        "#);
        let all = with(|context| context.detail.all = true, &sample);
        assert!(!all.contains("also: "));
        for finding in &mut sample.report.findings[1..] {
            finding.affected.clear();
        }
        assert!(!sample.write(Format::Human).contains("also: "));
    }

    #[test]
    fn what_is_told_word_for_word_of_many_files_is_told_once() {
        let mut sample = clean();
        let one = |n: usize, field: &str| {
            let file = source(
                &format!("app-{n:02}/kustomization.yaml"),
                "commonLabels: {}\n",
            );
            let message = format!("`{field}` is deprecated");
            let place = Some(at(&file, "commonLabels"));
            finding(Severity::Warning, "deprecated-field", &message, place)
        };
        sample.report.findings = (0..3).map(|n| one(n, "vars")).collect();
        sample.report.findings.insert(1, one(7, "bases"));
        assert_snapshot!(sample.write(Format::Human), @"
        warning[deprecated-field]: `vars` is deprecated
          app-00/kustomization.yaml:1:1
           1 │ commonLabels: {}
             │ ^^^^^^^^^^^^
          also: at app-01/kustomization.yaml:1:1, app-02/kustomization.yaml:1:1

        warning[deprecated-field]: `bases` is deprecated
          app-07/kustomization.yaml:1:1
           1 │ commonLabels: {}
             │ ^^^^^^^^^^^^

        no errors, 4 warnings
        3 targets, 12 objects, 5 files: 5 used
        why, and how to fix it: gitopslint explain deprecated-field
        ");
        // However many, they leave room for the rest.
        sample.report.findings = (0..60).map(|n| one(n, "vars")).collect();
        let shown = sample.write(Format::Human);
        assert_eq!(shown.matches("warning[deprecated-field]").count(), 1);
        assert!(shown.contains("app-59/kustomization.yaml"));
        let all = with(|context| context.detail.all = true, &sample);
        assert_eq!(all.matches("warning[deprecated-field]").count(), 60);
    }

    #[test]
    fn nothing_found() {
        assert_snapshot!(clean().write(Format::Human), @r#"
        no errors, no warnings
        3 targets, 12 objects, 5 files: 5 used
        "#);
    }

    #[test]
    fn nothing_checked() {
        let mut sample = clean();
        sample.report.summary = Default::default();
        assert_snapshot!(sample.write(Format::Human), @r#"
        no errors, no warnings
        0 targets, 0 objects, 0 files
        NOT CHECKED: everything, because no target was found
        "#);
    }

    #[test]
    fn info_if_asked_for_and_paths_from_where_the_reader_stands() {
        let mut sample = sample();
        sample
            .report
            .findings
            .retain(|f| f.severity == Severity::Info);
        let shown = with(
            |context| {
                context.show_info = true;
                context.prefix = Utf8Path::new("../deploy");
            },
            &sample,
        );
        assert_snapshot!(shown, @r#"
        info[single-replica]: `api` has one replica
          ../deploy/base/deployment.yaml:5:1     warning in prod-eu, prod-us; info in stage
           5 │ spec:
             │ ^^^^

        no errors, no warnings (1 info)
        63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not
          rendered, 2 unreferenced (../deploy/apps/old.yaml, ../deploy/apps/older.yaml)
        NOT CHECKED: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)
        why, and how to fix it: gitopslint explain single-replica
        "#);
    }

    #[test]
    fn colours_if_asked_for() {
        let mut sample = sample();
        sample
            .report
            .findings
            .retain(|f| f.rule.id == "privileged-container");
        let shown = with(|context| context.color = true, &sample);
        assert_snapshot!(shown.replace('\u{1b}', "ESC"), @r#"
        ESC[1;31merror[privileged-container]ESC[0m: ESC[1mcontainer `api` runs privilegedESC[0m
          base/deployment.yaml:12:11     affects dev, stage, production
           ESC[2m12ESC[0m │           privileged: true
              │ ESC[31m          ^^^^^^^^^^^^^^^^ESC[0m
          ESC[36mhelpESC[0m: remove it, or add the one capability needed

        ESC[1m1 error, no warningsESC[0m
        63 targets (1 did not render), 1,812 objects, 943 files: 902 used, 36 not Kubernetes, 3 not
          rendered, 2 unreferenced (apps/old.yaml, apps/older.yaml)
        ESC[1;33mNOT CHECKEDESC[0m: charts: redis; 14 objects without a schema (Rollout 9, Certificate 5)
        why, and how to fix it: gitopslint explain privileged-container
        "#);
        assert!(!sample.write(Format::Human).contains('\u{1b}'));
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_snapshot!(hostile().write(Format::Human), @r#"
        error[bad\n:rule,`]: `a\u{1b}[31m` ::error::\u{9b}31m 100% <script> | [x](http://x) @all {0} `
          ./::set-output name=a,b::\u{1b}]0;x\u{7}\n%0A|`<b>`@all.yaml:1:8     dev\n::warning:: only
           1 │ a: ␛[2J::error::x | `b` <img src=x> �
             │        ^^^^^^^^^^
          note: see ::debug::: `b` at ./::set-output name=a,b::\u{1b}]0;x\u{7}\n%0A|`<b>`@all.yaml:1:21
          help: first ::stop-commands::x

        1 error, no warnings
        1 target, 0 objects, 1 file: 1 unreferenced (\u{1b}c|<b>.yaml)
        NOT CHECKED: 2 objects\u{7} (K\n::error:: 2)
        why, and how to fix it: gitopslint explain bad\n:rule,`
        "#);
    }

    #[test]
    fn a_place_of_several_lines() {
        assert_snapshot!(check("a:\n  b: 1\n  c: 2\n", 2, 18), @r#"
        error[bad]: this is bad
          a.yaml:1:3
           1 │ ╭─▶ a:
           2 │ │     b: 1
           3 │ ╰─▶   c: 2
        "#);
        assert_snapshot!(check("a:\n  - 1\n  - 2\n  - 3\n  - 4\n  - 5\n", 5, 33), @r#"
        error[bad]: this is bad
          a.yaml:2:3
           2 │ ╭─▶   - 1
           3 │ │     - 2
           4 │ │     - 3
           5 │ ├─▶   - 4
             │ ╰──── and 1 line more
        "#);
    }

    #[test]
    fn an_empty_place() {
        assert_snapshot!(check("a: 1\nb:\n", 7, 7), @r#"
        error[bad]: this is bad
          a.yaml:2:3
           2 │ b:
             │   ^
        "#);
        assert_snapshot!(check("a: 1\n", 5, 5), @r#"
        error[bad]: this is bad
          a.yaml:2:1
           2 │
             │ ^
        "#);
    }

    #[test]
    fn tabs_wide_characters_and_crlf() {
        assert_snapshot!(check("a:\t1\r\n", 3, 4), @r#"
        error[bad]: this is bad
          a.yaml:1:4
           1 │ a:  1
             │     ^
        "#);
        assert_snapshot!(check("ключ: 値段 x # ü\r\n", 10, 16), @r#"
        error[bad]: this is bad
          a.yaml:1:7
           1 │ ключ: 値段 x # ü
             │       ^^^^
        "#);
    }

    #[test]
    fn lines_as_wide_as_the_terminal() {
        let mut sample = clean();
        let long = format!("a: [{}bad{}]\n", "x, ".repeat(500), ", y".repeat(500));
        let file = source("a.yaml", &long);
        let one = finding(
            Severity::Warning,
            "bad",
            "this is bad",
            Some(at(&file, "bad")),
        );
        sample.report.findings = vec![one];
        let shown = with(|context| context.width = 60, &sample);
        assert_snapshot!(shown, @r#"
        warning[bad]: this is bad
          a.yaml:1:1505
           1 │ …x, x, x, x, x, x, x, bad, y, y, y, y, y, y, y,…
             │                       ^^^

        no errors, 1 warning
        3 targets, 12 objects, 5 files: 5 used
        why, and how to fix it: gitopslint explain bad
        "#);
        assert!(shown.lines().take(4).all(|line| line.chars().count() <= 60));
    }

    #[test]
    fn any_place_can_be_drawn() {
        let text = "a:\t値\r\n\n  - ü: \u{1b}b\n\r\r\n- 'x'\n\n\n\nb";
        let mut sample = clean();
        let file = source("a.yaml", text);
        sample.sensitive.add(&at(&file, "b\n\r\r\n- 'x"));
        sample.sensitive.settle();
        let length = text.len() as u32 + 1;
        for start in 0..=length {
            let one = |end| {
                let place = manifest::Location {
                    file: file.clone(),
                    span: Span { start, end },
                };
                finding(Severity::Error, "bad", "bad", Some(place))
            };
            sample.report.findings = (0..=length).map(one).collect();
            let shown = with(|context| context.detail.all = true, &sample);
            assert_eq!(shown.matches("\n  a.yaml:").count(), length as usize + 1);
            assert_eq!(shown.matches("'x").count(), 0);
        }
    }
}
