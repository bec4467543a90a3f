//! One report that every format's tests write.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Gvk, Location, ObjectId, Source, Span};
use spanned_yaml::Tree;

use super::{Context, Detail, Format, write};
use crate::judge::finding::{Affected, Finding, Report, Summary, Suppression, Unchecked};
use crate::judge::redact::Sensitive;
use crate::problem::Related;
use crate::rule::{Rule, RuleId, Severities, Severity, Tier};
use crate::settings::baseline::Subject;

const BASE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
      - name: api
        image: ghcr.io/acme/api:1.4.2
        securityContext:
          privileged: true
        env:
        - name: DB_PASSWORD
          value: hunter2
";
const PATCH: &str = "\
spec:
  template:
    spec:
      containers:
      - name: api
        image: ghcr.io/acme/api:latest # gitopslint: ignore[unpinned-image] tags are immutable here
";

/// A report with its sources' sensitive places and its rules.
pub(super) struct Sample {
    pub(super) report: Report,
    pub(super) sensitive: Sensitive,
    pub(super) rules: Vec<RuleId>,
}

impl Sample {
    /// The plainest context: no colour, everything checked, read from the root.
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            rules: &self.rules,
            sensitive: &self.sensitive,
            color: false,
            width: 100,
            show_info: false,
            detail: Detail::default(),
            complete: true,
            prefix: Utf8Path::new(""),
            workflow: super::Workflow::default(),
        }
    }

    /// What a format makes of it.
    pub(super) fn write(&self, format: Format) -> String {
        self.write_with(format, |_| {})
    }

    /// What a format makes of it in another context.
    pub(super) fn write_with(&self, format: Format, set: impl FnOnce(&mut Context<'_>)) -> String {
        let mut context = self.context();
        set(&mut context);
        let mut out = Vec::new();
        write(format, &self.report, &context, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A source of a file.
pub(super) fn source(path: &str, text: &str) -> Arc<Source> {
    Source::file(path, Tree::of_spans(text, []))
}

/// The first bytes of a source that read `what`.
pub(super) fn at(source: &Arc<Source>, what: &str) -> Location {
    let start = source.tree.text().find(what).unwrap();
    Location {
        file: source.clone(),
        span: Span::new(start as u32, (start + what.len()) as u32),
    }
}

/// A finding that affects nothing and has neither help nor related places.
pub(super) fn finding(
    severity: Severity,
    rule: &str,
    message: &str,
    place: Option<Location>,
) -> Finding {
    Finding {
        rule: named(rule, "", "", Severities::all(severity)).into(),
        severity,
        message: message.to_owned(),
        help: None,
        fingerprint: format!("{rule}-1"),
        subject: Subject::default(),
        place,
        related: Vec::new(),
        affected: Vec::new(),
        suppressed: None,
        owners: Default::default(),
    }
}

/// The deployment `api` in the overlays of the environments.
pub(super) fn api_in<const N: usize>(environments: [(&str, Tier, Severity); N]) -> Vec<Affected> {
    let object = Arc::new(ObjectId {
        gvk: Gvk::new("apps/v1", "Deployment"),
        namespace: "".into(),
        name: "api".into(),
    });
    let affected = environments.map(|(environment, tier, severity)| Affected {
        target: Utf8Path::new(&format!("overlays/{environment}")).into(),
        environment: Some(environment.into()),
        tier,
        project: None,
        object: Some(object.clone()),
        severity,
    });
    affected.into()
}

/// No findings.
pub(super) fn clean() -> Sample {
    Sample {
        report: Report {
            findings: Vec::new(),
            summary: Summary {
                files_used: 5,
                targets: 3,
                objects: 12,
                ..Summary::default()
            },
        },
        sensitive: Sensitive::default(),
        rules: rules(),
    }
}

/// One finding of each sort.
pub(super) fn sample() -> Sample {
    use Severity::{Error, Info, Warning};
    use Tier::{Dev, Production, Stage};

    let base = source("base/deployment.yaml", BASE);
    let patch = source("overlays/production/patch.yaml", PATCH);
    let image = at(&patch, "ghcr.io/acme/api:latest");
    let everywhere = || {
        api_in([
            ("dev", Dev, Error),
            ("stage", Stage, Error),
            ("production", Production, Error),
        ])
    };
    let hardening = || {
        api_in([
            ("stage", Stage, Info),
            ("prod-eu", Production, Warning),
            ("prod-us", Production, Warning),
        ])
    };
    let mut sensitive = Sensitive::default();
    sensitive.add(&at(&base, "hunter2"));
    sensitive.settle();

    let findings = vec![
        Finding {
            help: Some("set `readOnlyRootFilesystem: true`".into()),
            owners: ["@acme/apps".into()].into(),
            affected: hardening(),
            ..finding(
                Warning,
                "writable-root-filesystem",
                "container `api` can write to its root file system",
                Some(at(&base, "containers")),
            )
        },
        Finding {
            help: Some("set `seccompProfile.type: RuntimeDefault`".into()),
            affected: hardening(),
            ..finding(
                Warning,
                "missing-seccomp-profile",
                "container `api` may use every system call",
                Some(at(&base, "containers")),
            )
        },
        Finding {
            help: Some("remove it, or add the one capability needed".into()),
            affected: everywhere(),
            ..finding(
                Error,
                "privileged-container",
                "container `api` runs privileged",
                Some(Location {
                    span: at(&base, "privileged: true").span,
                    ..at(&base, "true")
                }),
            )
        },
        Finding {
            affected: everywhere(),
            ..finding(
                Error,
                "plain-secret",
                "`DB_PASSWORD` is written in the open",
                Some(at(&base, "hunter2")),
            )
        },
        Finding {
            affected: hardening(),
            ..finding(
                Info,
                "single-replica",
                "`api` has one replica",
                Some(at(&base, "spec")),
            )
        },
        Finding {
            related: vec![Related {
                what: "overrides this".to_owned(),
                place: at(&base, "ghcr.io/acme/api:1.4.2"),
                like: None,
            }],
            affected: api_in([("production", Production, Error)]),
            ..finding(
                Error,
                "mutable-image-tag",
                "`ghcr.io/acme/api:latest` can change under you",
                Some(at(&patch, "latest")),
            )
        },
        Finding {
            suppressed: Some(Box::new(Suppression {
                reason: "tags are immutable here".to_owned(),
                place: at(
                    &patch,
                    "# gitopslint: ignore[unpinned-image] tags are immutable here",
                ),
                in_baseline: false,
            })),
            affected: api_in([("production", Production, Warning)]),
            ..finding(
                Warning,
                "unpinned-image",
                "the image has no digest",
                Some(image),
            )
        },
        Finding {
            affected: vec![Affected {
                target: Utf8Path::new("charts/redis").into(),
                environment: None,
                tier: Stage,
                project: None,
                object: None,
                severity: Warning,
            }],
            ..finding(
                Warning,
                "does-not-render",
                "the chart is not in the repository",
                None,
            )
        },
    ];
    Sample {
        report: Report {
            findings,
            summary: Summary {
                change: None,
                baseline: None,
                gate: None,
                files_used: 902,
                files_not_kubernetes: 36,
                files_not_rendered: 3,
                unreferenced: vec!["apps/old.yaml".into(), "apps/older.yaml".into()],
                targets: 62,
                targets_partial: 0,
                targets_failed: 1,
                objects: 1812,
                projects: Default::default(),
                unchecked: vec![
                    Unchecked {
                        what: "charts".to_owned(),
                        which: vec![("redis".to_owned(), 1)],
                    },
                    Unchecked {
                        what: "objects without a schema".to_owned(),
                        which: vec![("Rollout".to_owned(), 9), ("Certificate".to_owned(), 5)],
                    },
                ],
            },
        },
        sensitive,
        rules: rules(),
    }
}

/// A report in which everything that others can write tries to be more than text.
pub(super) fn hostile() -> Sample {
    let text = "a: \u{1b}[2J::error::x | `b` <img src=x> \u{202e}\n";
    let file = source(
        "::set-output name=a,b::\u{1b}]0;x\u{7}\n%0A|`<b>`@all.yaml",
        text,
    );
    let message = "`a\u{1b}[31m`\n::error::\u{9b}31m 100% <script> | [x](http://x) @all {0} `";
    let place = at(&file, "::error::x");
    let findings = vec![Finding {
        help: Some("first\r\n::stop-commands::x".into()),
        related: vec![Related {
            what: "see\n::debug::".to_owned(),
            place: at(&file, "`b`"),
            like: None,
        }],
        affected: vec![Affected {
            target: Utf8Path::new("::add-mask::/\u{1b}c").into(),
            environment: Some("dev\n::warning::".into()),
            tier: Tier::Dev,
            project: None,
            object: None,
            severity: Severity::Error,
        }],
        ..finding(Severity::Error, "bad\n:rule,`", message, Some(place))
    }];
    Sample {
        report: Report {
            findings,
            summary: Summary {
                unreferenced: vec!["\u{1b}c|<b>.yaml".into()],
                targets: 1,
                unchecked: vec![Unchecked {
                    what: "objects\u{7}".to_owned(),
                    which: vec![("K\n::error::".to_owned(), 2)],
                }],
                ..Summary::default()
            },
        },
        sensitive: Sensitive::default(),
        rules: Vec::new(),
    }
}

fn named(id: &str, group: &str, title: &str, severities: Severities) -> Arc<Rule> {
    Arc::new(Rule {
        id: id.to_owned().into(),
        group: group.to_owned().into(),
        title: title.to_owned().into(),
        description: format!("Why {id} is bad.").into(),
        remediation: format!("How to fix {id}.").into(),
        severities,
        references: Vec::new(),
        is_optional: false,
        bad: None,
        good: None,
    })
}

fn rules() -> Vec<RuleId> {
    let privileged = named(
        "privileged-container",
        "security",
        "A container runs privileged",
        Severities::all(Severity::Error),
    );
    let privileged = Rule {
        references: vec!["CIS 5.2.2".to_owned()],
        is_optional: false,
        bad: Some("privileged: true\n".into()),
        good: Some("privileged: false\n".into()),
        ..Rule::clone(&privileged)
    };
    let single = named(
        "single-replica",
        "availability",
        "A workload has one replica",
        Severities {
            dev: Severity::Off,
            stage: Severity::Off,
            production: Severity::Info,
        },
    );
    vec![Arc::new(privileged).into(), single.into()]
}
