use std::io;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use promotion::Pattern;

use super::ends::{End, Worlds, now};
use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{FAILED, FOUND, Failure, Place};
use crate::compare::{self, Asked, Comparison, Rules, is_version};
use crate::report::{
    DiffContext, DiffFormat, Revisions, write_diff, write_outliers, write_outliers_json,
};
use crate::snapshot::Git;

/// Show where two environments differ, and what a promotion would do with each difference
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Diff {
    /// The environment a promotion would come from, or its tier; NAME@REF for an earlier revision
    #[arg(value_name = "FROM", required_unless_present = "rev")]
    from: Option<String>,
    /// The environment it would go to; without it, the members of the tier FROM are compared
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// Applications [default: all]
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Compare two revisions instead: A..B, A...B from where they diverged, or A with the work tree
    #[arg(long, value_name = "REVISIONS", conflicts_with = "from")]
    rev: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Look at this application; can be repeated
    #[arg(long = "app", value_name = "APP")]
    more_apps: Vec<String>,
    /// Look at objects of this kind; can be repeated
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Look at these fields, such as env.LOG_LEVEL, or at one kind: `images` or `versions`
    #[arg(long, value_name = "FIELD")]
    only: Vec<String>,
    /// Also show what changes with every release: labels, checksums, generated names
    #[arg(long)]
    all: bool,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = FormatName::Human)]
    format: FormatName,
    /// The configuration file [default: .gitopslint.yaml in the root]
    #[arg(long, value_name = "FILE")]
    config: Option<Utf8PathBuf>,
    #[command(flatten)]
    shelf: ShelfArgs,
    /// The number of threads [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  gitopslint diff dev production
  gitopslint diff staging-us prod-us api --only images
  gitopslint diff production                 the members of a tier, and which of them differ
  gitopslint diff production@v41 production
  gitopslint diff --rev origin/main...HEAD --format markdown

Exit status: 0 equal, 1 different, 2 wrong usage or an error, or not fully known.";

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    /// For people
    Human,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
    /// The objects as text, line by line
    Unified,
}

impl Diff {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        super::use_threads(self.jobs)?;
        let filter = Filter::of(&self.kinds, &self.only)?;
        let applications: Vec<String> = self.apps.iter().chain(&self.more_apps).cloned().collect();
        let ends = match (&self.rev, &self.from, &self.to) {
            (Some(rev), ..) => self.revisions(rev)?,
            (None, Some(from), Some(to)) => [End::parse(from), End::parse(to)],
            (None, Some(tier), None) => return self.outliers(tier, &filter, terminal),
            _ => {
                return Err(Failure::new(
                    "two environments are compared, or two revisions",
                ));
            }
        };
        let [from, to] = &ends;
        let mut comparisons = Vec::new();
        let (mut has_past, mut is_cut_off) = (true, false);
        let mut revisions = None;
        let worlds = if self.rev.is_some() {
            let told = &*terminal;
            let compare = |worlds: &Worlds| {
                rayon::join(
                    || self.between_revisions(worlds, &applications, &filter),
                    || worlds.by_hand(told),
                )
            };
            let (worlds, [before, after], (compared, by_hand)) = Worlds::open_checked(
                &self.place,
                self.config.as_deref(),
                &self.shelf,
                [from, to],
                compare,
            )?;
            comparisons = compared;
            let name = |end: &End| {
                end.revision
                    .clone()
                    .unwrap_or_else(|| "work tree".to_owned())
            };
            let mut findings = compare::findings(&before, &after);
            findings.introduced.extend(by_hand?);
            revisions = Some(Revisions {
                names: [name(from), name(to)],
                findings,
            });
            worlds
        } else {
            let config = self.config.as_deref();
            let worlds = Worlds::open(&self.place, config, &self.shelf, [from, to])?;
            let rules = Rules::default();
            for [from, to] in worlds.between([from, to])? {
                let compared = worlds.compare(&Asked {
                    from,
                    to,
                    applications: &applications,
                    with_noise: self.all,
                    rules: &rules,
                })?;
                has_past &= compared.has_past;
                is_cut_off |= compared.is_cut_off;
                comparisons.push(filter.left(compared.comparison));
            }
            worlds
        };
        let prefix = super::prefix(&worlds.disk);
        let context = DiffContext {
            color: terminal.has_colour(),
            width: terminal.width(),
            prefix: &prefix,
            now: now(),
            has_past,
            is_cut_off,
            with_noise: self.all,
            revisions: revisions.as_ref(),
        };
        let format = match self.format {
            FormatName::Human => DiffFormat::Human,
            FormatName::Json => DiffFormat::Json,
            FormatName::Markdown => DiffFormat::Markdown,
            FormatName::Unified => DiffFormat::Unified,
        };
        match write_diff(format, &comparisons, &context, terminal.out()) {
            Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::new(format!("cannot write the result: {fault}")));
            }
            _ => {}
        }
        let code = code(&comparisons, self.rev.is_none());
        std::mem::forget((worlds, comparisons));
        Ok(code)
    }
}

impl Diff {
    /// What changes from one revision to the other.
    fn between_revisions(
        &self,
        worlds: &Worlds,
        applications: &[String],
        filter: &Filter,
    ) -> Vec<Comparison> {
        let (before, after) = (worlds.deployed(0), worlds.deployed(1));
        let mut comparisons = compare::revisions(before, after, worlds.setup.config(), self.all);
        for comparison in &mut comparisons {
            let all = &mut comparison.applications;
            compare::retain_named(all, applications, |own| &own.pair);
        }
        let comparisons = comparisons.into_iter();
        comparisons.map(|own| filter.left(own)).collect()
    }

    /// Compares the members of a tier.
    fn outliers(
        &self,
        tier: &str,
        filter: &Filter,
        terminal: &mut Terminal,
    ) -> Result<u8, Failure> {
        let end = End::parse(tier);
        let worlds = Worlds::open(
            &self.place,
            self.config.as_deref(),
            &self.shelf,
            [&end, &end],
        )?;
        let members = worlds.members(0, &end.name)?;
        let Some((first, others)) = members
            .split_first()
            .filter(|(_, others)| !others.is_empty())
        else {
            let failure = Failure::new(format!("`{tier}` has only one environment"));
            return Err(failure.hint("name another one to compare it with"));
        };
        let mut comparisons = Vec::new();
        for other in others {
            let compared = worlds.compare(&Asked {
                from: first.clone(),
                to: other.clone(),
                applications: &self.more_apps,
                with_noise: self.all,
                rules: &Rules::default(),
            })?;
            comparisons.push(filter.left(compared.comparison));
        }
        let found = compare::outliers(&comparisons);
        let color = terminal.has_colour();
        let written = match self.format {
            FormatName::Human => write_outliers(&found, color, terminal.out()),
            FormatName::Json => write_outliers_json(&found, terminal.out()),
            _ => {
                let failure = Failure::new("the members of a tier are shown as human or json");
                return Err(failure.hint("name two of them for other formats"));
            }
        };
        match written {
            Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::new(format!("cannot write the result: {fault}")));
            }
            _ => {}
        }
        let code = code(&comparisons, true);
        std::mem::forget((worlds, comparisons));
        Ok(code)
    }

    /// The two revisions that are meant.
    fn revisions(&self, rev: &str) -> Result<[End; 2], Failure> {
        let end = |revision: Option<String>| End {
            name: String::new(),
            revision,
        };
        let or_head = |name: &str| match name {
            "" => "HEAD".to_owned(),
            name => name.to_owned(),
        };
        if let Some((a, b)) = rev.split_once("...") {
            let (a, b) = (or_head(a), or_head(b));
            let disk = self.place.open()?;
            let told = |fault: git_read::Fault| Failure::new(fault.to_string());
            let git = Git::beside(&disk).map_err(told)?;
            let git = git.ok_or_else(|| Failure::new("this is not a git repository"))?;
            let ids = [&a, &b].map(|name| git.store().resolve(name));
            let [one, other] = ids;
            let base = git
                .store()
                .merge_base(&one.map_err(told)?, &other.map_err(told)?);
            let base = base
                .map_err(told)?
                .ok_or_else(|| Failure::new(format!("`{a}` and `{b}` have no commit in common")))?;
            return Ok([end(Some(base.to_string())), end(Some(b))]);
        }
        Ok(match rev.split_once("..") {
            Some((a, b)) => [end(Some(or_head(a))), end(Some(or_head(b)))],
            None => [end(Some(rev.to_owned())), end(None)],
        })
    }
}

/// The exit status. What is not fully known is not equal; revisions are compared as far as each
/// of them renders, and their findings say what does not.
fn code(comparisons: &[Comparison], has_to_be_known: bool) -> u8 {
    let mut applications = comparisons.iter().flat_map(|own| &own.applications);
    if comparisons.iter().any(Comparison::differs) {
        FOUND
    } else if has_to_be_known && applications.any(|own| own.faults().next().is_some()) {
        FAILED
    } else {
        0
    }
}

/// What of a comparison is told.
struct Filter {
    kinds: Vec<String>,
    fields: Vec<Pattern>,
    with_versions: bool,
}

impl Filter {
    fn of(kinds: &[String], only: &[String]) -> Result<Self, Failure> {
        let is_sort = |text: &String| matches!(text.as_str(), "images" | "versions");
        let fields = only.iter().filter(|text| !is_sort(text));
        Ok(Self {
            kinds: kinds.iter().map(|kind| kind.to_lowercase()).collect(),
            fields: fields
                .map(|text| super::pattern(text))
                .collect::<Result<_, _>>()?,
            with_versions: only.iter().any(is_sort),
        })
    }

    fn left(&self, mut comparison: Comparison) -> Comparison {
        for application in &mut comparison.applications {
            if !self.kinds.is_empty() {
                let is_asked = |kind: &str| self.kinds.contains(&kind.to_lowercase());
                application
                    .objects
                    .retain(|own| is_asked(&own.identity.gvk.kind));
            }
            if self.fields.is_empty() && !self.with_versions {
                continue;
            }
            for object in &mut application.objects {
                object.rows.retain(|row| {
                    let is_named = self.fields.iter().any(|own| own.matches(&row.field.path));
                    is_named || self.with_versions && is_version(row.field.field)
                });
            }
            application.objects.retain(|own| !own.rows.is_empty());
        }
        comparison
    }
}
