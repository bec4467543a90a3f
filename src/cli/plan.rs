use std::io;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use promotion::{Pattern, Side};

use super::chosen::Chosen;
use super::ends::{Compared, End, Worlds, now};
use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{FOUND, Failure, Place, plan_file, saved};
use crate::compare::Asked;
use crate::promote::{Block, Plan as Planned, Planner, Wanted};
use crate::report::{PlanContext, unified_plan, write_plan};

/// Show what a promotion would change, without changing anything
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Plan {
    #[command(flatten)]
    between: Between,
    /// Compare two corresponding files, field by field, without rendering anything
    #[arg(long, num_args = 2, value_names = ["SOURCE", "TARGET"], conflicts_with = "from")]
    file: Vec<Utf8PathBuf>,
    /// With --file: print the target file as it would be, instead of a diff
    #[arg(long, requires = "file")]
    print: bool,
    /// Save the plan to a file for `promote --plan`; nothing is saved if it is blocked
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    out: Option<Utf8PathBuf>,
    /// Exit with 0 if there is nothing to do, 2 if something is, and 1 if it is blocked or failed
    #[arg(long, conflicts_with = "file")]
    detailed_exitcode: bool,
}

/// What a promotion goes between, and what of it moves.
#[derive(Args)]
pub(super) struct Between {
    /// The environment to promote from, or its tier; NAME@REF for an earlier revision
    #[arg(value_name = "FROM")]
    from: Option<String>,
    /// The environment to promote to; a tier means all of its members
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// Applications
    #[arg(value_name = "APP")]
    pub(super) apps: Vec<String>,
    #[command(flatten)]
    pub(super) place: Place,
    #[command(flatten)]
    chosen: Chosen,
    /// Also list differences without a verdict
    #[arg(long, value_enum, value_name = "WHAT")]
    show: Option<Show>,
    /// Continue even if something cannot be rendered, and so cannot be verified
    #[arg(long)]
    pub(super) allow_unverified: bool,
    /// The configuration file [default: .gitopslint.yaml in the root]
    #[arg(long, value_name = "FILE")]
    config: Option<Utf8PathBuf>,
    #[command(flatten)]
    shelf: ShelfArgs,
    /// The number of threads [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Show {
    /// Fields that neither history nor their kind decides
    Undecided,
}

const EXAMPLES: &str = "\
Examples:
  gitopslint plan dev production api
  gitopslint plan staging production --only images
  gitopslint plan dev production api --out api.plan
  gitopslint plan --file apps/api/staging/values.yaml apps/api/production/values.yaml

Exit status: 0 nothing to do or ready, 1 blocked (with --print always 0), 2 wrong usage or an error; with
--detailed-exitcode 0 nothing to do, 2 ready, 1 anything else.";

impl Plan {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        if !self.file.is_empty() {
            return plan_file::plan(&self.file, self.print, &self.between.chosen, terminal);
        }
        match self.make(terminal) {
            Err(failure) if self.detailed_exitcode => Err(failure.refusal()),
            made => made,
        }
    }

    fn make(&self, terminal: &mut Terminal) -> Result<u8, Failure> {
        let (worlds, plans) = self.between.plan(false, None)?;
        self.between.write(&plans, terminal)?;
        let is_blocked = plans.iter().any(|own| own.plan.is_blocked());
        let is_empty = plans.iter().all(|own| own.plan.is_empty());
        match &self.out {
            Some(path) if is_blocked => terminal.note(&format!("{path} was not written")),
            Some(path) => {
                saved::write(path, &saved::saved(self.between.wanted(), &worlds, &plans))?;
                terminal.note(&format!(
                    "`gitopslint promote --plan {path}` carries it out"
                ));
            }
            None => {}
        }
        std::mem::forget((worlds, plans));
        Ok(match (is_blocked, self.detailed_exitcode && !is_empty) {
            (true, _) => FOUND,
            (false, true) => PENDING,
            (false, false) => 0,
        })
    }
}

/// With --detailed-exitcode: something is to be done.
const PENDING: u8 = 2;

/// A plan, and how much of the past is known to it.
pub(super) struct Known {
    pub(super) plan: Planned,
    /// The applications that are blocked, and left out for that.
    pub(super) left_out: Vec<String>,
    has_past: bool,
    is_cut_off: bool,
}

impl Between {
    /// What is asked for, as a plan's file says it.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            from: self.from.clone().unwrap_or_default(),
            to: self.to.clone().unwrap_or_default(),
            applications: self.apps.clone(),
            allow_unverified: self.allow_unverified,
            ..self.chosen.wanted()
        }
    }

    /// Asks for what a plan's file says.
    pub(super) fn ask(&mut self, wanted: Wanted) {
        self.from = Some(wanted.from.clone());
        self.to = Some(wanted.to.clone());
        self.apps = wanted.applications.clone();
        self.allow_unverified = wanted.allow_unverified;
        self.chosen = Chosen::of(wanted);
    }

    /// Plans for each member of the target. `at` is the revision whose files are to be edited,
    /// instead of those on disk.
    pub(super) fn plan(
        &self,
        keep_going: bool,
        at: Option<&str>,
    ) -> Result<(Worlds, Vec<Known>), Failure> {
        let (Some(from), Some(to)) = (&self.from, &self.to) else {
            return Err(Failure::new("name the environments to promote from and to")
                .hint("gitopslint plan dev production; or two files with --file"));
        };
        super::use_threads(self.jobs)?;
        let (mut from, mut to) = (End::parse(from), End::parse(to));
        if to.revision.is_some() {
            return Err(Failure::new("nothing can be promoted to a past revision")
                .hint("name the target without @REF"));
        }
        if let Some(at) = at {
            from.revision.get_or_insert_with(|| at.to_owned());
            to.revision = Some(at.to_owned());
        }
        let rules = self.chosen.rules()?;
        let choice = self.chosen.choice()?;
        let worlds = Worlds::open(
            &self.place,
            self.config.as_deref(),
            &self.shelf,
            [&from, &to],
        )?;
        let mut plans = Vec::new();
        for [from, to] in worlds.between([&from, &to])? {
            let Compared {
                comparison,
                has_past,
                is_cut_off,
            } = worlds.compare(&Asked {
                from,
                to,
                applications: &self.apps,
                with_noise: false,
                rules: &rules,
            })?;
            if choice.unknown(&comparison.applications).is_some() {
                return Err(Failure::new("a field that was named does not differ")
                    .hint("`gitopslint diff` lists those that do, by name"));
            }
            let mut choice = choice.clone();
            if comparison.from.name == comparison.to.name {
                // What it was is what it is to be again.
                let all = Pattern::parse("*").map(|own| (own, Side::Source));
                choice.fields.take.extend(all);
                choice.fields.allow_downgrade = true;
            }
            let planner = Planner {
                setup: &worlds.setup,
                request: &worlds.request,
                files: worlds.files(1),
                source: worlds.files(0),
                deployed: worlds.deployed(1),
                choice: &choice,
            };
            let mut plan = planner.plan(comparison);
            self.let_unverified(&mut plan);
            let mut left_out = Vec::new();
            if keep_going && plan.is_blocked() {
                let Planned {
                    mut comparison,
                    promotions,
                    ..
                } = plan;
                let mut blocked = promotions.iter().map(|own| !own.blocks.is_empty());
                comparison.applications.retain(|own| {
                    let is_blocked = blocked.next().unwrap_or_default();
                    if is_blocked {
                        left_out.push(own.pair.name.clone());
                    }
                    !is_blocked
                });
                // What is left has to hold without the others.
                plan = planner.plan(comparison);
                self.let_unverified(&mut plan);
            }
            plans.push(Known {
                plan,
                left_out,
                has_past,
                is_cut_off,
            });
        }
        Ok((worlds, plans))
    }

    /// Takes what cannot be verified for what somebody accepts.
    fn let_unverified(&self, plan: &mut Planned) {
        for promotion in plan.promotions.iter_mut().filter(|_| self.allow_unverified) {
            let blocks = std::mem::take(&mut promotion.blocks);
            let (unknown, blocks): (Vec<Block>, Vec<Block>) = blocks
                .into_iter()
                .partition(|own| matches!(own, Block::Unknown(_)));
            promotion.blocks = blocks;
            promotion.warnings.extend(unknown);
        }
    }

    pub(super) fn write(&self, plans: &[Known], terminal: &mut Terminal) -> Result<(), Failure> {
        for known in plans {
            let context = PlanContext {
                color: terminal.has_colour(),
                width: terminal.width(),
                now: now(),
                has_past: known.has_past,
                is_cut_off: known.is_cut_off,
                show_undecided: self.show.is_some(),
            };
            match write_plan(&known.plan, &context, terminal.out()) {
                Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
                    return Err(Failure::new(format!("cannot write the result: {fault}")));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The changes of files as a unified diff.
pub(super) fn unified(plans: &[Known]) -> String {
    plans
        .iter()
        .map(|known| unified_plan(&known.plan))
        .collect()
}
