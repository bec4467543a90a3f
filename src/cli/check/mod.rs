mod on_disk;

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use manifest::{Fault, Memory, Snapshot};

use crate::cli::at::{self, At, World};
use crate::cli::cache::CacheArgs;
use crate::cli::change::{Before, ChangeArgs};
use crate::cli::deadline;
use crate::cli::faults;
use crate::cli::judging::Judging;
use crate::cli::owned::Owned;
use crate::cli::shelf::ShelfArgs;
use crate::cli::shown::{Seen, Shown};
use crate::cli::terminal::Terminal;
use crate::cli::{self, Failure, Place, by_hand, shard};
use crate::date::Date;
use crate::deploy::{Kinds, tier_named};
use crate::evaluate::Verdicts;
use crate::fix;
use crate::gate::trust::{Gate, Weakened};
use crate::gate::{Change, Only};
use crate::judge::finding::Report;
use crate::judge::lines::ChangedLines;
use crate::judge::redact::Sensitive;
use crate::report::{plural, printable};
use crate::request::{ApiVersions, Share};
use crate::rule::Tier;
use crate::shard::ShardReport;
use crate::snapshot::{Disk, Repository, Revision};
use crate::{Checked, Deployed, Request, Setup};

/// What standard input is called where a file would be named.
const STDIN: &str = "stdin.yaml";

/// How many bytes of standard input are read.
const STDIN_LIMIT: u64 = 256 << 20;

/// Lint the repository, or the targets under the paths given
#[derive(Args)]
pub(super) struct Check {
    /// Folders or files: every target in them, or that uses them, is checked; - reads
    /// manifests from standard input [default: the whole repository]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    change: ChangeArgs,
    /// Read configuration, policies and baseline from this git revision, whatever the change
    /// does to them, and report what it weakens
    #[arg(long, value_name = "REF")]
    gate_from: Option<String>,
    /// Check only these environments or tiers; can be repeated
    #[arg(long = "env", value_name = "NAME")]
    environments: Vec<String>,
    #[command(flatten)]
    owned: Owned,
    #[command(flatten)]
    shown: Shown,
    /// Check only these rules, separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Skip these rules, separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    judging: Judging,
    /// The Kubernetes version to check against, such as 1.31
    #[arg(long, value_name = "VERSION")]
    kubernetes_version: Option<String>,
    #[command(flatten)]
    shelf: ShelfArgs,
    #[command(flatten)]
    cache: CacheArgs,
    /// Report findings even if a comment or annotation ignores them
    #[arg(long)]
    no_inline_ignores: bool,
    /// Rewrite deprecated fields of kustomizations where the rendered output is unchanged
    #[arg(long, conflicts_with_all = ["rev", "staged", "changed", "gate_from"])]
    fix: bool,
    /// Evaluate only a share of what there is, and write a report that `gitopslint
    /// merge-reports` puts together with those of the other shards
    #[arg(
        long,
        value_name = "I/N",
        conflicts_with_all = [
            "format", "fail_on", "show", "statistics", "allow_empty", "owners", "fix", "changed",
            "gate_from",
        ]
    )]
    shard: Option<Share>,
    /// The number of threads [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// What is shown.
struct Found<'a> {
    report: &'a Report,
    sensitive: &'a Sensitive,
    unused_paths: &'a [Utf8PathBuf],
}

/// What the states before a change were judged by.
#[derive(Default)]
struct Past {
    /// Of each state, if something else than what comes after it.
    setups: Vec<Option<Setup>>,
    /// Whether the change touches what is judged by.
    is_judged_anew: bool,
}

impl Past {
    fn setup(&self, at: usize) -> Option<&Setup> {
        self.setups.get(at)?.as_ref()
    }
}

impl Check {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        cli::use_threads(self.jobs)?;
        if self.paths.iter().any(|path| is_stdin(path)) {
            return self.run_on_stdin(terminal);
        }
        let world = self.at.open(self.place.open_for(&self.paths)?)?;
        if self.is_of_disk_alone() {
            return self.run_on_disk(&world, terminal);
        }
        let prefix = cli::prefix(&world.disk);
        let trusted = self.trusted(&world)?;
        let setup = match &trusted {
            Some(trusted) => self.setup(trusted, Some((trusted, &world)), &prefix, terminal)?,
            None => self.setup(world.files(), None, &prefix, terminal)?,
        };
        let before = self.change.open(&world, &self.paths)?;
        let request = self.request(&world, before.is_some(), &setup)?;
        let progress = terminal.progress("checking");
        if let Some(share) = self.shard {
            self.write_share(share, &world, &setup, &request, terminal)?;
            std::mem::forget(setup);
            return Ok(0);
        }
        let past = match &before {
            Some(before) => self.past(before, &setup, trusted.is_some(), terminal)?,
            None => Past::default(),
        };
        let deployed = setup.render_after(None, world.files(), &request, Setup::lenient());
        let mut verdicts = match before.is_some() || trusted.is_some() {
            true => Verdicts::kept(),
            false => Verdicts::default(),
        };
        // Judging keeps all processors busy, and much of rendering only one.
        let (mut checked, was) = rayon::join(
            || setup.check_deployed(world.files(), &request, &deployed, &mut verdicts),
            || {
                let first = before.as_ref()?.revisions.first()?;
                let own = past.setup(0).unwrap_or(&setup);
                Some(own.render_after(Some(&deployed), first, &request, Setup::lenient()))
            },
        );
        let mut weakened = Weakened::default();
        if let Some(trusted) = &trusted {
            let known = (&setup, &deployed, &mut verdicts);
            weakened = self.hold(&mut checked, known, trusted, &world, &request)?;
        }
        if let Some(before) = &before {
            let known = (&setup, &deployed, &mut verdicts);
            let before = (before, &past, was);
            checked = self.narrow(checked, before, known, &world, &request, terminal)?;
        }
        if let Some(name) = &self.gate_from {
            weakened.tell(&mut checked, name);
        }
        drop(progress);
        self.know_environments(&deployed.environments())?;
        if self.fix && self.apply_fixes(&world.disk, &checked, terminal)? {
            let disk = self.place.open_for(&self.paths)?;
            checked = setup.check(&disk, &request);
        }
        self.owned.keep(&mut checked.report, world.files())?;
        let changed = before
            .filter(|_| self.shown.annotates())
            .map(|before| before.lines(&world, &checked.report.findings));
        let code = self.tell(
            &prefix,
            &setup,
            (&checked).into(),
            changed.as_ref(),
            terminal,
        )?;
        // The program ends here: taking trees and policies apart piece by piece is time lost.
        std::mem::forget((setup, deployed, checked));
        Ok(code)
    }

    /// Checks a share, and writes what is merged with those of the others.
    fn write_share(
        &self,
        share: Share,
        world: &World,
        setup: &Setup,
        request: &Request,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        let deployed = setup.render(world.files(), request, Setup::lenient());
        self.know_environments(&deployed.environments())?;
        let mut verdicts = Verdicts::default();
        let (part, _) = setup.judge(world.files(), request, &deployed, &mut verdicts);
        let report = ShardReport::of(setup, request, share, part);
        std::mem::forget(deployed);
        shard::write(&report, &self.shown.outputs, terminal)
    }

    /// Checks what stands on standard input, such as what `kustomize build` prints.
    fn run_on_stdin(&self, terminal: &mut Terminal) -> Result<u8, Failure> {
        if self.paths.len() > 1
            || self.fix
            || self.at.is_given()
            || self.change.is_given()
            || self.gate_from.is_some()
            || self.shard.is_some()
        {
            return Err(Failure::new(
                "standard input cannot be combined with other paths, --fix, --rev, \
                 --staged, --changed, --gate-from or --shard",
            ));
        }
        self.place.watch();
        let mut bytes = Vec::new();
        let input = io::stdin().lock().take(STDIN_LIMIT + 1);
        let length = { input }
            .read_to_end(&mut bytes)
            .map_err(|fault| Failure::new(format!("cannot read standard input: {fault}")))?;
        if length as u64 > STDIN_LIMIT {
            return Err(Failure::new("standard input is too large"));
        }
        let text =
            String::from_utf8(bytes).map_err(|_| Failure::new("standard input is not UTF-8"))?;
        let input: Memory = [(STDIN, text.as_str())].into_iter().collect();
        let setup = self.setup(&input, None, Utf8Path::new(""), terminal)?;
        let request = self.request_for(Vec::new(), &setup)?;
        let checked = setup.check(&input, &request);
        let environments = checked.environments.iter().cloned().collect();
        self.know_environments(&environments)?;
        self.tell(Utf8Path::new(""), &setup, (&checked).into(), None, terminal)
    }

    /// What the states before a change were judged by.
    fn past(
        &self,
        before: &Before,
        setup: &Setup,
        is_trusted: bool,
        terminal: &Terminal,
    ) -> Result<Past, Failure> {
        let judges = |setup: &Setup| -> bool {
            let mut files = before.files.iter();
            files.any(|file| setup.judges_by(&file.path))
        };
        let mut past = Past {
            setups: Vec::new(),
            is_judged_anew: judges(setup),
        };
        for revision in &before.revisions {
            let own = match self.read_setup(revision, None)? {
                // Both sides are judged by what is trusted.
                _ if is_trusted => None,
                Ok(own) => Some(own.with_shelf(self.shelf.open()?)),
                Err(_) => {
                    terminal.note(
                        "note: the configuration before the change is not valid; what was there \
                         is judged by the new one",
                    );
                    None
                }
            };
            past.is_judged_anew |= own.as_ref().is_some_and(judges);
            // What both were read from is the same if the change touches none of it.
            past.setups.push(own.filter(|_| past.is_judged_anew));
        }
        Ok(past)
    }

    /// Leaves of what was found what the change is about.
    fn narrow(
        &self,
        mut after: Checked,
        (before, past, mut first): (&Before, &Past, Option<Deployed>),
        (setup, deployed, verdicts): (&Setup, &Deployed, &mut Verdicts),
        world: &World,
        request: &Request,
        terminal: &Terminal,
    ) -> Result<Checked, Failure> {
        let mut all = Vec::new();
        let mut lost = Vec::new();
        let mut rejected = Vec::new();
        for (at, (revision, commit)) in before.revisions.iter().zip(&before.commits).enumerate() {
            let (own, known) = match past.setup(at) {
                Some(own) => (own, &mut Verdicts::default()),
                None => (setup, &mut *verdicts),
            };
            let was = first.take().unwrap_or_else(|| {
                own.render_after(Some(deployed), revision, request, Setup::lenient())
            });
            // What is deployed is what the first of them holds.
            let beside = || {
                let then = by_hand::State {
                    deployed: &was,
                    files: revision,
                    revision: &commit.to_string(),
                };
                let now = by_hand::State {
                    deployed,
                    files: world.files(),
                    revision: world.revision_name().unwrap_or("HEAD"),
                };
                let (files, git) = (&before.files, revision.git());
                rayon::join(
                    || by_hand::findings([then, now], files, git, setup, request, terminal),
                    || setup.rejected(world.files(), request, &was, deployed),
                )
            };
            let (found, told) = rayon::join(
                || own.check_deployed(revision, request, &was, known),
                || all.is_empty().then(beside),
            );
            all.push(found);
            if let Some((by_hand, refused)) = told {
                lost = by_hand;
                rejected = refused;
            }
            if let Some(fault) = revision.git().lacking() {
                return Err(at::told(fault.clone()));
            }
        }
        after.report.add(rejected);
        let only = Only::of(before.only.clone(), &all, &after);
        only.keep(&mut lost);
        let change = Change {
            files: &before.files,
            before: &all,
            is_judged_anew: past.is_judged_anew,
            scope: self.change.scope(),
            only: &only,
        };
        let mut checked = change.narrow(after);
        checked.report.add(lost);
        Ok(checked)
    }

    /// The revision that is trusted, if one is named.
    fn trusted(&self, world: &World) -> Result<Option<Revision>, Failure> {
        let Some(name) = &self.gate_from else {
            return Ok(None);
        };
        let git = world.git()?;
        let revision = git.revision(name);
        revision
            .map(Some)
            .map_err(|fault| at::unknown(&git, fault, name))
    }

    /// Holds the gate against the change.
    fn hold(
        &self,
        after: &mut Checked,
        (setup, deployed, verdicts): (&Setup, &Deployed, &mut Verdicts),
        trusted: &Revision,
        world: &World,
        request: &Request,
    ) -> Result<Weakened, Failure> {
        let was = setup.render_after(Some(deployed), trusted, request, Setup::lenient());
        let before = setup.check_deployed(trusted, request, &was, verdicts);
        if let Some(fault) = trusted.git().lacking() {
            return Err(at::told(fault.clone()));
        }
        let shelf = self.shelf.open()?;
        let own = self.read_setup(world.files(), None)?;
        let own = own.map(|own| own.with_shelf(shelf));
        let gate = Gate {
            name: self.gate_from.as_deref().unwrap_or_default(),
            setup,
            trusted,
            own: own.as_ref().map_err(Vec::as_slice),
            changed: world.files(),
        };
        Ok(gate.hold(after, &before, request))
    }

    fn setup(
        &self,
        snapshot: &dyn Snapshot,
        trusted: Option<(&Revision, &World)>,
        prefix: &Utf8Path,
        terminal: &mut Terminal,
    ) -> Result<Setup, Failure> {
        let setup = self.read_setup(snapshot, trusted)?.map_err(|faults| {
            if self.shown.annotates() {
                let annotations = faults::annotations(&faults, prefix);
                // A closed pipe is the reader's wish.
                let _ = terminal.out().write_all(annotations.as_bytes());
            }
            cli::configuration(&faults)
        })?;
        Ok(setup.with_shelf(self.shelf.open()?))
    }

    /// What is judged by, or what is wrong with it. A file that is named on the command line and
    /// stands in the repository is the one of the trusted revision, if there is one.
    fn read_setup(
        &self,
        snapshot: &dyn Snapshot,
        trusted: Option<(&Revision, &World)>,
    ) -> Result<Result<Setup, Vec<Fault>>, Failure> {
        let given = |path: &Utf8Path| {
            let Some((revision, world)) = trusted else {
                return cli::given_file(path);
            };
            match world.inside_any(path, std::slice::from_ref(revision)) {
                Ok(inside) => revision.source(&inside).map_err(|reason| {
                    let name = self.gate_from.as_deref().unwrap_or_default();
                    Failure::new(format!("cannot read {path} of {name}: {reason}"))
                }),
                Err(_) => cli::given_file(path),
            }
        };
        self.judging.read(snapshot, given)
    }

    /// Writes what can be fixed without changing what is rendered, and tells what cannot.
    /// Returns whether any file is another now.
    fn apply_fixes(
        &self,
        disk: &Disk,
        checked: &Checked,
        terminal: &mut Terminal,
    ) -> Result<bool, Failure> {
        let files = disk.walk().files;
        let kinds = Kinds::of(disk, &files);
        let folders = kinds.kustomization_folders(&files);
        let fixes = fix::fix(disk, folders, &checked.report.findings);
        for (path, text) in &fixes.texts {
            disk.replace(path, text)
                .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))?;
        }
        let prefix = cli::prefix(disk);
        let mut told = String::new();
        for (place, why) in &fixes.left {
            let (path, line) = (prefix.join(place.path()), place.start().line);
            told += &printable(&format!("not fixed: {path}:{line}: {why}"));
            told.push('\n');
        }
        if fixes.count > 0 {
            let fields = plural(fixes.count, "field");
            let files = plural(fixes.texts.len(), "file");
            told += &format!("fixed: {fields} in {files}; the rendered output is unchanged\n");
        }
        if !told.is_empty() {
            terminal.note(&told);
        }
        Ok(!fixes.texts.is_empty())
    }

    /// A name that is misspelt must not pass for a clean result.
    fn know_environments(&self, environments: &BTreeSet<Arc<str>>) -> Result<(), Failure> {
        let tiers = Tier::ALL.iter().map(|tier| tier.name());
        let environments = environments.iter().map(|name| &**name);
        let mut known: Vec<&str> = environments.chain(tiers).collect();
        let mut seen = BTreeSet::new();
        known.retain(|name| seen.insert(*name));
        match self
            .environments
            .iter()
            .find(|name| !known.contains(&name.as_str()) && tier_named(name).is_none())
        {
            None => Ok(()),
            Some(name) => {
                let failure =
                    Failure::new(format!("nothing here belongs to the environment `{name}`"));
                Err(match suggest::nearest(name, known.iter().copied()) {
                    Some(near) => failure.hint(format!("did you mean `{near}`?")),
                    None => failure.hint(format!("there are {}", known.join(", "))),
                })
            }
        }
    }

    fn request(&self, world: &World, is_compared: bool, setup: &Setup) -> Result<Request, Failure> {
        let paths = match self.change.is_given() {
            // What is new shows in the whole alone.
            true if is_compared => Vec::new(),
            true => self.change.only(world, &[])?,
            false => {
                let paths = self.paths.iter().map(|path| world.inside(path));
                paths.collect::<Result<_, _>>()?
            }
        };
        self.request_for(paths, setup)
    }

    fn request_for(&self, paths: Vec<Utf8PathBuf>, setup: &Setup) -> Result<Request, Failure> {
        let known: Vec<&str> = setup.rules().iter().map(|r| &*r.id).collect();
        for id in self.select.iter().chain(&self.ignore) {
            if !known.contains(&id.as_str()) {
                return Err(cli::unknown_rule(id, &known));
            }
        }
        let kubernetes = self
            .kubernetes_version
            .as_deref()
            .map(cli::version)
            .transpose()?;
        Ok(Request {
            paths,
            environments: self.environments.clone(),
            select: self.select.clone(),
            skip: self.ignore.clone(),
            kubernetes,
            api_versions: ApiVersions::Cluster,
            today: Date::at(SystemTime::now()),
            inline_ignores: !self.no_inline_ignores,
            share: self.shard,
            progress: deadline::progress().clone(),
        })
    }

    /// Shows what was found. Gives the exit code.
    fn tell(
        &self,
        prefix: &Utf8Path,
        setup: &Setup,
        found: Found<'_>,
        changed: Option<&ChangedLines>,
        terminal: &mut Terminal,
    ) -> Result<u8, Failure> {
        let is_part = !self.environments.is_empty();
        let seen = Seen {
            setup,
            report: found.report,
            sensitive: found.sensitive,
            is_whole: self.paths.is_empty() && !is_part,
            prefix,
            changed,
        };
        self.shown.write(&seen, terminal)?;
        self.shown.code(found.report, found.unused_paths, is_part)
    }
}

impl<'a> From<&'a Checked> for Found<'a> {
    fn from(checked: &'a Checked) -> Self {
        Self {
            report: &checked.report,
            sensitive: &checked.sensitive,
            unused_paths: &checked.unused_paths,
        }
    }
}

fn is_stdin(path: &Utf8Path) -> bool {
    matches!(path.as_str(), "-" | "/dev/stdin")
}
