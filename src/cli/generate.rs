use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use helm::Capabilities;
use kustomize::Options;

use super::check::FailOn;
use super::terminal::Terminal;
use super::{FAILED, FOUND, Failure, current_folder, faults};
use crate::date::Date;
use crate::deploy::{ChartUse, ValuesFrom, Word};
use crate::render::ChartRequest;
use crate::report::{self, Format};
use crate::snapshot::Disk;
use crate::{Request, Setup, render};

/// Print the manifests of the current folder for Argo CD, or refuse
///
/// This is the contract of a config management plugin: manifests on the standard output, all
/// else on the standard error. An application that does not render, or renders to nothing, is
/// refused, so that Argo CD keeps what runs; so is one with findings at or above the parameter
/// `fail-on`, where that is set.
#[derive(Args)]
pub(super) struct Generate {
    /// Let an application render to nothing, which makes Argo CD delete what runs if pruning is
    /// on
    #[arg(long)]
    allow_empty: bool,
}

impl Generate {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let folder = current_folder()?;
        let root = root(&folder, &variable("ARGOCD_APP_SOURCE_PATH"));
        let disk = Disk::new(&root)
            .map_err(|fault| Failure::new(format!("cannot open {root}: {fault}")))?;
        let target = super::inside(&disk, &folder)?;
        let chart = chart(&target)?;
        let text = match render::print_applied(&disk, &target, Options::default(), &chart) {
            Ok(text) => text,
            Err(faults) => {
                terminal.note(&faults::told(&faults, false));
                return Ok(FAILED);
            }
        };
        if text.trim().is_empty() && !self.allow_empty {
            return Err(Failure::new("the application renders to nothing").hint(
                "Argo CD would delete what runs; pass --allow-empty to `gitopslint generate` if that is meant",
            ));
        }
        if let Some(refused) = refusal(&disk, &target, terminal)? {
            return Ok(refused);
        }
        terminal
            .out()
            .write_all(text.as_bytes())
            .map_err(|fault| Failure::new(format!("cannot write the manifests: {fault}")))?;
        Ok(0)
    }
}

/// Checks the application and tells its findings where they are as severe as `fail-on` asks.
fn refusal(disk: &Disk, target: &Utf8Path, terminal: &mut Terminal) -> Result<Option<u8>, Failure> {
    let fail_on = match variable("PARAM_FAIL_ON").as_str() {
        // Argo CD does not send the defaults that a plugin announces.
        "" | "never" => return Ok(None),
        "error" => FailOn::Error,
        "warning" => FailOn::Warning,
        "info" => FailOn::Info,
        other => {
            return Err(Failure::new(format!("the parameter fail-on is `{other}`"))
                .hint("it takes error, warning, info or never"));
        }
    };
    let setup = Setup::read(disk, None).map_err(|faults| super::configuration(&faults))?;
    let version = variable("KUBE_VERSION");
    let request = Request {
        paths: vec![target.to_owned()],
        kubernetes: (!version.is_empty())
            .then(|| super::any_version(&version))
            .transpose()?,
        ..Request::all(Date::at(SystemTime::now()))
    };
    let checked = setup.check(disk, &request);
    if !fail_on.is_reached(&checked) {
        return Ok(None);
    }
    let context = report::Context {
        prefix: Utf8Path::new(""),
        rules: setup.rules(),
        sensitive: &checked.sensitive,
        color: false,
        width: 100,
        show_info: false,
        complete: false,
    };
    let mut told = Vec::new();
    report::write(Format::Human, &checked.report, &context, &mut told)
        .map_err(|fault| Failure::new(format!("cannot write the result: {fault}")))?;
    terminal.note(&String::from_utf8_lossy(&told));
    Ok(Some(FOUND))
}

/// How Argo CD itself would render the folder, if it is a chart: under the application's name,
/// for its cluster, with the values files of the parameter `value-files`.
fn chart(folder: &Utf8Path) -> Result<ChartRequest, Failure> {
    let files = (0..).map(|index| variable(&format!("PARAM_VALUE_FILES_{index}")));
    let files = files.take_while(|file| !file.is_empty());
    let file = |file: String| {
        let path = manifest::normalize(folder, &file).ok_or_else(|| {
            Failure::new(format!(
                "the values file {file} stands outside the repository"
            ))
        })?;
        Ok(ValuesFrom::File {
            path,
            by: None,
            is_optional: false,
        })
    };
    let named = |name: &str| Some(variable(name)).filter(|value| !value.is_empty());
    let served = variable("KUBE_API_VERSIONS");
    let served = served.split(',').map(str::trim).filter(|v| !v.is_empty());
    Ok(ChartRequest {
        chart: ChartUse {
            chart: folder.to_owned(),
            values: files.map(file).collect::<Result<_, Failure>>()?,
            release: named("ARGOCD_APP_NAME")
                .unwrap_or("release-name".to_owned())
                .into(),
            namespace: named("ARGOCD_APP_NAMESPACE").map(Word::from),
            by: None,
            post_renderers: Vec::new(),
        },
        capabilities: Capabilities::new(
            named("KUBE_VERSION").as_deref(),
            served.map(str::to_owned),
        ),
        options: helm::Options {
            include_crds: true,
            ..helm::Options::default()
        },
    })
}

/// The repository around an application's folder: what is left without the application's path.
/// Argo CD may have sent only a part of the repository, whose top then stands where the
/// repository's own would: what is left without the longest end of the path that fits.
fn root(folder: &Utf8Path, source_path: &str) -> Utf8PathBuf {
    let path = Utf8Path::new(source_path.trim_matches('/'));
    let parts = path.components().map(|part| part.as_str());
    let parts: Vec<&str> = parts.filter(|part| *part != ".").collect();
    let ends = |depth: usize| {
        let end: Utf8PathBuf = parts[parts.len() - depth..].iter().collect();
        folder.ends_with(end)
    };
    match (1..=parts.len()).rev().find(|depth| ends(*depth)) {
        Some(depth) => folder.ancestors().nth(depth).unwrap_or(folder).to_owned(),
        None => super::enclosing_work_tree(folder),
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
        let check = |folder: &str, path: &str, expect: &str| {
            assert_eq!(root(folder.into(), path), expect, "{folder} {path}");
        };
        check("/tmp/x/apps/web/prod", "apps/web/prod", "/tmp/x");
        check("/tmp/x/apps/web/prod", "./apps/web/prod/", "/tmp/x");
        // Only `apps/web` was sent.
        check("/tmp/x/web/prod", "apps/web/prod", "/tmp/x");
        check("/tmp/x/prod", "apps/web/prod", "/tmp/x");
        check("/tmp/x/other", "apps/web/prod", "/tmp/x/other");
        check("/tmp/x", "", "/tmp/x");
    }
}
