//! What rendering takes is charged, whoever asks for it.

use std::sync::Arc;

use camino::Utf8Path;
use helm::{Capabilities, Shelf};
use kustomize::Options;
use manifest::{Amounts, Budget, Memory, Total};

use super::{ChartRenderer, ChartRequest, Graph, Outcome, Rendered};
use crate::deploy::{Content, TargetSpec};
use crate::settings::Config;

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

fn repository() -> Memory {
    Memory::from_iter([
        ("k/kustomization.yaml", "resources: [a.yaml]\n"),
        ("k/a.yaml", MAP),
        ("i/kustomization.yaml", "helmCharts: [{name: c}]\n"),
        (
            "i/charts/c/Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        ),
        ("i/charts/c/templates/a.yaml", MAP),
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("c/templates/a.yaml", MAP),
    ])
}

/// What is left of a run after something else.
fn left(left: Amounts) -> Total {
    let mut total = Total::default();
    total.charge(&Amounts::RUN.minus(&left));
    total
}

fn told(rendered: &[Rendered]) -> String {
    let told = rendered.iter().map(|target| {
        let faults = target
            .faults
            .iter()
            .map(|fault| format!(" {}", fault.message));
        let faults: String = faults.collect();
        format!("{} {}{faults}\n", target.spec.path, target.objects.len())
    });
    told.collect()
}

/// What comes of kustomizations and then of charts, with so many objects left.
fn check(objects: u64) -> String {
    let (files, options) = (repository(), Options::default());
    let mut total = left(Amounts {
        objects,
        ..Amounts::RUN
    });
    let graph = Graph::load(&files, ["k".into()], options);
    let outcomes = graph
        .render(&files, &["k".into()], options, &mut total)
        .outcomes;
    let spec = TargetSpec::new("k".into(), Content::Kustomization, &Config::default());
    let of = |outcome: Outcome| Rendered::of_outcome(spec.clone(), outcome, Vec::new());
    let mut rendered: Vec<Rendered> = outcomes.into_iter().map(of).collect();
    let chart = Content::Chart(ChartRequest::template(Utf8Path::new("c")).chart.into());
    let spec = TargetSpec::new("c".into(), chart, &Config::default());
    let shelf = Shelf::default();
    let mut charts = ChartRenderer::new(&files, &shelf, helm::Options::default());
    let cluster = |_: &TargetSpec| Arc::new(Capabilities::default());
    rendered.extend(charts.render(&vec![spec; 40], &cluster, &mut total));
    told(&rendered)
}

#[test]
fn kustomizations_and_charts_share_what_a_run_may_take() {
    let refused = "it is not rendered: what was rendered before has used up the run's budget";
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let all = format!("k 1\n{}", "c 1\n".repeat(40));
        assert_eq!(pool.install(|| check(1_000)), all);
        let some = format!(
            "k 1\n{}{}",
            "c 1\n".repeat(32),
            format!("c 0 {refused}\n").repeat(8)
        );
        assert_eq!(pool.install(|| check(20)), some, "{threads} threads");
        let none = format!("k 0 {refused}\n{}", format!("c 0 {refused}\n").repeat(40));
        assert_eq!(pool.install(|| check(1)), none, "{threads} threads");
    }
}

#[test]
fn what_is_edited_or_inflated_is_charged() {
    let (files, options) = (repository(), Options::default());
    let graph = Graph::load(&files, ["k".into(), "i".into()], options);
    let run = |folder: &str, limits: Amounts| {
        let spec = TargetSpec::new(folder.into(), Content::Kustomization, &Config::default());
        let budget = Budget::new(limits);
        let (rendered, _) = Rendered::of_edited(&graph, &files, spec, options, &budget);
        (told(&[rendered]), budget.own())
    };
    let (shown, taken) = run("k", Amounts::ASK);
    // Once when it is taken up, and once when it is made for whoever asks.
    assert_eq!(
        (shown.as_str(), taken.objects, taken.charts),
        ("k 1\n", 2, 0)
    );
    let (shown, taken) = run("i", Amounts::ASK);
    assert_eq!((shown.as_str(), taken.charts > 0), ("i 1\n", true));
    let few = Amounts {
        charts: 0,
        ..Amounts::ASK
    };
    assert_eq!(run("i", few).0, "i 0 more than 0 charts are read\n");
    let few = Amounts {
        objects: 1,
        ..Amounts::ASK
    };
    assert_eq!(run("k", few).0, "k 0 more than 1 objects are made\n");
}
