use insta::assert_snapshot;
use manifest::{Dialect, Source};

use super::table::{BYTES, Popular};
use crate::packed::section;
use crate::table::Table;
use crate::tests::{check, judge};
use crate::{Catalog, Coverage, PodForm, PodStep, Scope, Version};

/// An Application with some more fields in its specification.
fn application(spec: &str) -> String {
    format!(
        "
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: a}}
spec:
  destination: {{name: in-cluster, namespace: a}}
{spec}"
    )
}

fn coverage(yaml: &str) -> Coverage {
    let catalog = Catalog::builtin();
    judge(&catalog, yaml, Version::NEWEST, Dialect::Kustomize).coverage
}

#[test]
fn sections_are_whole_and_names_are_found() {
    assert_eq!(&BYTES[..8], b"k8s-cus1");
    for (number, size) in [2, 8, 4, 6, 8, 2, 4].into_iter().enumerate() {
        let section = section(BYTES, number);
        assert!(!section.is_empty());
        assert_eq!(section.len() % size, 0, "section {number}");
    }
    let popular = Popular::builtin();
    for kind in popular.kinds() {
        let found = popular.kind(popular.text(kind.api_version), popular.text(kind.name));
        assert_eq!(found.map(|found| found.name), Some(kind.name));
        for field in popular.fields(kind.definition) {
            let found = popular.field(kind.definition, popular.text(field.name));
            assert_eq!(found.map(|found| found.name), Some(field.name));
        }
    }
}

#[test]
fn both_tables_are_of_one_making() {
    let [low, high] = [BYTES[8], BYTES[9]];
    let count = usize::from(u16::from_le_bytes([low, high]));
    assert_eq!(Table::builtin().count(), count);
}

#[test]
fn what_is_left_out_of_definitions_is_said() {
    let yaml =
        application("  project: default\n  source: {repoURL: 'https://example.com', path: a}\n");
    assert_snapshot!(check(&yaml), @"");
    assert_eq!(coverage(&yaml), Coverage::Popular);
    // Its description has a greatest length.
    let project =
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: {}\n";
    assert_eq!(coverage(project), Coverage::Structure);
    // Newer versions may have rules that are not known.
    let rule = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n\
                metadata: {name: a}\nspec: {}\n";
    assert_eq!(coverage(rule), Coverage::Structure);
}

#[test]
fn sealed_values_are_texts() {
    let sealed = "
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: a}
spec: {encryptedData: {password: 1, user: AgBy}}
";
    assert_snapshot!(check(sealed), @r#"
    WrongType spec.encryptedData.password `password` must be a string, not the number `1`
        quote it: `"1"`
    "#);
    assert_eq!(coverage(sealed), Coverage::Popular);
}

#[test]
fn slips_are_errors_and_other_unknown_fields_may_be_new() {
    assert_snapshot!(check(&application("  projct: default\n")), @r"
    UnknownField spec.projct: unknown field `projct` in `spec`
        did you mean `project`?
    MissingField spec.project `project` is missing in `spec`
    ");
    assert_snapshot!(check(&application("  project: default\n  rvisionHistoryLimit: 3\n")), @r"
    UnknownField spec.rvisionHistoryLimit: unknown field `rvisionHistoryLimit` in `spec`
        did you mean `revisionHistoryLimit`?
    ");
    assert_snapshot!(check(&application("  project: default\n  everything: {}\n")), @"UnlistedField spec.everything: unknown field `everything` in `spec`");
    assert_snapshot!(check(&application("  project: default\n  prune: true\n")), @"UnlistedField spec.prune: unknown field `prune` in `spec`");
    // Beside the field that it is like, it can only be another.
    assert_snapshot!(check(&application("  project: default\n  projects: [a]\n")), @r"
    UnlistedField spec.projects: unknown field `projects` in `spec`
        did you mean `project`?
    ");
}

#[test]
fn a_field_in_the_wrong_mapping_is_told_where_it_belongs() {
    assert_snapshot!(check(&application("  project: default\n  source: {repoURL: a, syncPolicy: {}}\n")), @r"
    MisplacedField spec.source.syncPolicy: unknown field `syncPolicy` in `source`
        `syncPolicy` belongs to `spec`
    ");
    let automated = "  project: default\n  syncPolicy: {automated: {selfHeal: true}}\n";
    assert_snapshot!(check(&application(&format!("{automated}  retry: {{limit: 3}}\n"))), @r"
    MisplacedField spec.retry: unknown field `retry` in `spec`
        `retry` belongs to `spec.syncPolicy`
    ");
    assert_snapshot!(check(&application(&format!("{automated}  prune: true\n"))), @r"
    MisplacedField spec.prune: unknown field `prune` in `spec`
        `prune` belongs to `spec.syncPolicy.automated`
    ");
}

#[test]
fn values_have_types_and_must_be_there() {
    assert_snapshot!(check(&application("  project: 1\n  sources: {}\n  revisionHistoryLimit: '3'\n")), @r#"
    WrongType spec.project `project` must be a string, not the number `1`
        quote it: `"1"`
    WrongType spec.sources `sources` must be a list, not a mapping
        put `- ` in front of each item
    WrongType spec.revisionHistoryLimit `revisionHistoryLimit` must be an integer, not the text `3`
        remove the quotes
    "#);
    let kustomization = "
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {interval: 1m, path: ./a, sourceRef: {kind: GitRepo, name: a}}
";
    assert_snapshot!(check(kustomization), @r"
    InvalidValue spec.sourceRef.kind `kind` must not be `GitRepo`: expected one of `Bucket`, `ExternalArtifact`, `GitRepository`, `OCIRepository`
    ");
}

#[test]
fn what_is_like_kubernetes_own_is_judged_like_it() {
    let rollout = "
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: a, lables: {a: b}}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - {name: a, imgae: b, ports: [{containerPort: '80'}]}
";
    assert_snapshot!(check(rollout), @r"
    UnknownField metadata.lables: unknown field `lables` in `metadata`
        did you mean `labels`?
    UnknownField spec.template.spec.containers[0].imgae: unknown field `imgae` in `containers[0]`
        did you mean `image`?
    WrongType spec.template.spec.containers[0].ports[0].containerPort `containerPort` must be an integer, not the text `80`
        remove the quotes
    ");
}

#[test]
fn kinds_and_versions_are_misspelt() {
    let of = |api_version: &str, kind: &str| {
        check(&format!(
            "{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}}}"
        ))
    };
    assert_snapshot!(of("bitnami.com/v1alpha1", "ealedSecret"), @r"
    UnknownApiVersion kind there is no kind `ealedSecret` in `bitnami.com/v1alpha1`
        did you mean `SealedSecret`?
    ");
    assert_snapshot!(of("rgoproj.io/v1alpha1", "Application"), @r"
    UnknownApiVersion apiVersion there is no `rgoproj.io/v1alpha1`
        did you mean `argoproj.io/v1alpha1`?
    ");
    assert_snapshot!(of("argoproj.io/v1alpha1", "Aplication"), @r"
    UnknownApiVersion kind there is no kind `Aplication` in `argoproj.io/v1alpha1`
        did you mean `Application`?
    ");
    assert_snapshot!(of("argoproj.io/v1alhpa1", "Application"), @r"
    UnknownApiVersion apiVersion `v1alhpa1` is not a valid API version
        did you mean `argoproj.io/v1alpha1`?
    ");
    assert_snapshot!(of("argoporj.io/v1alpha1", "Application"), @r"
    UnknownApiVersion apiVersion there is no `argoporj.io/v1alpha1`
        did you mean `argoproj.io/v1alpha1`?
    ");
    for (api_version, kind) in [
        ("argoproj.io/v1alpha1", "Widget"),
        ("argoproj.io/v2", "Application"),
        ("example.com/v1", "Application"),
        ("operator.victoriametrics.com/v1beta1", "VXSingle"),
        ("monitoring.example.com/v1", "Prometheus"),
    ] {
        assert_eq!(of(api_version, kind), "", "{api_version} {kind}");
        let yaml = format!("{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}}}");
        assert_eq!(coverage(&yaml), Coverage::NoSchema);
    }
}

#[test]
fn constraints_are_of_any_kind() {
    let constraint = "
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: OwnKind
metadata: {name: a}
spec: {enforcmentAction: deny, match: {scope: Somewhere}, parameters: {any: thing}}
";
    assert_snapshot!(check(constraint), @r"
    UnknownField spec.enforcmentAction: unknown field `enforcmentAction` in `spec`
        did you mean `enforcementAction`?
    InvalidValue spec.match.scope `scope` must not be `Somewhere`: expected one of `*`, `Cluster`, `Namespaced`
    ");
}

#[test]
fn what_may_be_new_is_no_error() {
    // Of this kind only versions of some years ago are known.
    let of = |spec: &str| {
        check(&format!(
            "{{apiVersion: longhorn.io/v1beta2, kind: Volume, metadata: {{name: a}}, spec: {spec}}}"
        ))
    };
    assert_snapshot!(of("{frontend: blockdev, fromBackup: {a: b}, accessMode: other}"), @r"
    UnlistedField spec.fromBackup `fromBackup` must be a string, not a mapping
    UnlistedField spec.accessMode `accessMode` must not be `other`: expected one of `rwo`, `rwx`
    ");
    assert_snapshot!(of("{accessMode: rwxx, numberOfReplicas: '3'}"), @r"
    InvalidValue spec.accessMode `accessMode` must not be `rwxx`: expected one of `rwo`, `rwx`
        did you mean `rwx`?
    WrongType spec.numberOfReplicas `numberOfReplicas` must be an integer, not the text `3`
        remove the quotes
    ");
    // Definitions come to take other letter cases, and texts with a unit beside numbers.
    assert_snapshot!(of("{accessMode: RWX, numberOfReplicas: 3s}"), @r"
    UnlistedField spec.accessMode `accessMode` must not be `RWX`: expected one of `rwo`, `rwx`
        did you mean `rwx`?
    UnlistedField spec.numberOfReplicas `numberOfReplicas` must be an integer, not the text `3s`
    ");
}

#[test]
fn what_only_names_are_known_of_has_no_schema() {
    let yaml = "{apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: {name: a}, spec: {}}";
    assert_eq!(coverage(yaml), Coverage::NoSchema);
    let scope = Catalog::builtin().scope("kubevirt.io/v1", "VirtualMachine");
    assert_eq!(scope, Some(Scope::Namespaced));
}

#[test]
fn scopes_and_versions_are_known() {
    let catalog = Catalog::builtin();
    let scope = |api_version, kind| catalog.scope(api_version, kind);
    assert_eq!(
        scope("cert-manager.io/v1", "ClusterIssuer"),
        Some(Scope::Cluster)
    );
    assert_eq!(
        scope("cert-manager.io/v1", "Issuer"),
        Some(Scope::Namespaced)
    );
    assert_eq!(scope("cert-manager.io/v1", "Widget"), None);
    let versions = |group, kind| catalog.versions(group, kind).join(" ");
    assert_snapshot!(versions("gateway.networking.k8s.io", "GRPCRoute"), @"v1 v1alpha2");
    assert_snapshot!(versions("autoscaling", "HorizontalPodAutoscaler"), @"v1 v2 v2beta2");
    assert_snapshot!(versions("", "Pod"), @"v1");
    assert_snapshot!(versions("example.com", "Pod"), @"");
}

#[test]
fn places_of_pods_are_found_by_their_form() {
    let catalog = Catalog::builtin();
    let places = |api_version, kind| {
        let places = catalog.pod_places(api_version, kind);
        let place = |place: &crate::PodPlace| {
            let step = |step: &PodStep| match step {
                PodStep::Key(key) => format!(".{key}"),
                PodStep::Each => "[]".to_owned(),
            };
            let path: String = place.path.iter().map(step).collect();
            let form = match place.form {
                PodForm::Template => "template",
                PodForm::Spec => "spec",
            };
            let part = if place.is_whole { "" } else { " in part" };
            format!("{path} {form}{part}")
        };
        places.iter().map(place).collect::<Vec<String>>().join("\n")
    };
    assert_snapshot!(places("apps/v1", "Deployment"), @".spec.template template");
    assert_snapshot!(places("batch/v1", "CronJob"), @".spec.jobTemplate.spec.template template");
    assert_snapshot!(places("argoproj.io/v1alpha1", "Rollout"), @".spec.template template");
    assert_snapshot!(places("monitoring.coreos.com/v1", "Prometheus"), @".spec spec in part");
    assert_snapshot!(places("serving.knative.dev/v1", "Service"), @".spec.template template");
    assert_snapshot!(places("keda.sh/v1alpha1", "ScaledJob"), @".spec.jobTargetRef.template template");
    assert_snapshot!(places("ray.io/v1", "RayCluster"), @r"
    .spec.headGroupSpec.template template
    .spec.workerGroupSpecs[].template template
    ");
    assert_snapshot!(places("cert-manager.io/v1", "Certificate"), @"");
}

#[test]
fn places_are_looked_up_in_objects() {
    let yaml = "
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: a}
spec: {workerGroupSpecs: [{template: {spec: {}}}, {template: {}}]}
";
    let source = Source::built_in("object", yaml);
    let document = source.documents().documents.remove(0);
    let places = Catalog::builtin().pod_places("ray.io/v1", "RayCluster");
    let found = places.iter().flat_map(|place| place.find(document.view()));
    let found: Vec<String> = found.map(|(path, _)| path.to_string()).collect();
    assert_snapshot!(found.join(" "), @"spec.workerGroupSpecs[0].template spec.workerGroupSpecs[1].template");
}

#[test]
fn definitions_in_the_repository_outrank_the_table() {
    let crd = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: applications.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Application, plural: applications}
  scope: Cluster
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                everything: {type: boolean}
                pods:
                  type: array
                  items:
                    type: object
                    properties:
                      metadata: {type: object}
                      spec:
                        type: object
                        properties:
                          containers:
                            type: array
                            items: {type: object, properties: {name: {}, image: {}, env: {}, command: {}}}
";
    let source = Source::built_in("definition", crd);
    let documents = source.documents().documents;
    let catalog = Catalog::with_crds(documents.iter().map(|document| document.view()));
    let kind = ("argoproj.io/v1alpha1", "Application");
    assert_eq!(catalog.scope(kind.0, kind.1), Some(Scope::Cluster));
    let yaml = "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {everything: true}}";
    let verdict = judge(&catalog, yaml, Version::NEWEST, Dialect::Kustomize);
    assert_eq!(
        (verdict.coverage, verdict.violations),
        (Coverage::Custom, vec![])
    );
    let places = catalog.pod_places(kind.0, kind.1);
    assert_eq!(places.len(), 1);
    let place = &places[0];
    assert_eq!((place.form, place.is_whole), (PodForm::Template, false));
}

#[test]
fn texts_match_one_of_the_patterns() {
    let interval = |interval: &str| {
        check(&format!(
            "{{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {{name: a}}, spec: {{interval: {interval}, prune: true, path: ./a, sourceRef: {{kind: GitRepository, name: a}}}}}}"
        ))
    };
    assert_snapshot!(interval("1h30m"), @"");
    assert_snapshot!(interval("'${INTERVAL}'"), @"");
    assert_snapshot!(interval("<INTERVAL>"), @"");
    assert_snapshot!(interval("''"), @"MissingField spec.interval `interval` is empty");
    assert_snapshot!(interval("10 minutes"), @r"InvalidValue spec.interval `interval` `10 minutes` does not match `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`");
}

#[test]
fn a_field_belongs_where_it_is_lacking() {
    let set = "
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: a}
spec:
  generators: [{list: {elements: [{a: b}]}}]
  template: {metadata: {name: a}}
  spec: {project: default, destination: {name: in-cluster}}
";
    assert_snapshot!(check(set), @r"
    MissingField spec.template.spec `spec` is missing in `template`
    MisplacedField spec.spec: unknown field `spec` in `spec`
        `spec` belongs to `spec.template`
    ");
    let twice = "  project: default\n  syncPolicy: {automated: {automated: {prune: true}}}\n";
    assert_snapshot!(check(&application(twice)), @r"
    MisplacedField spec.syncPolicy.automated.automated: unknown field `automated` in `automated`
        nested twice: move its fields up
    ");
}
