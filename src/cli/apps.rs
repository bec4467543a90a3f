use argocd::{Cluster, Generated, Globbing, Options, World};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use manifest::{Dialect, Fault, FaultKind, Kept, Node, Snapshot, Source, print};
use spanned_yaml::{ErrorKind, Tree};

use super::terminal::Terminal;
use super::{FAILED, Failure, Place, faults};
use crate::snapshot::Disk;

/// The variable by which Argo CD's controller switches its new globbing on.
const NEW_GLOBBING: &str = "ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_NEW_GIT_FILE_GLOBBING";

/// Print the Argo CD Applications that ApplicationSets generate
///
/// Every git repository and revision that a generator names is taken to be the folder --root.
/// Where Argo CD would generate nothing because of an error, or a generator asks a server, the
/// exit status is 2.
#[derive(Args)]
pub(super) struct Apps {
    /// The file with the ApplicationSets; other kinds in it are passed over
    #[arg(long, value_name = "FILE")]
    file: Utf8PathBuf,
    /// A file with the clusters' Secrets, and with the AppProjects if only some exist
    #[arg(long, value_name = "FILE")]
    clusters: Option<Utf8PathBuf>,
    /// The form of the output
    #[arg(short, long, value_enum, default_value = "yaml")]
    output: Output,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Yaml,
}

impl Apps {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let around = match &self.clusters {
            Some(path) => documents(path)?,
            None => Vec::new(),
        };
        let projects = around.iter().filter(|node| is(node, "AppProject"));
        let name = |node: &Node| {
            let name = node.view().get_path(&["metadata", "name"])?;
            Some(name.text().to_owned())
        };
        let projects: Vec<String> = projects.filter_map(name).collect();
        let secrets = around.iter();
        let of_secret = |node: &Node| Cluster::from_secret(node.view(), Dialect::Kubectl);
        let clusters = secrets.filter_map(of_secret).collect();
        let here = Here {
            disk: self.place.open()?,
            clusters: self.clusters.is_some().then_some(clusters),
            projects: (!projects.is_empty()).then_some(projects),
        };
        let is_new = std::env::var(NEW_GLOBBING).is_ok_and(|value| value == "true");
        let options = Options {
            globbing: match is_new {
                true => Globbing::Doublestar,
                false => Globbing::Pathspec,
            },
            ..Options::default()
        };
        let Output::Yaml = self.output;
        let mut code = 0;
        for set in documents(&self.file)? {
            if !is(&set, "ApplicationSet") {
                continue;
            }
            let told = match argocd::generate(&set, &here, options) {
                Ok(generated) => write(generated, terminal)?,
                Err(faults) => faults,
            };
            if !told.is_empty() {
                terminal.note(&faults::told(&told, terminal.has_colour_for_notes()));
                code = FAILED;
            }
        }
        Ok(code)
    }
}

/// Prints Applications; gives what keeps them from being all.
fn write(generated: Generated, terminal: &mut Terminal) -> Result<Vec<Fault>, Failure> {
    let mut told = Vec::new();
    for application in generated.applications {
        match print(application.node.view()) {
            Ok(text) => terminal
                .out()
                .write_all(format!("---\n{text}").as_bytes())
                .map_err(|fault| Failure::new(format!("cannot write the result: {fault}")))?,
            Err(faults) => told.extend(faults),
        }
    }
    for refused in generated.refused {
        terminal.note(&format!("left out: {}", refused.why));
    }
    for unknown in generated.unknown {
        let message = format!("not known offline: {}", unknown.what);
        let fault = Fault::new(FaultKind::Remote, message);
        told.push(match &unknown.at {
            Some(place) => fault.at(place),
            None => fault,
        });
    }
    Ok(told)
}

fn is(node: &Node, kind: &str) -> bool {
    node.view()
        .get("kind")
        .is_some_and(|own| own.text() == kind)
}

/// The documents of a file that is named on the command line.
fn documents(path: &Utf8Path) -> Result<Vec<Node>, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|fault| Failure::new(format!("cannot read {path}: {fault}")))?;
    let source = Source::file(path, Tree::parse_bytes(bytes));
    let expanded = source.documents();
    // Argo CD takes the last of equal keys.
    let errors = source.tree.errors().iter().chain(&expanded.errors);
    let errors = errors.filter(|error| !matches!(error.kind, ErrorKind::DuplicateKey { .. }));
    let wrong: Vec<Fault> = errors
        .map(|error| {
            let fault = Fault::new(FaultKind::Syntax, error.message.clone());
            fault.at_location(source.locate(error.span))
        })
        .collect();
    match wrong.is_empty() {
        true => Ok(expanded.documents),
        false => Err(Failure::new(faults::told(&wrong, false))),
    }
}

/// One folder for all repositories.
struct Here {
    disk: Disk,
    clusters: Option<Vec<Cluster>>,
    projects: Option<Vec<String>>,
}

impl World for Here {
    fn repository(&self, _url: &str, _revision: &str) -> Option<&dyn Snapshot> {
        let is_there = self.disk.kept(Utf8Path::new("")) == Kept::Folder;
        is_there.then_some(&self.disk as &dyn Snapshot)
    }

    fn clusters(&self) -> Option<&[Cluster]> {
        self.clusters.as_deref()
    }

    fn has_project(&self, name: &str) -> bool {
        let known = self.projects.as_ref();
        known.is_none_or(|projects| projects.iter().any(|project| project == name))
    }
}
