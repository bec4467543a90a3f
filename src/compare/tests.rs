//! Environments compared, in memory and without a past.

use insta::assert_snapshot;
use manifest::{Memory, Snapshot};
use promotion::Side;

use super::{Asked, Comparison, Place, Rules, application_pairs, compare, environments, revisions};
use crate::date::Date;
use crate::pipeline::Deployed;
use crate::{Request, Setup};

pub(crate) fn deployed(memory: &Memory) -> (Setup, Deployed) {
    let setup = Setup::read(memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let deployed = setup.render_after(None, memory, &request, Setup::lenient());
    (setup, deployed)
}

pub(crate) fn compared(memory: &Memory, from: &str, to: &str) -> Comparison {
    let (setup, deployed) = deployed(memory);
    let rules = Rules::default();
    let known = environments(&deployed, setup.config());
    let environment = |name: &str| known.iter().find(|own| *own.name == *name).unwrap().clone();
    let asked = Asked {
        from: environment(from),
        to: environment(to),
        applications: &[],
        with_noise: false,
        rules: &rules,
    };
    let (names, pairs) = application_pairs(&deployed, &deployed, &asked, setup.config());
    let place = Place {
        snapshot: memory as &dyn Snapshot,
        pasts: None,
    };
    compare(place, place, &asked, names, pairs)
}

/// One line for each difference: where, both values, what becomes of it, both places.
fn told(comparison: &Comparison) -> String {
    let mut lines = Vec::new();
    for application in &comparison.applications {
        let name = &application.pair.name;
        let has =
            |unit: &Option<super::Unit>| unit.as_ref().map_or("-", |unit| &unit.name).to_owned();
        if application.is_alone() {
            lines.push(format!(
                "{name}: {} {}",
                has(&application.pair.from),
                has(&application.pair.to)
            ));
        }
        for object in application.told().filter(|_| !application.is_alone()) {
            let own = format!("{name}: {}", object.identity);
            match (object.left, object.right) {
                (Some(_), None) => lines.push(format!("{own} only in {}", comparison.from.name)),
                (None, Some(_)) => lines.push(format!("{own} only in {}", comparison.to.name)),
                _ => {}
            }
            for row in &object.rows {
                let said = |side| row.field.said(side).unwrap_or_else(|| "-".to_owned());
                let at = |side| match row.place(side) {
                    Some(place) => format!(
                        "{}:{}:{}",
                        place.path(),
                        place.start().line,
                        place.start().column
                    ),
                    None => "-".to_owned(),
                };
                lines.push(format!(
                    "{own} {} {} {} {} {} {}",
                    row.field.path,
                    said(Side::Source),
                    said(Side::Target),
                    row.verdict,
                    at(Side::Source),
                    at(Side::Target)
                ));
            }
        }
    }
    lines.join("\n")
}

fn check(files: &[(&str, &str)], from: &str, to: &str) -> String {
    told(&compared(&files.iter().copied().collect(), from, to))
}

const BASE: [(&str, &str); 2] = [
    (
        "api/base/kustomization.yaml",
        "resources: [deployment.yaml]\n",
    ),
    (
        "api/base/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: api\n        image: acme/api:1.0.0\n        ports: [{containerPort: 80, name: http}, {containerPort: 90, name: admin}]\n",
    ),
];

#[test]
fn objects_are_the_same_under_other_names() {
    let files = [
        BASE[0],
        BASE[1],
        (
            "api/overlays/dev/kustomization.yaml",
            "namePrefix: dev-\nnamespace: dev\nresources: [../../base]\nimages: [{name: acme/api, newTag: 1.5.0}]\n",
        ),
        (
            "api/overlays/production/kustomization.yaml",
            "nameSuffix: -prod\nnamespace: production\nresources: [../../base]\nreplicas: [{name: api, count: 5}]\n",
        ),
    ];
    assert_snapshot!(check(&files, "dev", "production"), @r#"
    api: Deployment/api spec.replicas 1 5 target-only api/base/deployment.yaml:5:13 api/overlays/production/kustomization.yaml:4:31
    api: Deployment/api spec.template.spec.containers[api].image 1.5.0 1.0.0 ahead api/overlays/dev/kustomization.yaml:4:35 api/base/deployment.yaml:10:24
    "#);
}

#[test]
fn order_is_silent() {
    let patch = "patches:\n- patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/ports\n      value: [{containerPort: 90, name: admin}, {containerPort: 80, name: http}]\n  target: {kind: Deployment}\n";
    let production = format!("resources: [../../base]\n{patch}");
    let files = [
        BASE[0],
        BASE[1],
        (
            "api/overlays/dev/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (
            "api/overlays/production/kustomization.yaml",
            production.as_str(),
        ),
    ];
    assert_snapshot!(check(&files, "dev", "production"), @"");
}

const SET: &str = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\nspec:\n  generators:\n  - list: {elements: [{env: dev, tag: v2}, {env: production, tag: v1}]}\n  template:\n    metadata: {name: 'web-{{env}}'}\n    spec:\n      project: default\n      source:\n        repoURL: https://git.example.org/platform.git\n        path: web\n        kustomize: {images: ['acme/web:{{tag}}']}\n      destination: {namespace: 'web-{{env}}'}\n";

#[test]
fn applications_of_a_set() {
    let files = [
        ("web/kustomization.yaml", "resources: [pod.yaml]\n"),
        (
            "web/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: acme/web}]\n",
        ),
        ("sets/web.yaml", SET),
    ];
    assert_snapshot!(check(&files, "dev", "production"), @"web: Pod/web spec.containers[web].image v2 v1 ahead sets/web.yaml:6:39 sets/web.yaml:6:67");
}

#[test]
fn an_application_that_one_alone_has() {
    let files = [
        BASE[0],
        BASE[1],
        (
            "api/overlays/dev/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (
            "api/overlays/production/kustomization.yaml",
            "resources: [../../base]\n",
        ),
        (
            "new/overlays/dev/kustomization.yaml",
            "resources: [../../../api/base]\nnamePrefix: new-\n",
        ),
    ];
    assert_snapshot!(check(&files, "dev", "production"), @"new: new -");
}

#[test]
fn a_base_that_changes_reaches_all() {
    let files = |tag: &str| -> Memory {
        let base = BASE[1].1.replace("1.0.0", tag);
        let files = [
            BASE[0],
            (BASE[1].0, base.as_str()),
            (
                "api/overlays/dev/kustomization.yaml",
                "resources: [../../base]\n",
            ),
            (
                "api/overlays/production/kustomization.yaml",
                "resources: [../../base]\n",
            ),
        ];
        files.into_iter().collect()
    };
    let (before, after) = (files("1.0.0"), files("1.1.0"));
    let ((setup, before), (_, after)) = (deployed(&before), deployed(&after));
    let changes = revisions(&before, &after, setup.config(), false);
    let told: Vec<String> = changes
        .iter()
        .map(|own| format!("{}\n{}", own.to.name, told(own)))
        .collect();
    assert_snapshot!(told.join("\n"), @r#"
    production
    api: Deployment/api spec.template.spec.containers[api].image 1.0.0 1.1.0 ahead api/base/deployment.yaml:10:24 api/base/deployment.yaml:10:24
    dev
    api: Deployment/api spec.template.spec.containers[api].image 1.0.0 1.1.0 ahead api/base/deployment.yaml:10:24 api/base/deployment.yaml:10:24
    "#);
    assert_eq!(
        super::shared(&changes).into_iter().collect::<Vec<_>>(),
        ["api"]
    );
}

#[test]
fn who_goes_its_own_way_in_a_tier() {
    let overlay = |name: &str, tag: &str| {
        let path = format!("api/overlays/{name}/kustomization.yaml");
        let text = format!(
            "namespace: {name}\nresources: [../../base]\nimages: [{{name: acme/api, newTag: {tag}}}]\npatches: [{{patch: '[{{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {{\"host\": \"{name}.example.org\"}}}}]', target: {{kind: Deployment}}}}]\n"
        );
        (path, text)
    };
    let overlays = [
        overlay("prod-asia", "1.5.0"),
        overlay("prod-eu", "1.4.0"),
        overlay("prod-us", "1.5.0"),
    ];
    let overlays = overlays.iter().map(|(path, text)| (&**path, &**text));
    let memory: Memory = BASE.iter().copied().chain(overlays).collect();
    let pairs = ["prod-eu", "prod-us"].map(|other| compared(&memory, "prod-asia", other));
    let found = super::outliers(&pairs);
    assert_eq!(found.members, ["prod-asia", "prod-eu", "prod-us"]);
    let [tag] = &found.outliers[..] else {
        panic!("{found:?}");
    };
    assert_eq!(tag.object, "Deployment/api");
    assert_eq!(tag.most.as_deref(), Some("1.5.0"));
    assert_eq!(
        tag.others,
        [("prod-eu".to_owned(), Some("1.4.0".to_owned()))]
    );
}
