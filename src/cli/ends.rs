//! The two environments that a command goes between, and what stands in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use promotion::Environments;

use super::at::{open_git, revision_of};
use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{Failure, Place, by_hand};
use crate::compare::{self, Asked, Comparison, Pair, Pasts};
use crate::date::Date;
use crate::deploy::{Environment, tier_named};
use crate::evaluate::Verdicts;
use crate::judge::finding::Finding;
use crate::pipeline::Deployed;
use crate::problem::first_of;
use crate::snapshot::{Disk, FileChange, Git, Repository, Revision};
use crate::{Checked, Request, Setup};

/// An environment as it is named on the command line: `production`, `production@v41`.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) name: String,
    pub(super) revision: Option<String>,
}

impl End {
    pub(super) fn parse(text: &str) -> Self {
        match text.split_once('@') {
            Some((name, revision)) if !revision.is_empty() => Self {
                name: name.to_owned(),
                revision: Some(revision.to_owned()),
            },
            _ => Self {
                name: text.to_owned(),
                revision: None,
            },
        }
    }
}

/// A repository in up to two states, rendered.
pub(super) struct Worlds {
    pub(super) disk: Disk,
    pub(super) setup: Setup,
    pub(super) git: Option<Arc<Git>>,
    pub(super) request: Request,
    states: Vec<State>,
    /// Which of the states belongs to each end.
    of_end: [usize; 2],
}

struct State {
    revision: Option<Revision>,
    /// What its history is asked from.
    name: String,
    deployed: Deployed,
}

impl State {
    fn files<'a>(&'a self, disk: &'a Disk) -> &'a dyn Repository {
        match &self.revision {
            Some(revision) => revision,
            None => disk,
        }
    }
}

impl Worlds {
    pub(super) fn open(
        place: &Place,
        config: Option<&Utf8Path>,
        shelf: &ShelfArgs,
        ends: [&End; 2],
    ) -> Result<Self, Failure> {
        let mut worlds = Self::unopened(place, config, shelf)?;
        for (at, end) in ends.into_iter().enumerate() {
            let name = end.revision.as_deref();
            let known = worlds.states.iter().position(|state| {
                state.revision.is_some() == name.is_some()
                    && name.is_none_or(|name| state.name == name)
            });
            worlds.of_end[at] = match known {
                Some(known) => known,
                None => {
                    let revision = worlds.revision(name)?;
                    let earlier = worlds.states.first().map(|state| &state.deployed);
                    let state = worlds.rendered(name, revision, earlier);
                    worlds.states.push(state);
                    worlds.states.len() - 1
                }
            };
        }
        Ok(worlds)
    }

    /// As [`Worlds::open`], with the findings of both ends, of which the second is to follow the
    /// first, and with what something `beside` makes of the two while the second is judged.
    pub(super) fn open_checked<T: Send>(
        place: &Place,
        config: Option<&Utf8Path>,
        shelf: &ShelfArgs,
        ends: [&End; 2],
        beside: impl FnOnce(&Self) -> T + Send,
    ) -> Result<(Self, [Checked; 2], T), Failure> {
        let mut worlds = Self::unopened(place, config, shelf)?;
        let names = ends.map(|end| end.revision.as_deref());
        let revision = worlds.revision(names[0])?;
        let (first, revision) = rayon::join(
            || worlds.rendered(names[0], revision, None),
            || worlds.revision(names[1]),
        );
        let revision = revision?;
        let mut verdicts = Verdicts::kept();
        // Judging keeps all processors busy, and much of rendering only one.
        let (before, second) = rayon::join(
            || worlds.judged(&first, &mut verdicts),
            || worlds.rendered(names[1], revision, Some(&first.deployed)),
        );
        worlds.states = vec![first, second];
        worlds.of_end = [0, 1];
        let (setup, request) = (&worlds.setup, &worlds.request);
        let (was, is) = (worlds.deployed(0), worlds.deployed(1));
        let (mut after, (rejected, made)) = rayon::join(
            || worlds.judged(&worlds.states[1], &mut verdicts),
            || {
                rayon::join(
                    || setup.rejected(worlds.files(1), request, was, is),
                    || beside(&worlds),
                )
            },
        );
        after.report.add(rejected);
        Ok((worlds, [before, after], made))
    }

    fn unopened(
        place: &Place,
        config: Option<&Utf8Path>,
        shelf: &ShelfArgs,
    ) -> Result<Self, Failure> {
        let disk = place.open()?;
        let given = super::given_configuration(config)?;
        let setup = Setup::read_in(crate::cli::isolation(), &disk, given)
            .map_err(|faults| super::configuration(&faults))?;
        let setup = setup.with_shelf(shelf.open()?);
        let request = Request::all(Date::at(SystemTime::now()));
        // What is wrong with a repository is told when something is asked of it.
        let git = Git::beside(&disk).ok().flatten();
        Ok(Self {
            disk,
            setup,
            git,
            request,
            states: Vec::new(),
            of_end: [0, 0],
        })
    }

    fn judged(&self, state: &State, verdicts: &mut Verdicts) -> Checked {
        let files = state.files(&self.disk);
        self.setup
            .check_deployed(files, &self.request, &state.deployed, verdicts)
    }

    /// What a change from one end to the other promotes by hand.
    pub(super) fn by_hand(&self, terminal: &Terminal) -> Result<Vec<Finding>, Failure> {
        let [before, after] = [0, 1].map(|end| &self.states[self.of_end[end]]);
        let (Some(git), Some(revision)) = (&self.git, &before.revision) else {
            return Ok(Vec::new());
        };
        let changes = match &after.revision {
            Some(after) => FileChange::between(revision, after),
            None => FileChange::on_disk(revision, &self.disk)
                .map_err(|fault| Failure::new(fault.to_string()))?,
        };
        let states = [0, 1].map(|end| by_hand::State {
            deployed: self.deployed(end),
            files: self.files(end),
            revision: &self.states[self.of_end[end]].name,
        });
        let (setup, request) = (&self.setup, &self.request);
        Ok(by_hand::findings(
            states, &changes, git, setup, request, terminal,
        ))
    }

    fn revision(&self, name: Option<&str>) -> Result<Option<Revision>, Failure> {
        let revision = name.map(|name| match &self.git {
            Some(git) => revision_of(git, name),
            None => revision_of(&open_git(&self.disk)?, name),
        });
        revision.transpose()
    }

    fn rendered(
        &self,
        name: Option<&str>,
        revision: Option<Revision>,
        earlier: Option<&Deployed>,
    ) -> State {
        let files: &dyn Repository = match &revision {
            Some(revision) => revision,
            None => &self.disk,
        };
        let options = Setup::lenient();
        let deployed = self
            .setup
            .render_after(earlier, files, &self.request, options);
        State {
            deployed,
            name: name.unwrap_or("HEAD").to_owned(),
            revision,
        }
    }

    /// Whether both ends are the same state.
    pub(super) fn is_one(&self) -> bool {
        self.of_end[0] == self.of_end[1]
    }

    /// The commit that the first end's revision stands for, if it is one.
    pub(super) fn commit(&self) -> Option<String> {
        let state = &self.states[self.of_end[0]];
        state.revision.as_ref()?;
        let id = self.git.as_ref()?.store().resolve(&state.name).ok()?;
        Some(id.to_string())
    }

    pub(super) fn files(&self, end: usize) -> &dyn Repository {
        self.states[self.of_end[end]].files(&self.disk)
    }

    pub(super) fn deployed(&self, end: usize) -> &Deployed {
        &self.states[self.of_end[end]].deployed
    }

    /// The environments that a name stands for: the one of that name, else those of that tier.
    pub(super) fn members(&self, end: usize, name: &str) -> Result<Vec<Environment>, Failure> {
        let all = compare::environments(self.deployed(end), self.setup.config());
        let known: BTreeMap<&str, &Environment> = all.iter().map(|own| (&*own.name, own)).collect();
        if let Some(own) = known.get(name) {
            return Ok(vec![(*own).clone()]);
        }
        let tier = tier_named(name);
        let members = known.values().filter(|own| Some(own.tier) == tier);
        let members: Vec<Environment> = members.map(|own| (*own).clone()).collect();
        if !members.is_empty() {
            return Ok(members);
        }
        let failure = Failure::new(format!("nothing here belongs to the environment `{name}`"));
        let files = &self.deployed(end).walk.files;
        let is_helmfile = |file: &Utf8PathBuf| {
            file.file_name()
                .is_some_and(|name| name.starts_with("helmfile.y"))
        };
        let names = || known.keys().copied();
        Err(match suggest::nearest(name, names()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None if files.iter().any(is_helmfile) => failure.hint(
                "helmfile is not read; `gitopslint plan --file SOURCE TARGET` compares two of its files",
            ),
            None if known.is_empty() => failure
                .hint("no environments were found in the layout; name them in the configuration"),
            None => failure.hint(format!(
                "there are {}",
                listed(&names().collect::<Vec<_>>())
            )),
        })
    }

    /// The environments to go between: for each on the one end that it is called like but for
    /// the tier, else the only one there is.
    pub(super) fn between(&self, ends: [&End; 2]) -> Result<Vec<[Environment; 2]>, Failure> {
        let from = self.members(0, &ends[0].name)?;
        let to = self.members(1, &ends[1].name)?;
        let partner = |to: &Environment| match &from[..] {
            [only] => Some(only.clone()),
            _ => {
                let same = from.iter().find(|from| from.name == to.name);
                let mut alike = from.iter().filter(|from| is_alike(from, to));
                let only = alike.next().filter(|_| alike.next().is_none());
                same.or(only).cloned()
            }
        };
        let mut pairs = Vec::new();
        for to in &to {
            let from = partner(to).ok_or_else(|| {
                let names: Vec<&str> = from.iter().map(|own| &*own.name).collect();
                Failure::new(format!(
                    "`{}` means {}, and it is not clear which of them corresponds to `{}`",
                    ends[0].name,
                    listed(&names),
                    to.name
                ))
                .hint("name both environments")
            })?;
            pairs.push([from, to.clone()]);
        }
        Ok(pairs)
    }

    /// The applications of two environments in pairs.
    ///
    /// # Errors
    /// An application was named that neither has.
    pub(super) fn pairs(&self, asked: &Asked<'_>) -> Result<(Environments, Vec<Pair>), Failure> {
        let (from, to) = (self.deployed(0), self.deployed(1));
        let (names, pairs) = compare::application_pairs(from, to, asked, self.setup.config());
        let is_meant = |name: &String, pair: &Pair| pair.is_called(name) || pair.is_made_in(name);
        let is_unknown = |name: &&String| !pairs.iter().any(|pair| is_meant(name, pair));
        if let Some(unknown) = asked.applications.iter().find(is_unknown) {
            let all = Asked {
                applications: &[],
                from: asked.from.clone(),
                to: asked.to.clone(),
                ..*asked
            };
            let (_, known) = compare::application_pairs(from, to, &all, self.setup.config());
            let failure = Failure::new(format!(
                "there is no application `{unknown}` in {} and {}",
                asked.from.name, asked.to.name
            ));
            let units = compare::units(to, self.setup.config());
            let mut nowhere = units.iter().filter(|unit| unit.environment.is_none());
            if nowhere.any(|unit| unit.name == **unknown) {
                return Err(failure.hint(
                    "it is there, but nothing tells its environment; `gitopslint plan --file SOURCE TARGET` compares two of its files",
                ));
            }
            let known: Vec<&str> = known.iter().map(|pair| pair.name.as_str()).collect();
            return Err(match suggest::nearest(unknown, known.iter().copied()) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint(format!("there are {}", listed(&known))),
            });
        }
        Ok((names, pairs))
    }

    /// What is known of the files' past on each end; nothing without git.
    pub(super) fn pasts(&self, files: &[Utf8PathBuf]) -> Vec<Pasts<'_>> {
        let Some(git) = &self.git else {
            return Vec::new();
        };
        let past = |state: &State| Pasts::new(git, &state.name, files.to_vec()).ok();
        let pasts: Option<Vec<Pasts<'_>>> = self.states.iter().map(past).collect();
        pasts.unwrap_or_default()
    }

    /// The files of an end with what is known of their past.
    pub(super) fn place<'a>(&'a self, end: usize, pasts: &'a [Pasts<'a>]) -> compare::Place<'a> {
        compare::Place {
            snapshot: self.files(end),
            pasts: pasts.get(self.of_end[end]),
        }
    }

    /// Compares two environments.
    pub(super) fn compare(&self, asked: &Asked<'_>) -> Result<Compared, Failure> {
        let (names, pairs) = self.pairs(asked)?;
        let files = compare::files_of(&pairs, &names);
        let pasts = self.pasts(&files);
        let (from, to) = (self.place(0, &pasts), self.place(1, &pasts));
        let comparison = compare::compare(from, to, asked, names, pairs);
        Ok(Compared {
            comparison,
            has_past: !pasts.is_empty(),
            is_cut_off: pasts.iter().any(Pasts::is_cut_off),
        })
    }
}

/// How many names a hint lists.
const NAMES: usize = 12;

/// The first of some names, and how many more there are.
fn listed(names: &[&str]) -> String {
    first_of(names.iter().copied(), NAMES)
}

/// Two environments compared, and how much of their past is known.
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    pub(super) has_past: bool,
    pub(super) is_cut_off: bool,
}

/// Whether two environments are called the same but for one word, which tells their tiers:
/// `staging-us` and `prod-us`.
fn is_alike(a: &Environment, b: &Environment) -> bool {
    let words = |own: &Environment| -> BTreeSet<String> {
        let words = own.name.split(['-', '_', '.']);
        words.map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    a.difference(&b).count() <= 1 && b.difference(&a).count() <= 1
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Tier;

    #[test]
    fn members_that_go_together() {
        let check = |a: &str, b: &str| {
            let own = |name: &str| Environment {
                name: name.into(),
                tier: Tier::Stage,
            };
            is_alike(&own(a), &own(b))
        };
        assert!(check("staging-us", "prod-us"));
        assert!(check("stage", "production"));
        assert!(check("pre-prod-eu", "prod-eu"));
        assert!(!check("staging-eu", "prod-us"));
        assert!(!check("staging-eu", "prod-asia"));
    }
}
