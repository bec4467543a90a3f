//! Charts that the runner fetches: with its helm, from hosts that the workflow names.

use std::fs;

use super::{Runner, told};

/// A checkout that asks for charts of these repositories, and a helm that notes its arguments.
fn runner(repositories: &[&str]) -> Runner {
    let runner = Runner::new();
    runner.installed();
    let mut chart = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n".to_owned();
    for (at, repository) in repositories.iter().enumerate() {
        chart += &format!("  - {{name: c{at}, version: 1.2.{at}, repository: \"{repository}\"}}\n");
    }
    runner
        .folder
        .write("work/chart/Chart.yaml", chart.as_bytes());
    runner.program(
        "tools/helm",
        "#!/bin/sh\necho \"$*\" >>\"$TMPDIR/helm-asked\"\n",
    );
    runner
}

/// Runs both steps; returns what helm was asked, and what was printed.
fn fetch(runner: &Runner, hosts: &str) -> (String, String) {
    let mut all = String::new();
    for step in ["list", "fetch"] {
        let output = runner.step("charts.sh", step, &[("INPUT_CHART_HOSTS", hosts)]);
        all += &told(&output);
    }
    let asked = runner.text("temp/helm-asked");
    let temporary = runner.path("temp").canonicalize_utf8().unwrap();
    (asked.replace(temporary.as_str(), "TEMP"), all)
}

#[test]
fn charts_of_named_hosts_are_fetched_once() {
    let runner = runner(&["https://charts.example.org/a", "oci://ghcr.io/acme/charts"]);
    let hosts = "charts.example.org\nghcr.io/acme\n";
    let (asked, told) = fetch(&runner, hosts);
    insta::assert_snapshot!(asked, @r#"
    pull c0 --repo https://charts.example.org/a --version 1.2.0 -d TEMP/gitopslint-charts
    pull oci://ghcr.io/acme/charts/c1 --version 1.2.1 -d TEMP/gitopslint-charts
    "#);
    assert_eq!(told, "");
    assert!(runner.text("output").contains("key=gitopslint-charts-"));
    fetch(&runner, hosts);
    assert_eq!(
        runner.text("temp/helm-asked").lines().count(),
        2,
        "they were not kept"
    );
}

#[test]
fn other_hosts_are_not_asked() {
    let runner = runner(&[
        "https://evil.example.org",
        "https://charts.example.org.evil.example",
        "https://charts.example.org@evil.example",
        "http://charts.example.org",
        "oci://ghcr.io/acme/../evil",
        "oci://ghcr.io/acmes",
    ]);
    let (asked, told) = fetch(&runner, "charts.example.org\nghcr.io/acme");
    assert_eq!(asked, "", "{told}");
    let notice = "::notice title=gitopslint::a chart was not fetched: chart-hosts does not name ";
    assert_eq!(told.matches(notice).count(), 6, "{told}");
}

#[test]
fn without_hosts_nothing_is_asked() {
    let runner = runner(&["https://charts.example.org"]);
    let (asked, told) = fetch(&runner, " \n");
    assert_eq!(asked, "");
    assert!(
        told.contains("charts: true needs the input chart-hosts"),
        "{told}"
    );
}

/// What was fetched is looked at, and the command that gives the same fetches it too.
#[test]
fn the_check_looks_where_charts_were_put() {
    let runner = runner(&["https://charts.example.org"]);
    fs::create_dir_all(runner.path("temp/gitopslint-charts")).unwrap();
    let (_, told) = runner.check(&[("INPUT_CHARTS", "true")]);
    let last = "The same check on your machine: gitopslint charts -o pull -d .charts | sh && \
                gitopslint check --chart-path .charts --fail-on error";
    assert_eq!(told.lines().last(), Some(last), "{told}");
}
