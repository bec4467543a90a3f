//! What Applications make of what they deploy.

mod account;
mod after;
mod argocd;
mod aside;
mod bad_input;
mod beside_charts;
mod committed;
mod failing;
mod flux;
mod lesser;
mod matrix;
mod menu;
mod partly;
mod places;
mod pulled;
mod shown;
mod templates;
mod told;

use insta::assert_snapshot;
use manifest::{Memory, print};

use crate::date::Date;
use crate::{Request, Setup};

/// The findings of a rule, as `path:line: severity {environments} message`.
fn check(rule: &str, files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings.iter().filter(|finding| finding.rule.id == rule);
    let told = told.map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let environments: Vec<&str> = finding
            .affected
            .iter()
            .map(|affected| affected.environment.as_deref().unwrap_or("-"))
            .collect();
        format!(
            "{}:{}: {} {{{}}} {}\n",
            place.path(),
            place.start().line,
            finding.severity,
            environments.join(","),
            finding.message
        )
    });
    told.collect()
}

/// The targets that something asks for, with their objects, and what is wrong with them.
fn rendered(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render(&memory, &request, kustomize::Options::default());
    let mut told = String::new();
    for target in deployed.targets() {
        if target.spec.by.is_none() {
            continue;
        }
        let environment = target
            .spec
            .environment
            .as_ref()
            .map_or("-", |own| &own.name);
        let (application, path) = (&target.spec.application, &target.spec.path);
        told += &format!("# {application} ({environment}) {path}\n");
        for object in &target.objects {
            told += &print(object.node.view()).unwrap();
        }
        for fault in &target.faults {
            told += &format!("! {}\n", fault.message);
        }
    }
    for target in &deployed.rendered {
        for problem in &target.unmet {
            told += &format!("? {}\n", problem.message);
        }
    }
    told
}

const KUSTOMIZATION: (&str, &str) = ("web/kustomization.yaml", "resources: [pod.yaml]\n");

const POD: (&str, &str) = (
    "web/pod.yaml",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: acme/web:latest\n",
);

fn application(name: &str, kustomize: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  project: default\n  source:\n    repoURL: https://git.example.org/platform.git\n    path: web\n    kustomize: {kustomize}\n  destination: {{namespace: web}}\n"
    )
}

#[test]
fn an_application_gives_its_kustomization_an_environment() {
    let application = application("web-production", "{}");
    let files = [KUSTOMIZATION, POD, ("apps/web.yaml", &application)];
    assert_snapshot!(check("mutable-image-tag", &files), @"web/pod.yaml:7: error {production} `acme/web:latest` can change under you");
}

#[test]
fn what_an_application_changes_is_judged_as_it_is_then() {
    let application = application("web-production", "{images: [\"acme/web:1.4.2\"]}");
    let files = [KUSTOMIZATION, POD, ("apps/web.yaml", &application)];
    assert_snapshot!(check("mutable-image-tag", &files), @"");
    let application = self::application("web-production", "{images: [\"acme/web:dev-latest\"]}");
    let files = [KUSTOMIZATION, POD, ("apps/web.yaml", &application)];
    assert_snapshot!(check("privileged-container", &files), @"");
}

#[test]
fn one_folder_in_two_environments_is_two_targets() {
    let (dev, production) = (application("web-dev", "{}"), application("web-prod", "{}"));
    let files = [
        KUSTOMIZATION,
        POD,
        ("apps/dev.yaml", dev.as_str()),
        ("apps/prod.yaml", production.as_str()),
    ];
    assert_snapshot!(check("mutable-image-tag", &files), @"web/pod.yaml:7: error {dev,prod} `acme/web:latest` can change under you");
}

#[test]
fn an_application_set_deploys_what_its_applications_do() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\nspec:\n  generators:\n  - list: {elements: [{env: dev}, {env: production}]}\n  template:\n    metadata: {name: 'web-{{env}}'}\n    spec:\n      project: default\n      source: {repoURL: https://git.example.org/platform.git, path: web}\n      destination: {namespace: 'web-{{env}}'}\n";
    let files = [KUSTOMIZATION, POD, ("apps/set.yaml", set)];
    assert_snapshot!(check("mutable-image-tag", &files), @"web/pod.yaml:7: error {dev,production} `acme/web:latest` can change under you");
}
