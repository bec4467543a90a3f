use std::collections::BTreeMap;
use std::sync::Arc;

use argocd::{Cluster, Generated, Globbing, Options, World};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};
use manifest::{Dialect, Fault, FaultKind, Kept, Node, Object, Snapshot, Source, print};
use spanned_yaml::{ErrorKind, Tree};

use super::environments::deployed;
use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{FAILED, Failure, Place, faults};
use crate::report::{printable, prose};
use crate::setup::to_json;
use crate::snapshot::Disk;

/// The variable by which Argo CD's controller switches its new globbing on.
const NEW_GLOBBING: &str = "ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_NEW_GIT_FILE_GLOBBING";

/// Print the Argo CD Applications of the repository, generated ones included
///
/// With --file, those that the ApplicationSets of one file generate: every git repository and revision that a generator names is taken to be the folder --root.
/// Where Argo CD would generate nothing because of an error, or a generator asks a server, the
/// exit status is 2.
#[derive(Args)]
pub(super) struct Apps {
    /// Print only the Application of this name
    #[arg(conflicts_with = "file")]
    name: Option<String>,
    /// Read ApplicationSets from this file alone; other kinds in it are ignored
    #[arg(long, value_name = "FILE")]
    file: Option<Utf8PathBuf>,
    /// A file with the clusters' Secrets, and with the AppProjects if only some exist
    #[arg(long, value_name = "FILE", requires = "file")]
    clusters: Option<Utf8PathBuf>,
    /// The format of the output [default: table, with --file yaml]
    #[arg(short, long, value_enum)]
    output: Option<Output>,
    #[command(flatten)]
    shelf: ShelfArgs,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Yaml,
    Json,
    Table,
}

impl Apps {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        match &self.file {
            Some(file) => self.of_file(file, terminal),
            None => self.of_repository(terminal),
        }
    }

    /// The Applications of a repository.
    fn of_repository(&self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.place.open()?;
        let deployed = deployed(&disk, &self.shelf)?;
        let mut all: BTreeMap<(String, String), Arc<Object>> = BTreeMap::new();
        for asking in deployed.targets().flat_map(|target| &target.applications) {
            let id = &asking.object.id;
            if self.name.as_ref().is_none_or(|name| **name == *id.name) {
                let key = (id.name.to_string(), id.namespace.to_string());
                all.entry(key).or_insert(asking.object.clone());
            }
        }
        if let Some(name) = self.name.as_ref().filter(|_| all.is_empty()) {
            let failure = Failure::new(format!("there is no Application `{name}`"));
            let known = deployed.targets().flat_map(|target| &target.applications);
            let known = known.map(|asking| &*asking.object.id.name);
            return Err(match suggest::nearest(name, known) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure,
            });
        }
        let objects: Vec<&Object> = all.values().map(|object| &**object).collect();
        let text = match self.output.unwrap_or(Output::Table) {
            Output::Yaml => yaml(&objects)?,
            Output::Json => {
                let list: Vec<_> = objects
                    .iter()
                    .map(|object| to_json(object.node.view()))
                    .collect();
                format!("{:#}\n", serde_json::Value::Array(list))
            }
            Output::Table => table(&objects),
        };
        super::environments::write(terminal, &text)
    }

    fn of_file(&self, file: &Utf8Path, terminal: &mut Terminal) -> Result<u8, Failure> {
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
        if !matches!(self.output, None | Some(Output::Yaml)) {
            return Err(Failure::new("with --file the output is YAML"));
        }
        let mut code = 0;
        for set in documents(file)? {
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

fn yaml(objects: &[&Object]) -> Result<String, Failure> {
    let mut text = String::new();
    for object in objects {
        let printed = print(object.node.view());
        let printed = printed.map_err(|told| {
            Failure::new("an object cannot be printed").details(faults::told(&told, false))
        })?;
        text.push_str("---\n");
        text.push_str(&printed);
    }
    Ok(text)
}

/// Name, project, destination and sources of each.
fn table(objects: &[&Object]) -> String {
    let mut lines = vec![["NAME", "PROJECT", "DESTINATION", "SOURCE"].map(str::to_owned)];
    for object in objects {
        let (application, _) = argocd::Application::read(&object.node, Dialect::Kubectl);
        let text =
            |text: &Option<argocd::Text>| text.as_ref().map_or("", |own| own.as_str()).to_owned();
        let destination = &application.destination;
        let cluster = text(&destination.name) + &text(&destination.server);
        let sources = application
            .sources
            .iter()
            .map(|source| match &source.chart {
                Some(chart) => format!("{chart} {}", text(&source.target_revision)),
                None => text(&source.path),
            });
        let sources: Vec<String> = sources.filter(|source| !source.is_empty()).collect();
        lines.push([
            object.id.name.to_string(),
            application.project_name().to_owned(),
            format!("{cluster}/{}", text(&destination.namespace)),
            sources.join(", "),
        ]);
    }
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{:width$}", printable(cell)))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
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
        terminal.note(&prose(&format!("left out: {}", refused.why)));
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
        false => {
            let failure = Failure::new(format!("{path} is not valid YAML"));
            Err(failure.details(faults::told(&wrong, false)))
        }
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
