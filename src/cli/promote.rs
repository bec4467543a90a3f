use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;
use clap::Args;
use git_write::Role;
use manifest::Snapshot;

use super::ends::Worlds;
use super::plan::{Between, Known, unified};
use super::terminal::Terminal;
use super::{FAILED, FOUND, Failure, commit, saved};
use crate::compare::{Asked, Rules, application_pairs, environments};
use crate::report::{commit_message, plural, printable};
use crate::snapshot::{Disk, Git, Journals, Rewrite, Undone};

/// Promote from one environment to another: edit the target's files, all of them or none
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Promote {
    #[command(flatten)]
    between: Between,
    /// Promote every application that has something to promote
    #[arg(long)]
    all: bool,
    /// With --all: leave out the applications that are blocked
    #[arg(long, requires = "all")]
    keep_going: bool,
    /// Print the changes of files as a unified diff, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Edit files that have uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
    /// Promote even if a tier in between is skipped
    #[arg(long)]
    skip_tier: bool,
    /// Carry out a plan that `plan --out` saved, unless what it was made from has changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "all", "undo"])]
    plan: Option<Utf8PathBuf>,
    /// Commit to a branch instead of editing files: a new one that starts from HEAD, or one that
    /// is not checked out; nothing is pushed, and no hook runs
    #[arg(long, value_name = "BRANCH", conflicts_with_all = ["undo", "dry_run", "allow_dirty"])]
    commit: Option<String>,
    /// With --commit: add a Signed-off-by line
    #[arg(long, requires = "commit")]
    signoff: bool,
    /// Undo a promotion, by the number that it printed
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["from", "all", "dry_run"])]
    undo: Option<u32>,
}

const EXAMPLES: &str = "\
Examples:
  gitopslint promote dev stage api
  gitopslint promote stage production --all --dry-run
  gitopslint promote production@v41 production api      roll back, verified
  gitopslint promote --plan api.plan --commit promote/api
  gitopslint promote --undo 3

Exit status: 0 written or nothing to do, 1 refused and nothing written, 2 wrong usage or an error.";

impl Promote {
    pub(super) fn run(mut self, terminal: &mut Terminal) -> Result<u8, Failure> {
        if let Some(number) = self.undo {
            return self.take_back(number, terminal);
        }
        let disk = self.between.place.open()?;
        let git = git_of(&disk)?;
        let journals = Journals::new(&git.store().place().git);
        recover(&journals, terminal)?;
        let kept = self.plan.as_deref().map(saved::read).transpose()?;
        if let Some(kept) = &kept {
            self.between.ask(kept.wanted.clone());
        }
        let goal = match &self.commit {
            Some(branch) => Some(
                git.goal(branch)
                    .map_err(|fault| refused(&fault.to_string()))?,
            ),
            None => None,
        };
        let at = goal.as_ref().map(|goal| goal.parent().to_string());
        let (worlds, plans) = self.between.plan(self.keep_going, at.as_deref())?;
        for name in plans.iter().flat_map(|known| &known.left_out) {
            terminal.note(&format!(
                "left out, because it is blocked: {}",
                printable(name)
            ));
        }
        let pending: usize = plans.iter().map(Known::pending).sum();
        let is_named = !self.between.apps.is_empty() || self.all || kept.is_some();
        self.between.write(&plans, terminal)?;
        if plans.iter().any(|known| known.plan.is_blocked()) {
            terminal.note("nothing was written");
            return Ok(FOUND);
        }
        if let Some(kept) = &kept {
            let now = saved::saved(self.between.wanted(), &worlds, &plans);
            if let Some(why) = kept.differs(&now) {
                return Err(refused(&why).hint("plan again"));
            }
        }
        if pending > 1 && !is_named && !self.dry_run {
            terminal.note(
                "several applications have something to promote: name the ones you mean, or take \
                 them all with --all; nothing was written",
            );
            return Ok(FAILED);
        }
        if !self.skip_tier
            && let Some((name, tier)) = skipped(&worlds, &plans)
        {
            return Err(refused(&format!("{name} would leave out {tier}"))
                .hint("promote to it first, or leave it out with --skip-tier"));
        }
        if self.dry_run {
            let _ = terminal.out().write_all(unified(&plans).as_bytes());
            return Ok(0);
        }
        let files = rewrites(&plans)?;
        if files.is_empty() {
            terminal.note("there is nothing to promote");
            return Ok(0);
        }
        if let Some(goal) = &goal {
            let message = commit_message(plans.iter().map(|known| &known.plan));
            let is_signed_off = self.signoff;
            let made = commit::commit(&git, goal, &files, &message, is_signed_off, terminal)?;
            let short: String = made.commit.chars().take(7).collect();
            let what = format!("committed: {short} on {}", printable(&made.branch));
            let number = journals
                .note(worlds.disk.root(), made)
                .map_err(|fault| Failure::new(format!("{what}, but not noted: {fault}")))?;
            terminal.note(&format!(
                "{what}; `gitopslint promote --undo {number}` takes it back"
            ));
            std::mem::forget((worlds, plans));
            return Ok(0);
        }
        if !self.allow_dirty
            && let Some(path) = dirty(&git, &files)
        {
            return Err(refused(&format!("{path} has uncommitted changes"))
                .hint("commit them, or edit it anyway with --allow-dirty"));
        }
        let count = files.len();
        let number = journals
            .write(worlds.disk.root(), files)
            .map_err(|fault| refused(&fault.to_string()))?;
        terminal.note(&format!(
            "written: {}; `gitopslint promote --undo {number}` takes it back",
            plural(count, "file")
        ));
        std::mem::forget((worlds, plans));
        Ok(0)
    }

    fn take_back(&self, number: u32, terminal: &mut Terminal) -> Result<u8, Failure> {
        let disk = self.between.place.open()?;
        let git = git_of(&disk)?;
        let journals = Journals::new(&git.store().place().git);
        recover(&journals, terminal)?;
        let undone = journals
            .undo(disk.root(), number)
            .map_err(|fault| refused(&fault.to_string()))?;
        match undone {
            Undone::Files(files) => {
                for path in &files {
                    terminal.note(&format!("as before: {}", printable(path.as_str())));
                }
            }
            Undone::Commit(made) => {
                let who = commit::identity(&git, Role::Committer).unwrap_or_default();
                let revert = format!("`git revert {}` takes it back there", made.commit);
                git.take_back(&made, &who)
                    .map_err(|fault| refused(&fault.to_string()).hint(revert))?;
                journals
                    .forget(number)
                    .map_err(|fault| Failure::new(fault.to_string()))?;
                let branch = printable(&made.branch).into_owned();
                terminal.note(&match &made.before {
                    Some(before) => format!("{branch} is at {before} again"),
                    None => format!("{branch} is deleted; its commit was {}", made.commit),
                });
            }
        }
        Ok(0)
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(format!("{why}; nothing was written")).refusal()
}

fn git_of(disk: &Disk) -> Result<Arc<Git>, Failure> {
    let git = Git::beside(disk).map_err(|fault| Failure::new(fault.to_string()))?;
    git.ok_or_else(|| {
        Failure::new(format!(
            "{} is not in a git repository, so nothing could be undone",
            disk.root()
        ))
        .hint("`gitopslint plan` shows the changes without writing them")
    })
}

/// Brings back what a run left that was ended while it wrote.
fn recover(journals: &Journals, terminal: &Terminal) -> Result<(), Failure> {
    let restored = journals
        .recover()
        .map_err(|fault| Failure::new(fault.to_string()))?;
    for path in restored {
        terminal.note(&format!(
            "restored after an unfinished promotion: {}",
            printable(path.as_str())
        ));
    }
    Ok(())
}

/// The first application that would leave out an environment in between, and that environment.
fn skipped(worlds: &Worlds, plans: &[Known]) -> Option<(String, String)> {
    let config = worlds.setup.config();
    for known in plans.iter().filter(|known| !known.plan.is_empty()) {
        let comparison = &known.plan.comparison;
        let (from, to) = (comparison.from.tier, comparison.to.tier);
        let all = environments(worlds.deployed(1), config);
        for environment in all.iter().filter(|own| from < own.tier && own.tier < to) {
            let asked = Asked {
                from: comparison.from.clone(),
                to: environment.clone(),
                applications: &[],
                with_noise: false,
                rules: &Rules::default(),
            };
            let (_, pairs) =
                application_pairs(worlds.deployed(0), worlds.deployed(1), &asked, config);
            let is_there = |name: &str| {
                let mut both = pairs
                    .iter()
                    .filter(|pair| pair.from.is_some() && pair.to.is_some());
                both.any(|pair| pair.name == name)
            };
            let moved = known.plan.applications().filter(|(_, own)| own.is_moved());
            let mut names = moved.map(|(application, _)| &application.pair.name);
            if let Some(name) = names.find(|name| is_there(name)) {
                return Some((name.clone(), environment.name.to_string()));
            }
        }
    }
    None
}

/// The files that are edited, each once.
fn rewrites(plans: &[Known]) -> Result<Vec<Rewrite>, Failure> {
    let mut files: BTreeMap<&Utf8PathBuf, Rewrite> = BTreeMap::new();
    for (path, text) in plans.iter().flat_map(|known| &known.plan.files) {
        let rewrite = Rewrite {
            path: path.clone(),
            before: text.before().map(str::to_owned),
            after: text.after().map(str::to_owned),
        };
        if files
            .insert(path, rewrite)
            .is_some_and(|known| known.after.as_deref() != text.after())
        {
            return Err(
                refused(&format!("{path} would be edited for two environments"))
                    .hint("promote to one of them after the other"),
            );
        }
    }
    Ok(files
        .into_values()
        .filter(|file| file.before != file.after)
        .collect())
}

/// The first file that is not as the last commit has it.
fn dirty(git: &Arc<Git>, files: &[Rewrite]) -> Option<Utf8PathBuf> {
    let head = git.revision("HEAD").ok();
    let is_committed = |file: &Rewrite| {
        let bytes = head.as_ref().and_then(|head| head.bytes(&file.path).ok());
        bytes.as_deref() == file.before.as_deref().map(str::as_bytes)
    };
    files
        .iter()
        .find(|file| !is_committed(file))
        .map(|file| file.path.clone())
}

impl Known {
    /// How many applications have something to promote.
    fn pending(&self) -> usize {
        let promotions = self.plan.promotions.iter();
        promotions.filter(|own| !own.files.is_empty()).count()
    }
}
