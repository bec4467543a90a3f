//! The command line: one file for each command.

mod apps;
mod at;
mod baseline;
mod by_hand;
mod cache;
mod change;
mod charts;
mod check;
mod chosen;
mod commit;
mod deadline;
mod diff;
mod ends;
mod environments;
mod explain;
mod faults;
mod generate;
mod ignores;
mod init;
mod isolation;
mod judging;
mod merge_reports;
mod outputs;
mod owned;
mod plan;
mod plan_file;
mod promote;
mod render;
mod rules;
mod saved;
mod shard;
mod shelf;
mod shell;
mod shown;
mod target;
mod terminal;
mod test;
mod trace;

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use manifest::{Fault, Source};
use promotion::Pattern;
use spanned_yaml::Tree;

use crate::checks::policy;
use crate::settings::Version;
use crate::snapshot::Disk;
pub(crate) use isolation::isolation;
use terminal::{Look, Terminal};

/// The stack of each thread, in bytes: room for the deepest nesting that is read.
const STACK: usize = 8 << 20;
/// Findings, or refusals, at or above the severity asked for.
const FOUND: u8 = 1;
/// Wrong usage, wrong configuration, or a fault of the program itself.
const FAILED: u8 = 2;

/// Lints a GitOps repository: renders every overlay in process, checks what would be applied,
/// and points at the source line that is wrong.
#[derive(Parser)]
#[command(name = "gitopslint", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    look: Look,
}

const EXAMPLES: &str = "\
Examples:
  gitopslint check                              lint the repository around the current folder
  gitopslint check apps/api --env production    lint one application as production gets it
  gitopslint render apps/api/overlays/stage     print what would be applied
  gitopslint trace apps/api/overlays/stage Deployment/api spec.replicas
                                                show where a value comes from
  gitopslint environments                       show what is deployed where, in which version
  gitopslint explain mutable-image-tag          explain a rule and how to fix it

Exit status: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or configuration.";

#[derive(Subcommand)]
enum Command {
    Check(Box<check::Check>),
    MergeReports(Box<merge_reports::MergeReports>),
    Apps(apps::Apps),
    Environments(environments::Environments),
    Charts(charts::Charts),
    Render(render::Render),
    Trace(trace::Trace),
    Generate(generate::Generate),
    Diff(diff::Diff),
    Plan(Box<plan::Plan>),
    Promote(Box<promote::Promote>),
    Test(test::Test),
    Baseline(baseline::WriteBaseline),
    Ignores(ignores::ListIgnores),
    Rules(rules::Rules),
    Explain(explain::Explain),
    Init(init::Init),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// What every command that reads a repository takes.
#[derive(Args)]
struct Place {
    /// The root folder, outside which nothing is read [default: the enclosing git work tree, else the
    /// current folder]
    #[arg(long, value_name = "DIR")]
    root: Option<Utf8PathBuf>,
    /// End the run as incomplete, with exit status 2, if it takes longer than this
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<NonZeroU32>,
}

/// A sentence for the user, which ends the program: with exit status 2, unless it is a refusal.
#[derive(Debug)]
struct Failure {
    message: String,
    /// What is wrong in detail, in lines in which no name acts.
    details: Option<String>,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: None,
            hint: None,
            code: FAILED,
        }
    }

    /// Something was refused that would have been done otherwise.
    fn refusal(mut self) -> Self {
        self.code = FOUND;
        self
    }

    fn details(mut self, told: String) -> Self {
        self.details = Some(told);
        self
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Runs a command with the program's arguments, its name included.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if isolation::is_asked(&arguments) {
        return policy::serve();
    }
    // Where this program is, before anything that may take its place.
    isolation();
    let command = Arguments::command().color(terminal::asked_colour(&arguments));
    let read = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match read {
        Ok(arguments) => arguments,
        Err(told) => {
            if let Some(failure) = meant(&told) {
                let mut terminal = Terminal::new(Look::default());
                terminal.complain(&failure);
                return ExitCode::from(FAILED);
            }
            let code = if told.use_stderr() { FAILED } else { 0 };
            // Whoever closed the stream does not want to read it.
            let _ = told.print();
            return ExitCode::from(code);
        }
    };
    let mut terminal = Terminal::new(arguments.look);
    let done = match arguments.command {
        Command::Check(command) => command.run(&mut terminal),
        Command::MergeReports(command) => command.run(&mut terminal),
        Command::Apps(command) => command.run(&mut terminal),
        Command::Environments(command) => command.run(&mut terminal),
        Command::Charts(command) => command.run(&mut terminal),
        Command::Render(command) => command.run(&mut terminal),
        Command::Trace(command) => command.run(&mut terminal),
        Command::Generate(command) => command.run(&mut terminal),
        Command::Diff(command) => command.run(&mut terminal),
        Command::Plan(command) => command.run(&mut terminal),
        Command::Promote(command) => command.run(&mut terminal),
        Command::Test(command) => command.run(&mut terminal),
        Command::Baseline(command) => command.run(&mut terminal),
        Command::Ignores(command) => command.run(&mut terminal),
        Command::Rules(command) => command.run(&mut terminal),
        Command::Explain(command) => command.run(&mut terminal),
        Command::Init(command) => command.run(&mut terminal),
        Command::Completions(command) => command.run(&mut terminal),
        Command::Man(command) => command.run(&mut terminal),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            terminal.complain(&failure);
            ExitCode::from(failure.code)
        }
    }
}

/// What is wrong with a command line, the program's name included, if anything.
pub fn usage_fault(arguments: impl IntoIterator<Item = String>) -> Option<String> {
    match Arguments::try_parse_from(arguments) {
        Err(told) if told.use_stderr() => Some(told.to_string()),
        _ => None,
    }
}

/// What somebody means who takes a command's name from a tool of the same kind.
fn meant(told: &clap::Error) -> Option<Failure> {
    let Some(ContextValue::String(name)) = told.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let hint = match name.as_str() {
        "lint" | "validate" | "scan" | "verify" | "audit" => {
            "`gitopslint check` checks the repository"
        }
        "build" | "template" => "`gitopslint render TARGET` prints what would be applied",
        _ => return None,
    };
    Some(Failure::new(format!("unknown command `{name}`")).hint(hint))
}

impl Place {
    /// Holds the run to its deadline, if it has one.
    fn watch(&self) {
        if let Some(seconds) = self.timeout {
            deadline::after(seconds);
        }
    }

    fn open(&self) -> Result<Disk, Failure> {
        self.open_for(&[])
    }

    /// The root that is given, else that of the paths: the work tree around the first of them,
    /// or around the current folder if it holds them all.
    fn open_for(&self, paths: &[Utf8PathBuf]) -> Result<Disk, Failure> {
        self.watch();
        let root = match &self.root {
            Some(root) => root.clone(),
            None => root_of(paths)?,
        };
        Disk::new(&root).map_err(|fault| Failure::new(format!("cannot open {root}: {fault}")))
    }
}

fn pattern(text: &str) -> Result<Pattern, Failure> {
    Pattern::parse(text).ok_or_else(|| {
        Failure::new(format!("`{text}` names no field"))
            .hint("write it as images[api].newTag, env.LOG_LEVEL or images[*]")
    })
}

/// The faults of a configuration, which end the program.
fn configuration(faults: &[Fault]) -> Failure {
    Failure::new(faults::headline(faults)).details(faults::told(faults, false))
}

/// The faults of a baseline, which end the program.
fn baseline_fault(faults: &[Fault]) -> Failure {
    Failure::new("the baseline is not valid").details(faults::told(faults, false))
}

fn unknown_rule(id: &str, known: &[&str]) -> Failure {
    let failure = Failure::new(format!("unknown rule `{id}`"));
    match suggest::nearest(id, known.iter().copied()) {
        Some(near) => failure.hint(format!(
            "did you mean `{near}`? `gitopslint rules` lists all rules"
        )),
        None => failure.hint("`gitopslint rules` lists all rules"),
    }
}

/// A Kubernetes version, whether or not it is known.
fn any_version(text: &str) -> Result<Version, Failure> {
    Version::parse(text).ok_or_else(|| {
        Failure::new(format!("`{text}` is not a valid Kubernetes version")).hint("write it as 1.31")
    })
}

/// A Kubernetes version that can be checked against.
fn version(text: &str) -> Result<Version, Failure> {
    let version = any_version(text)?;
    match version.unknown() {
        None => Ok(version),
        Some(known) => Err(Failure::new(format!(
            "Kubernetes {version} is not a supported version"
        ))
        .hint(known)),
    }
}

/// A configuration file anywhere on disk, as the user names it.
fn given_configuration(path: Option<&Utf8Path>) -> Result<Option<Arc<Source>>, Failure> {
    path.map(given_file).transpose()
}

/// A file anywhere on disk, as the user names it.
fn given_file(path: &Utf8Path) -> Result<Arc<Source>, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|fault| Failure::new(format!("cannot read {path}: {fault}")))?;
    Ok(Source::file(path, Tree::parse_bytes(bytes)))
}

/// Lets as many threads work as were asked for.
fn use_threads(jobs: Option<usize>) -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .stack_size(STACK)
        .build_global()
        .map_err(|fault| Failure::new(format!("cannot start the threads: {fault}")))
}

/// As [`use_threads`], with the current thread as one of them: it has nothing else to do, and to
/// start a thread takes longer than many a small target.
fn use_threads_here(jobs: Option<usize>) -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .stack_size(STACK)
        .use_current_thread()
        .build_global()
        .map_err(|fault| Failure::new(format!("cannot start the threads: {fault}")))
}

/// The way from the current folder down to the root, for paths that the reader can open.
fn prefix(disk: &Disk) -> Utf8PathBuf {
    current_folder()
        .ok()
        .and_then(|folder| folder.canonicalize_utf8().ok())
        .and_then(|folder| {
            disk.root()
                .strip_prefix(folder)
                .ok()
                .map(Utf8Path::to_owned)
        })
        .unwrap_or_default()
}

fn current_folder() -> Result<Utf8PathBuf, Failure> {
    let folder = std::env::current_dir()
        .map_err(|fault| Failure::new(format!("cannot find the current folder: {fault}")))?;
    Utf8PathBuf::from_path_buf(folder).map_err(|folder| {
        Failure::new(format!(
            "the current folder's name is not UTF-8: {}",
            folder.display()
        ))
    })
}

fn root_of(paths: &[Utf8PathBuf]) -> Result<Utf8PathBuf, Failure> {
    let here = current_folder()?;
    let own = enclosing_work_tree(&here);
    let own_real = own.canonicalize_utf8().unwrap_or_else(|_| own.clone());
    let real = |path: &Utf8PathBuf| path.canonicalize_utf8().ok();
    let first = paths.iter().find_map(real);
    Ok(match first {
        // From above a repository, as from the root of a container, the repository is meant.
        Some(path) => {
            let folder = match path.is_dir() {
                true => path.as_path(),
                false => path.parent().unwrap_or(&path),
            };
            let around = enclosing_work_tree(folder);
            let is_repository = around.join(".git").exists();
            match (path.starts_with(&own_real), is_repository) {
                (true, true) if around.starts_with(&own_real) => around,
                (true, _) => own,
                (false, _) => around,
            }
        }
        None => own,
    })
}

fn enclosing_work_tree(folder: &Utf8Path) -> Utf8PathBuf {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(folder)
        .to_owned()
}

/// A path of the command line, relative to the root. A path that does not exist from the
/// current folder is taken from the root.
fn inside(disk: &Disk, path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let real = path
        .canonicalize_utf8()
        .ok()
        .filter(|real| real.starts_with(disk.root()))
        .or_else(|| disk.root().join(path).canonicalize_utf8().ok())
        .ok_or_else(|| {
            let looked_up = format!(
                "paths are resolved from the current folder, then from the root {}",
                disk.root()
            );
            Failure::new(format!("there is no {path}")).hint(match near(disk, path) {
                Some(near) => format!("did you mean {near}? {looked_up}"),
                None => looked_up,
            })
        })?;
    real.strip_prefix(disk.root())
        .map(Utf8Path::to_owned)
        .map_err(|_| {
            Failure::new(format!("{path} is outside the root {}", disk.root()))
                .hint("name another root with --root")
        })
}

/// What stands beside a path that does not exist and has nearly its name.
fn near(disk: &Disk, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let name = path.file_name()?;
    let parent = path.parent()?;
    let folders = [Utf8Path::new(".").join(parent), disk.root().join(parent)];
    let near = folders.iter().find_map(|folder| {
        let entries = folder.read_dir_utf8().ok()?.flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_owned()).collect();
        names.sort_unstable();
        suggest::nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
    })?;
    Some(parent.join(near))
}
