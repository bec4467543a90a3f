//! What a chart makes of values that nobody gives: a name or an image that lacks a part is not wrong,
//! it is not known yet.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Node, Object, Place, Snapshot, View};
use regex::Regex;
use rustc_hash::FxHashMap;

use super::{Context, Told};
use crate::checks::schema::{INVALID_VALUE, WRONG_TYPE};
use crate::deploy::{Content, TargetSpec};
use crate::problem::{Affects, At, Field, Instance, Problem};

/// What is left out.
const LEFT_OUT: &str = "values built from chart values that are not set";

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static READ: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)").unwrap());

pub(super) fn concerns(problem: &Problem) -> bool {
    let of_values = [&INVALID_VALUE.id, &WRONG_TYPE.id, "invalid-image"];
    of_values.contains(&&*problem.rule.id)
}

/// Leaves out what is said of values that lack what nobody gives the chart.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let rendered = context.rendered;
    // By the kinds of the objects.
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut charts = Charts::of(context.repository);
    told.keep(concerns, |problem| {
        let (At::Field(field), Affects::Objects(objects)) = (&problem.at, &problem.affects) else {
            return true;
        };
        let is_open = |at: &Instance| {
            let target = &rendered[at.target];
            charts.lacks_unset(&target.spec, &target.objects[at.object], field)
        };
        let (open, known): (Vec<Instance>, Vec<Instance>) =
            objects.iter().copied().partition(is_open);
        for at in &open {
            let kind = &rendered[at.target].objects[at.object].id.gvk.kind;
            *left_out.entry(kind.to_string()).or_default() += 1;
        }
        if !open.is_empty() {
            problem.affects = Affects::Objects(known.into());
        }
        !matches!(&problem.affects, Affects::Objects(objects) if objects.is_empty())
    });
    told.tally.leave_out(LEFT_OUT, left_out);
}

/// The values of charts, each read once.
struct Charts<'a> {
    snapshot: &'a dyn Snapshot,
    values: FxHashMap<Utf8PathBuf, Option<Node>>,
}

impl<'a> Charts<'a> {
    fn of(snapshot: &'a dyn Snapshot) -> Self {
        Self {
            snapshot,
            values: FxHashMap::default(),
        }
    }

    /// Whether a value lacks a part where its template prints what no values of the chart set.
    fn lacks_unset(&mut self, spec: &TargetSpec, object: &Object, field: &Field) -> bool {
        let Content::Chart(used) = &spec.content else {
            return false;
        };
        if !spec.has_default_values_only() {
            return false;
        }
        let value = object.node.view().at(&field.path);
        let Some(value) = value.filter(|value| is_hollow(value.text())) else {
            return false;
        };
        let own = used.chart.join("templates");
        let template = template_of(value).filter(|place| place.path().starts_with(&own));
        template.is_some_and(|place| self.reads_unset(&place, &used.chart))
    }

    /// Whether the line of a template, or the one below that it begins, reads a value that the
    /// chart's own values do not have.
    fn reads_unset(&mut self, place: &Location, chart: &Utf8Path) -> bool {
        let text = place.file.tree.text();
        let before = text.get(..place.span.start as usize).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let mut lines = text[start..].lines().take(2);
        let Some(line) = lines.find(|line| READ.is_match(line)) else {
            return false;
        };
        let snapshot = self.snapshot;
        let values = self.values.entry(chart.to_owned()).or_insert_with(|| {
            let source = snapshot.source(&chart.join("values.yaml")).ok()?;
            source.documents().documents.into_iter().next()
        });
        let is_set = |path: &str| {
            let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
            let root = values.as_ref().map(Node::view);
            root.is_some_and(|root| root.get_path(&keys).is_some())
        };
        let mut read = READ.captures_iter(line).filter_map(|read| read.get(1));
        read.any(|path| !is_set(path.as_str()))
    }
}

/// Whether a text is empty, or a part of it is: a name that begins with a dash, an image that ends
/// in a colon.
fn is_hollow(text: &str) -> bool {
    let is_joint = ['-', '.', ':', '/', '@'];
    let has_hole = ["--", "..", "/:", ":-", "-."]
        .iter()
        .any(|hole| text.contains(hole));
    text.is_empty() || text.starts_with(is_joint) || text.ends_with(is_joint) || has_hole
}

/// Where a template prints a value.
fn template_of(value: View<'_>) -> Option<Location> {
    let View::Src(source, node) = value else {
        return None;
    };
    match &source.place {
        Place::Printed(printed) => printed.template(source.tree.span(node)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    /// What is said of what a chart makes of its own values.
    fn check(template: &str, values: &str) -> String {
        let template = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  {template}\n");
        let files = [
            (
                "web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            ),
            ("web/values.yaml", values),
            ("web/templates/a.yaml", &*template),
        ];
        let memory: Memory = files.into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["invalid-value".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let report = setup.check(&memory, &request).report;
        let told = report
            .findings
            .iter()
            .map(|own| format!("{}\n", own.message));
        let unchecked = report.summary.unchecked.iter();
        let unchecked = unchecked.filter(|own| own.what.contains("not set"));
        let unchecked = unchecked.map(|own| format!("not checked: {}\n", own.what));
        told.chain(unchecked).collect()
    }

    #[test]
    fn what_nobody_gives_is_not_known() {
        assert_snapshot!(check("name: '{{ .Values.instance }}-config'", "other: 1\n"), @"not checked: values built from chart values that are not set");
    }

    #[test]
    fn what_is_wrong_whatever_is_given_is_told() {
        assert_snapshot!(check("name: '{{ .Values.instance }}_config'", "other: 1\n"), @"`name` `_config` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
        assert_snapshot!(check("name: '{{ .Values.instance }}-config'", "instance: ''\n"), @"`name` `-config` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
    }
}
