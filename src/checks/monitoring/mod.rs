//! Rules of Prometheus that it would reject.
//!
//! They are in PrometheusRules, and in ConfigMaps as the files that Prometheus reads. Beside them are
//! the queries of Argo Rollouts, which Prometheus rejects alike.

mod arguments;
mod expressions;
mod rules;

use manifest::{Gvk, Segment, Source, Span, View};

use crate::problem::{At, Field, Problem, part_of};
use expressions::Verdict;

use rules::INVALID_PROMQL;
pub(crate) use rules::RULES;

/// A longer text in a ConfigMap is not read as a file of rules.
const TEXT_LIMIT: usize = 1 << 20;

/// How many findings of one object are told.
const LIMIT: usize = 100;

/// What is wrong with the rules of an object, and what of them is not checked.
#[derive(Debug, Default)]
pub struct Told {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is not checked, without saying so twice.
    pub unchecked: Vec<&'static str>,
}

impl Told {
    fn not_checked(&mut self, what: &'static str) {
        if !self.unchecked.contains(&what) {
            self.unchecked.push(what);
        }
    }

    /// Tells what was found of an expression.
    fn take(&mut self, verdict: Verdict, at: impl FnOnce(Span) -> At) {
        match verdict {
            Verdict::Fine => {}
            Verdict::NotChecked(what) => self.not_checked(what),
            Verdict::Wrong(message, span) => {
                let span = Span::new(span.start as u32, span.end as u32);
                self.problems.push(Problem {
                    at: at(span),
                    ..Problem::new(&INVALID_PROMQL, message)
                });
            }
        }
    }

    fn is_full(&self) -> bool {
        self.problems.len() >= LIMIT
    }
}

/// The group of the operator whose rules are in a language of its own.
pub const METRICSQL_GROUP: &str = "operator.victoriametrics.com";

/// Looks at the rules of an object. `is_metricsql` tells that VictoriaMetrics may read them,
/// which takes more than Prometheus does.
pub fn check(object: View<'_>, is_metricsql: bool) -> Told {
    let mut told = Told::default();
    let gvk = Gvk::of(object);
    match (&*gvk.group, &*gvk.kind) {
        ("monitoring.coreos.com", "PrometheusRule") => {
            let Some(groups) = object.get_path(&["spec", "groups"]) else {
                return told;
            };
            each_expression(groups, |group, rule, expression| {
                let path = ["spec".into(), "groups".into(), group.into()];
                let rest: [Segment; 3] = ["rules".into(), rule.into(), "expr".into()];
                let path = path.into_iter().chain(rest).collect();
                judge(&mut told, expression, is_metricsql, |span| {
                    let place = part_of(expression, span);
                    let field = Field {
                        path,
                        ..Field::default()
                    };
                    match place {
                        Some(place) => At::Source(place),
                        None => At::Field(field),
                    }
                });
            });
        }
        ("argoproj.io", "AnalysisTemplate" | "ClusterAnalysisTemplate") => {
            let metrics = object.get_path(&["spec", "metrics"]);
            analysis(&mut told, metrics, is_metricsql);
        }
        ("", "ConfigMap") => {
            for entry in object.get("data").into_iter().flat_map(View::entries) {
                file(&mut told, entry.key.text(), entry.value, is_metricsql);
            }
        }
        _ => {}
    }
    told
}

/// Looks at the queries by which Argo Rollouts judges a new version.
fn analysis(told: &mut Told, metrics: Option<View<'_>>, is_metricsql: bool) {
    for (at, metric) in metrics.into_iter().flat_map(View::items).enumerate() {
        let Some(query) = metric.get_path(&["provider", "prometheus", "query"]) else {
            continue;
        };
        if query.is_map() || query.is_seq() {
            continue;
        }
        let verdict = arguments::judge(query.text(), is_metricsql);
        told.take(verdict, |span| match part_of(query, span) {
            Some(place) => At::Source(place),
            None => {
                let path: [Segment; 3] = ["spec".into(), "metrics".into(), at.into()];
                let rest = ["provider", "prometheus", "query"].map(Segment::from);
                At::Field(Field {
                    path: path.into_iter().chain(rest).collect(),
                    ..Field::default()
                })
            }
        });
    }
}

/// Looks at the text of a ConfigMap's key, if that is a file of rules.
fn file(told: &mut Told, key: &str, value: View<'_>, is_metricsql: bool) {
    let text = value.text();
    if !["groups:", "rules:", "expr:"]
        .iter()
        .all(|word| text.contains(word))
    {
        return;
    }
    if text.len() > TEXT_LIMIT {
        told.not_checked("objects with files of rules that are too long");
        return;
    }
    let source = Source::built_in("rules", text);
    for document in source.documents().documents {
        let Some(groups) = document.view().get("groups") else {
            continue;
        };
        each_expression(groups, |_, _, expression| {
            judge(told, expression, is_metricsql, |span| {
                let inner = part_of(expression, span);
                let inner = inner.or_else(|| Some(expression.origin()?.locate()));
                let place = inner.and_then(|inner| part_of(value, inner.span));
                let field = Field {
                    path: [Segment::from("data"), Segment::from(key)]
                        .into_iter()
                        .collect(),
                    ..Field::default()
                };
                match place {
                    Some(place) => At::Source(place),
                    None => At::Field(field),
                }
            });
        });
    }
}

fn each_expression<'v>(groups: View<'v>, mut look: impl FnMut(usize, usize, View<'v>)) {
    for (group_at, group) in groups.items().enumerate() {
        let rules = group.get("rules").into_iter().flat_map(View::items);
        for (rule_at, rule) in rules.enumerate() {
            let is_rule = rule.get("alert").is_some() || rule.get("record").is_some();
            let expression = rule
                .get("expr")
                .filter(|expression| is_rule && !expression.is_map() && !expression.is_seq());
            if let Some(expression) = expression {
                look(group_at, rule_at, expression);
            }
        }
    }
}

fn judge(told: &mut Told, expression: View<'_>, is_metricsql: bool, at: impl FnOnce(Span) -> At) {
    if told.is_full() {
        return told.not_checked("objects with more violations than are listed");
    }
    let verdict = expressions::judge(expression.text(), is_metricsql, "a rule");
    told.take(verdict, at);
}

#[cfg(test)]
mod tests;
