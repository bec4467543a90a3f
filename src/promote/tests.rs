//! Promotions in memory: some by hand, and many that are made up.

use std::collections::BTreeSet;

use camino::Utf8Path;
use insta::assert_snapshot;
use manifest::{Memory, Snapshot};
use promotion::Pattern;

use super::{Block, Choice, Plan, Planner};
use crate::Request;
use crate::compare::tests::{compared, deployed};
use crate::compare::{Unit, units};
use crate::date::Date;

pub(super) fn plan(memory: &Memory, choice: &Choice) -> Plan {
    let comparison = compared(memory, "dev", "production");
    let (setup, deployed) = deployed(memory);
    let planner = Planner {
        setup: &setup,
        request: &Request::all(Date::parse("2026-06-30").unwrap()),
        files: memory,
        source: memory,
        deployed: &deployed,
        choice,
    };
    planner.plan(comparison)
}

/// The files as a plan leaves them.
fn promoted(memory: &Memory, plan: &Plan) -> Memory {
    let mut after = Memory::new();
    let is_gone = |path: &Utf8Path| {
        let text = plan.files.get(path);
        text.is_some_and(|text| text.after().is_none())
    };
    for path in memory.paths().filter(|path| !is_gone(path)) {
        after.insert(path, memory.bytes(path).unwrap());
    }
    for (path, text) in &plan.files {
        if let Some(text) = text.after() {
            after.insert(path.clone(), text);
        }
    }
    after
}

/// What is edited, and what stands in the way.
fn check(files: &[(&str, &str)], choice: &Choice) -> String {
    let memory: Memory = files.iter().copied().collect();
    let plan = plan(&memory, choice);
    let mut told = Vec::new();
    for (path, text) in &plan.files {
        let diff = promotion::unified(path.as_str(), text.before(), text.after());
        let lines = diff.lines().filter(|line| line.starts_with(['+', '-']));
        told.extend(lines.map(str::to_owned));
    }
    for (application, promotion) in plan.applications() {
        for block in &promotion.blocks {
            let what = match block {
                Block::Difference(difference, _) => {
                    format!("{} {:?}", difference.path, difference.hold)
                }
                Block::Stuck(row) => format!("{} is stuck", row.field.path),
                Block::Elsewhere(what) => what.clone(),
                Block::Finding(finding) => {
                    format!("{}: {}", finding.severity, finding.message)
                }
                _ => "something else".to_owned(),
            };
            told.push(format!("{}: {what}", application.pair.name));
        }
    }
    told.join("\n")
}

const POD: [(&str, &str); 2] = [
    ("web/kustomization.yaml", "resources: [pod.yaml]\n"),
    (
        "web/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: acme/web}]\n",
    ),
];

const SET: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: web}
spec:
  generators:
  - list:
      elements:
      - {env: dev, tag: v2.0.0}  # tried here
      - {env: production, tag: v1.0.0}  # users
  template:
    metadata: {name: 'web-{{env}}'}
    spec:
      project: default
      source:
        repoURL: https://git.example.org/platform.git
        path: web
        kustomize: {images: ['acme/web:{{tag}}']}
      destination: {namespace: 'web-{{env}}'}
";

#[test]
fn an_element_of_a_set_is_edited_where_it_stands() {
    let files = [POD[0], POD[1], ("sets/web.yaml", SET)];
    assert_snapshot!(check(&files, &Choice::default()), @r#"
    --- a/sets/web.yaml
    +++ b/sets/web.yaml
    -      - {env: production, tag: v1.0.0}  # users
    +      - {env: production, tag: v2.0.0}  # users
    "#);
}

fn application(environment: &str, revision: &str) -> String {
    format!(
        "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: db-{environment}}}
spec:
  project: default
  source: {{repoURL: https://charts.example.org, chart: db, targetRevision: {revision}}}
  destination: {{namespace: db-{environment}, name: {environment}}}
"
    )
}

#[test]
fn two_applications_in_one_file() {
    let text = format!(
        "{}---\n{}",
        application("dev", "2.0.0"),
        application("production", "1.0.0")
    );
    assert_snapshot!(check(&[("argocd/db.yaml", &text)], &Choice::default()), @r#"
    --- a/argocd/db.yaml
    +++ b/argocd/db.yaml
    -  source: {repoURL: https://charts.example.org, chart: db, targetRevision: 1.0.0}
    +  source: {repoURL: https://charts.example.org, chart: db, targetRevision: 2.0.0}
    "#);
}

#[test]
fn a_lower_version_stays() {
    let (dev, production) = (
        application("dev", "1.0.0"),
        application("production", "2.0.0"),
    );
    let files = [
        ("argocd/dev/db.yaml", dev.as_str()),
        ("argocd/production/db.yaml", &production),
    ];
    assert_snapshot!(check(&files, &Choice::default()), @"db: spec.source.targetRevision Some(Downgrade)");
}

#[test]
fn an_immutable_field_stands_in_the_way() {
    let job = |tag: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: load}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{{name: load, image: 'acme/load:{tag}'}}]\n"
        )
    };
    let (dev, production) = (job("2.0.0"), job("1.0.0"));
    let files = [
        (
            "jobs/overlays/dev/kustomization.yaml",
            "resources: [job.yaml]\n",
        ),
        ("jobs/overlays/dev/job.yaml", dev.as_str()),
        (
            "jobs/overlays/production/kustomization.yaml",
            "resources: [job.yaml]\n",
        ),
        ("jobs/overlays/production/job.yaml", production.as_str()),
    ];
    assert_snapshot!(check(&files, &Choice::default()), @r#"
    --- a/jobs/overlays/production/job.yaml
    +++ b/jobs/overlays/production/job.yaml
    -      containers: [{name: load, image: 'acme/load:1.0.0'}]
    +      containers: [{name: load, image: 'acme/load:2.0.0'}]
    jobs: error: `spec.template` cannot change once the Job exists
    "#);
}

#[test]
fn a_file_that_another_environment_reads_is_not_edited() {
    let component = |tag: &str| {
        format!(
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{{name: acme/web, newTag: {tag}}}]\n"
        )
    };
    let (dev, production) = (component("2.0.0"), component("1.0.0"));
    let uses = |name: &str| format!("resources: [../../web]\ncomponents: [../../images/{name}]\n");
    let files = [
        POD[0],
        POD[1],
        ("images/dev/kustomization.yaml", dev.as_str()),
        ("images/production/kustomization.yaml", production.as_str()),
        ("overlays/dev/kustomization.yaml", &uses("dev")),
        ("overlays/stage/kustomization.yaml", &uses("production")),
        (
            "overlays/production/kustomization.yaml",
            &uses("production"),
        ),
    ];
    assert_snapshot!(check(&files, &Choice::default()), @r#"
    --- a/images/production/kustomization.yaml
    +++ b/images/production/kustomization.yaml
    -images: [{name: acme/web, newTag: 1.0.0}]
    +images: [{name: acme/web, newTag: 2.0.0}]
    .: . in stage
    "#);
}

#[test]
fn a_file_that_is_named_is_copied_unless_it_is_the_sources_own() {
    let take = |what: &str| {
        let mut choice = Choice::default();
        let pattern = Pattern::parse(what).unwrap();
        choice.fields.take.push((pattern, promotion::Side::Source));
        choice
    };
    let service = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{port: 80}}]}}\n"
        )
    };
    let (plain, own) = (service("web"), service("web-dev"));
    let files = [
        POD[0],
        POD[1],
        (
            "overlays/dev/kustomization.yaml",
            "resources: [../../web, service.yaml, own.yaml]\n",
        ),
        ("overlays/dev/service.yaml", plain.as_str()),
        ("overlays/dev/own.yaml", &own),
        (
            "overlays/production/kustomization.yaml",
            "resources: [../../web]\n",
        ),
    ];
    let told = check(&files, &take("resources[service.yaml]"));
    assert!(
        told.contains("+++ b/overlays/production/service.yaml"),
        "{told}"
    );
    assert!(
        told.contains("+  ports:") || told.contains("+spec: {ports"),
        "{told}"
    );
    assert!(
        told.contains("service.yaml]") && !told.contains("own.yaml"),
        "{told}"
    );
    let told = check(&files, &take("resources[own.yaml]"));
    assert!(
        told.contains("resources[own.yaml]") && !told.contains('+'),
        "{told}"
    );
}

/// Numbers that look like chance and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }

    fn comment(&mut self) -> String {
        match self.below(3) {
            0 => format!("  # note {}", self.below(1000)),
            _ => String::new(),
        }
    }
}

const VERSIONS: [&str; 5] = ["1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "2.3.4"];

/// Three environments with some of each: an overlay, a chart, an Application.
fn world(seed: u64) -> Memory {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut memory = Memory::new();
    memory.insert(
        "api/base/kustomization.yaml",
        "resources: [deployment.yaml]\n",
    );
    memory.insert(
        "api/base/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}}\n    spec:\n      containers:\n      - {name: api, image: acme/api}\n      - {name: sidecar, image: acme/sidecar}\n",
    );
    memory.insert(
        "web/chart/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    );
    memory.insert(
        "web/chart/templates/all.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  image: \"acme/web:{{ .Values.image.tag }}\"\n  {{- range $k, $v := .Values.settings }}\n  {{ $k }}: {{ $v | quote }}\n  {{- end }}\n",
    );
    for environment in ["dev", "stage", "production"] {
        let overlay = format!("api/overlays/{environment}/kustomization.yaml");
        memory.insert(overlay, self::overlay(environment, &mut chance));
        let values = format!("web/chart/values-{environment}.yaml");
        memory.insert(values, self::values(environment, &mut chance));
        let revision = format!("{}{}", chance.pick(&VERSIONS), chance.comment());
        let application = application(environment, "REVISION")
            .replace("targetRevision: REVISION}", "chart: db}")
            .replace("  source: {repoURL: https://charts.example.org, chart: db, chart: db}\n", &format!("  source:\n    repoURL: https://charts.example.org\n    chart: db\n    targetRevision: {revision}\n"));
        memory.insert(format!("argocd/{environment}/db.yaml"), application);
    }
    memory
}

fn overlay(environment: &str, chance: &mut Chance) -> String {
    let mut text = format!(
        "# {environment}\nnamespace: shop-{environment}\nresources: [../../base]{}\nimages:\n",
        chance.comment()
    );
    for image in ["acme/api", "acme/sidecar"] {
        let comment = chance.comment();
        text += &format!(
            "- name: {image}\n  newTag: {}{comment}\n",
            chance.pick(&VERSIONS)
        );
    }
    if chance.below(2) == 0 {
        text += &format!(
            "replicas:\n- {{name: api, count: {}}}\n",
            1 + chance.below(5)
        );
    }
    text += "configMapGenerator:\n- name: settings\n  literals:\n";
    for key in ["MODE", "LEVEL", "RETRIES", "THEME"] {
        if chance.below(3) > 0 {
            let comment = chance.comment();
            text += &format!(
                "  - {key}={}{comment}\n",
                chance.pick(&["a", "b", "40", "warm"])
            );
        }
    }
    text + &format!("  - HOST=api.{environment}.example.org\n")
}

fn values(environment: &str, chance: &mut Chance) -> String {
    let mut text = format!(
        "# values of {environment}\nimage:\n  tag: \"{}\"{}\nsettings:\n",
        chance.pick(&VERSIONS),
        chance.comment()
    );
    for key in ["cache", "color", "flavor"] {
        if chance.below(3) > 0 {
            text += &format!(
                "  {key}: {}{}\n",
                chance.pick(&["big", "small", "red"]),
                chance.comment()
            );
        }
    }
    text + &format!("  url: https://web.{environment}.example.org\n")
}

fn all_units(memory: &Memory) -> Vec<Unit> {
    let (setup, deployed) = deployed(memory);
    units(&deployed, setup.config())
}

fn comments(memory: &Memory) -> Vec<String> {
    let mut all = Vec::new();
    for path in memory.paths() {
        let bytes = memory.bytes(path).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let lines = text.lines().filter_map(|line| line.split_once('#'));
        all.extend(lines.map(|(_, own)| own.to_owned()));
    }
    all.sort();
    all
}

/// How many worlds are made up; a long run sets the variable.
fn count() -> u64 {
    let asked = std::env::var("GITOPSLINT_PAIRS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// The fields of the target that a plan moves.
fn meant(plan: &Plan) -> BTreeSet<(String, String)> {
    let mut meant = BTreeSet::new();
    for (application, promotion) in plan.applications() {
        let target = &application.pair.to.as_ref().unwrap().objects;
        for own in &application.objects {
            let object = own.right.map_or(&own.identity, |at| &target[at].identity);
            let moves = |cause| promotion.moved.contains(&cause);
            let rows = own.rows.iter().filter(|row| row.cause.is_some_and(moves));
            meant.extend(rows.map(|row| (object.to_string(), row.field.path.to_string())));
        }
    }
    meant
}

#[test]
fn what_was_chosen_moves_and_nothing_else() {
    let mut choice = Choice::default();
    choice.fields.allow_downgrade = true;
    choice.fields.exclude.extend(Pattern::parse("MODE"));
    let mut moved = 0;
    for seed in 1..=count() {
        let before = world(seed);
        let plan = plan(&before, &choice);
        let blocks = plan.promotions.iter().flat_map(|own| &own.blocks).count();
        assert_eq!(blocks, 0, "{seed}");
        moved += plan
            .promotions
            .iter()
            .map(|own| own.moved.len())
            .sum::<usize>();
        let after = promoted(&before, &plan);
        assert_eq!(comments(&before), comments(&after), "{seed}");
        let again = self::plan(&after, &choice);
        assert!(again.is_empty(), "{seed}: {:?}", again.files);
        let meant = meant(&plan);
        let (old, new) = (all_units(&before), all_units(&after));
        assert_eq!(old.len(), new.len());
        for (old, new) in old.iter().zip(&new) {
            let is_target = old
                .environment
                .as_ref()
                .is_some_and(|own| &*own.name == "production");
            let found =
                promotion::objects::differences(&old.objects, &new.objects, &Default::default());
            for own in found {
                let object = own
                    .left
                    .map_or(&own.identity, |at| &old.objects[at].identity);
                for field in own.fields.iter().filter(|field| field.noise.is_none()) {
                    let sign = (object.to_string(), field.path.to_string());
                    assert!(
                        is_target && meant.contains(&sign),
                        "{seed}: {} {sign:?}",
                        old.name
                    );
                }
            }
        }
    }
    assert!(moved as u64 > count(), "{moved}");
}

/// An Application for each environment, made by a chart that reads its version from a file.
fn apps_of_a_chart(file: &str) -> String {
    let template = format!(
        "\
{{{{- $tag := .Files.Get (printf \"tags/%s/{file}\" .Values.environment) | fromYaml }}}}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web}}
spec:
  project: default
  source:
    repoURL: https://git.example.org/platform.git
    path: web
    kustomize: {{images: ['acme/web:{{{{ $tag.image_tag }}}}']}}
  destination: {{namespace: web}}
  info:
  - name: note
    value: \"{{{{ $tag.image_tag }}}} runs in {{{{ .Values.environment }}}}\"
"
    );
    let tags = ["dev", "production"].map(|own| format!("apps/tags/{own}/{file}"));
    let files = [
        POD[0],
        POD[1],
        (
            "apps/Chart.yaml",
            "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
        ),
        ("apps/templates/web.yaml", &*template),
        ("apps/values-dev.yaml", "environment: dev\n"),
        ("apps/values-production.yaml", "environment: production\n"),
        (&*tags[0], "image_tag: v2\n"),
        (&*tags[1], "image_tag: v1\npromote: true\n"),
    ];
    check(&files, &Choice::default())
}

#[test]
fn an_application_that_a_chart_makes_in_each_environment() {
    assert_snapshot!(apps_of_a_chart("web"), @r"
    --- a/apps/tags/production/web
    +++ b/apps/tags/production/web
    -image_tag: v1
    +image_tag: v2
    ");
}

#[test]
fn what_should_move_and_cannot_is_told() {
    assert_snapshot!(apps_of_a_chart("other"), @r"
    web: spec.source.kustomize.images[acme/web] is stuck
    web: spec.containers[web].image is stuck
    ");
}
