//! Checks a repository in memory or on disk.

use std::sync::atomic::{AtomicUsize, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::date::Date;
use gitopslint::judge::finding::{Finding, Report, Summary};
use gitopslint::judge::redact::Sensitive;
use gitopslint::report::{self, Format};
use gitopslint::snapshot::{Disk, Repository};
use gitopslint::{Checked, Request, Setup};
use manifest::{Fault, Memory};

/// A checked repository.
pub(crate) struct Run {
    setup: Setup,
    checked: Checked,
}

/// Checks all of a repository, on a fixed day.
///
/// # Panics
/// If its configuration is not valid.
pub(crate) fn check(repository: &dyn Repository) -> Run {
    try_check(repository).unwrap_or_else(|faults| {
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        panic!("the configuration is not valid: {messages:#?}")
    })
}

/// As [`check`], with the faults of the configuration.
pub(crate) fn try_check(repository: &dyn Repository) -> Result<Run, Vec<Fault>> {
    let setup = Setup::read(repository, None)?;
    let checked = setup.check(repository, &everything());
    Ok(Run { setup, checked })
}

/// As [`check`], for a part of the repository.
pub(crate) fn check_part(repository: &dyn Repository, request: &Request) -> Run {
    let setup = Setup::read(repository, None).unwrap();
    let checked = setup.check(repository, request);
    Run { setup, checked }
}

/// The request for all of a repository.
pub(crate) fn everything() -> Request {
    Request::all(Date::parse("2026-06-30").unwrap())
}

/// A repository of texts: `--- path` starts a file.
pub(crate) fn memory(texts: &str) -> Memory {
    let files = texts.split("--- ").filter(|file| !file.trim().is_empty());
    files
        .map(|file| {
            let (path, text) = file.split_once('\n').unwrap();
            (path.trim(), text)
        })
        .collect()
}

/// The repository in a folder.
pub(crate) fn disk(folder: &Utf8Path) -> Disk {
    Disk::new(folder).unwrap()
}

impl Run {
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.checked.report.findings
    }

    pub(crate) fn summary(&self) -> &Summary {
        &self.checked.report.summary
    }

    /// One line for each finding that counts.
    pub(crate) fn told(&self) -> String {
        let told = self.findings().iter().filter(|f| f.suppressed.is_none());
        told.map(|finding| format!("{}: {}", tell(finding), finding.message))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The report as a command would write it.
    pub(crate) fn written(&self, format: Format) -> String {
        let Checked {
            report, sensitive, ..
        } = &self.checked;
        written(format, &self.setup, report, sensitive)
    }
}

/// A report as a command would write it.
pub(crate) fn written(
    format: Format,
    setup: &Setup,
    report: &Report,
    sensitive: &Sensitive,
) -> String {
    let context = report::Context {
        rules: setup.rules(),
        sensitive,
        color: false,
        width: 100,
        show_info: true,
        detail: report::Detail::default(),
        complete: true,
        prefix: Utf8Path::new(""),
        workflow: report::Workflow::default(),
    };
    let mut text = Vec::new();
    report::write(format, report, &context, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// `path:line: severity [rule]`
pub(crate) fn tell(finding: &Finding) -> String {
    let place = match &finding.place {
        Some(place) => format!("{}:{}", place.path(), place.start().line),
        None => "nowhere".to_owned(),
    };
    let severity = match &finding.suppressed {
        Some(_) => "ignored",
        None => finding.severity.name(),
    };
    format!("{place}: {severity} [{}]", finding.rule)
}

/// A folder that is removed with its content at the end.
pub(crate) struct Folder {
    path: Utf8PathBuf,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("gitopslint-{}-{count}", std::process::id());
        let path = Utf8PathBuf::from_path_buf(std::env::temp_dir()).unwrap();
        let path = path.join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    /// A folder with texts: `--- path` starts a file.
    pub(crate) fn with(texts: &str) -> Self {
        let folder = Self::new();
        let memory = memory(texts);
        for path in memory.paths() {
            let bytes = manifest::Snapshot::bytes(&memory, path).unwrap();
            folder.write(path, &bytes);
        }
        folder
    }

    pub(crate) fn write(&self, path: impl AsRef<Utf8Path>, bytes: &[u8]) {
        let whole = self.path.join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, bytes).unwrap();
    }

    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
