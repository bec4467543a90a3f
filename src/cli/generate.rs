use std::num::NonZeroU32;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use helm::Capabilities;
use kustomize::Options;
use manifest::Recorder;

use super::shown::FailOn;
use super::terminal::Terminal;
use super::{FOUND, Failure, current_folder, deadline, faults};
use crate::checks::policy::Scope;
use crate::date::Date;
use crate::deploy::{ChartUse, ValuesFrom, Word};
use crate::render::ChartRequest;
use crate::report::{self, Format, plural};
use crate::request::{ApiVersions, Stage};
use crate::rule::{CAPACITY, REFERENCES, RuleId, Severity};
use crate::snapshot::{Disk, Part};
use crate::{Request, Setup, render};

/// Print the manifests of the current folder for Argo CD, or reject it
///
/// This is the contract of a config management plugin: manifests on standard output, all
/// else on standard error. An application that does not render, or renders to nothing, is
/// rejected, so that Argo CD keeps what runs; so is one with findings at or above the parameter
/// `fail-on`, where that is set.
#[derive(Args)]
pub(super) struct Generate {
    /// Accept any application that renders to nothing: with pruning on, Argo CD then deletes what
    /// runs
    #[arg(long)]
    allow_empty: bool,
    /// Reject every application that renders to nothing, whatever its parameter `allow-empty` says
    #[arg(long, conflicts_with = "allow_empty")]
    forbid_empty: bool,
    /// Reject what takes longer than this: Argo CD itself gives up after 60 seconds
    #[arg(long, value_name = "SECONDS", default_value = "50")]
    timeout: NonZeroU32,
}

impl Generate {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        deadline::after(self.timeout);
        let folder = current_folder()?;
        let sent = Sent::around(&folder, &variable("ARGOCD_APP_SOURCE_PATH"));
        let disk = Disk::new(&sent.root)
            .map_err(|fault| Failure::new(format!("cannot open {}: {fault}", sent.root)))?;
        let target = super::inside(&disk, &folder)?;
        deadline::progress().begins(Stage::Render, [target.to_string()]);
        let setup = Setup::read_in(crate::cli::isolation(), &disk, None).map_err(|faults| {
            refused(&target, faults::headline(&faults)).details(faults::told(&faults, false))
        })?;
        let chart = chart(&target)?;
        let recorder = Recorder::new(&disk);
        let text = match render::print_applied(&recorder, &target, Options::default(), &chart) {
            Ok(text) => text,
            Err(faults) => {
                let why = match faults.first() {
                    Some(first) => format!("it does not render: {}", faults::brief(first)),
                    None => "it does not render".to_owned(),
                };
                let refusal = refused(&target, &why).details(faults::told(&faults, false));
                return Err(match sent.is_part {
                    true => refusal.hint(SENT_IN_PART),
                    false => refusal,
                });
            }
        };
        if text.trim().is_empty() && !self.lets_be_empty()? {
            let more = "Argo CD would delete what runs; the application's parameter `allow-empty: \
                        \"true\"` permits that, unless the plugin forbids it";
            return Err(refused(&target, "it renders to nothing").details(more.to_owned()));
        }
        if let Some(fail_on) = fail_on()? {
            let read = recorder.into_reads();
            let read = read.files().map(Utf8Path::to_owned);
            let refusal = check(&Part::new(&disk, read), &setup, &target, fail_on)?;
            if let Some(refusal) = refusal {
                terminal.complain(&refusal);
                return Ok(FOUND);
            }
        }
        terminal
            .out()
            .write_all(text.as_bytes())
            .map_err(|fault| Failure::new(format!("cannot write the manifests: {fault}")))?;
        Ok(0)
    }

    /// Whether the application may render to nothing.
    fn lets_be_empty(&self) -> Result<bool, Failure> {
        let is_asked = match variable("PARAM_ALLOW_EMPTY").as_str() {
            "" | "false" => false,
            "true" => true,
            other => {
                return Err(
                    Failure::new(format!("the parameter allow-empty is `{other}`"))
                        .hint("expected one of true, false"),
                );
            }
        };
        Ok(self.allow_empty || is_asked && !self.forbid_empty)
    }
}

/// What may be wrong where only a part of a repository does not render.
const SENT_IN_PART: &str = "Argo CD sent only the folder that the paths of \
    `argocd.argoproj.io/manifest-generate-paths` share: what the application reads elsewhere has \
    to be among them";

/// Why an application is not deployed: one plain line that Argo CD shows first, then the rest.
fn refused(target: &Utf8Path, why: &str) -> Failure {
    let name = variable("ARGOCD_APP_NAME");
    // Of a part of the repository, the folder says little.
    let source_path = variable("ARGOCD_APP_SOURCE_PATH");
    let target = match (source_path.trim_matches('/'), target.as_str()) {
        ("", "") => ".",
        ("", target) => target,
        (source_path, _) => source_path,
    };
    let which = match name.is_empty() {
        true => target.to_owned(),
        false => format!("the application {name} ({target})"),
    };
    Failure::new(format!("{which} is refused: {why}"))
}

/// The severity from which on findings refuse the application, if any does.
fn fail_on() -> Result<Option<FailOn>, Failure> {
    match variable("PARAM_FAIL_ON").as_str() {
        // Argo CD does not send the defaults that a plugin announces.
        "" | "never" => Ok(None),
        "error" => Ok(Some(FailOn::Error)),
        "warning" => Ok(Some(FailOn::Warning)),
        "info" => Ok(Some(FailOn::Info)),
        other => Err(Failure::new(format!("the parameter fail-on is `{other}`"))
            .hint("expected one of error, warning, info, never")),
    }
}

/// Checks the application by itself: Argo CD asks for each of hundreds, within a deadline. Rules
/// that need the rest of the repository to tell are left to `gitopslint check`.
fn check(
    part: &Part<'_>,
    setup: &Setup,
    target: &Utf8Path,
    fail_on: FailOn,
) -> Result<Option<Failure>, Failure> {
    let needs_more = |rule: &&RuleId| {
        let scope = setup.policies().scope(&rule.id);
        [CAPACITY, REFERENCES].contains(&&*rule.group)
            || matches!(scope, Some(Scope::Environment | Scope::Repository))
    };
    let version = variable("KUBE_VERSION");
    let skip = setup.rules().iter().filter(needs_more);
    let request = Request {
        paths: vec![target.to_owned()],
        kubernetes: (!version.is_empty())
            .then(|| super::any_version(&version))
            .transpose()?,
        api_versions: ApiVersions::Template(served()),
        skip: skip.map(|rule| rule.id.to_string()).collect(),
        ..Request::all(Date::at(SystemTime::now()))
    };
    let mut checked = setup.check(part, &request);
    if !fail_on.is_reached(&checked.report) {
        return Ok(None);
    }
    // Argo CD shows all of it in one box: what refuses nothing would hide what does.
    let findings = &mut checked.report.findings;
    findings.retain(|finding| fail_on.is_failed_by(finding.severity));
    let context = report::Context {
        prefix: Utf8Path::new(""),
        workflow: report::Workflow::default(),
        rules: setup.rules(),
        sensitive: &checked.sensitive,
        color: false,
        width: 100,
        show_info: fail_on == FailOn::Info,
        detail: report::Detail::default(),
        complete: false,
    };
    let mut told = Vec::new();
    report::write(Format::Concise, &checked.report, &context, &mut told)
        .map_err(|fault| Failure::new(format!("cannot write the result: {fault}")))?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let count = checked.report.count(severity);
        (count > 0).then(|| plural(count, severity.name()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().take(1).collect();
    let why = format!(
        "{}, and its parameter fail-on is `{}`",
        counts.concat(),
        variable("PARAM_FAIL_ON")
    );
    Ok(Some(refused(target, &why).details(told)))
}

/// How Argo CD itself would render the folder, if it is a chart: under the application's name,
/// for its cluster, with the values files of the parameter `value-files`.
fn chart(folder: &Utf8Path) -> Result<ChartRequest, Failure> {
    let files = (0..).map(|index| variable(&format!("PARAM_VALUE_FILES_{index}")));
    let files = files.take_while(|file| !file.is_empty());
    let file = |file: String| {
        let path = manifest::normalize(folder, &file).ok_or_else(|| {
            Failure::new(format!("the values file {file} is outside the repository"))
        })?;
        Ok(ValuesFrom::File {
            path,
            by: None,
            is_optional: false,
        })
    };
    let named = |name: &str| Some(variable(name)).filter(|value| !value.is_empty());
    Ok(ChartRequest {
        chart: ChartUse {
            chart: folder.to_owned(),
            values: files.map(file).collect::<Result<_, Failure>>()?,
            release: named("ARGOCD_APP_NAME")
                .unwrap_or("release-name".to_owned())
                .into(),
            namespace: named("ARGOCD_APP_NAMESPACE").map(Word::from),
            by: None,
            pulled: None,
            post_renderers: Vec::new(),
        },
        capabilities: Capabilities::new(named("KUBE_VERSION").as_deref(), served()),
        options: helm::Options {
            include_crds: true,
            ..helm::Options::default()
        },
    })
}

/// The API versions that the application's cluster serves.
fn served() -> Vec<String> {
    let served = variable("KUBE_API_VERSIONS");
    let served = served.split(',').map(str::trim).filter(|v| !v.is_empty());
    served.map(str::to_owned).collect()
}

/// What Argo CD sent of a repository.
#[derive(Debug, PartialEq)]
struct Sent {
    root: Utf8PathBuf,
    /// Whether it is a part of the repository.
    is_part: bool,
}

impl Sent {
    /// The repository around an application's folder: what is left without the application's path.
    /// Argo CD may have sent only a part of the repository, whose top is then where the
    /// repository's own would be: what is left without the longest end of the path that fits.
    fn around(folder: &Utf8Path, source_path: &str) -> Self {
        let path = Utf8Path::new(source_path.trim_matches('/'));
        let parts = path.components().map(|part| part.as_str());
        let parts: Vec<&str> = parts.filter(|part| *part != ".").collect();
        let ends = |depth: usize| {
            let end: Utf8PathBuf = parts[parts.len() - depth..].iter().collect();
            folder.ends_with(end)
        };
        let depth = (1..=parts.len()).rev().find(|depth| ends(*depth));
        let root = match depth {
            Some(depth) => folder.ancestors().nth(depth).unwrap_or(folder).to_owned(),
            None => super::enclosing_work_tree(folder),
        };
        Self {
            root,
            is_part: depth.unwrap_or(0) < parts.len(),
        }
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_what_is_left_without_the_path() {
        let check = |folder: &str, path: &str, root: &str, is_part: bool| {
            let root = root.into();
            let expect = Sent { root, is_part };
            assert_eq!(Sent::around(folder.into(), path), expect, "{folder} {path}");
        };
        check("/tmp/x/apps/web/prod", "apps/web/prod", "/tmp/x", false);
        check("/tmp/x/apps/web/prod", "./apps/web/prod/", "/tmp/x", false);
        // Only `apps/web` was sent.
        check("/tmp/x/web/prod", "apps/web/prod", "/tmp/x", true);
        check("/tmp/x/prod", "apps/web/prod", "/tmp/x", true);
        // Only the application's own folder was sent.
        check("/tmp/x/other", "apps/web/prod", "/tmp/x/other", true);
        check("/tmp/x", ".", "/tmp/x", false);
        check("/tmp/x", "", "/tmp/x", false);
    }
}
