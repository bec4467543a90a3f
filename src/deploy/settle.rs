//! Environments that only the whole repository tells apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::environment::{
    PARENTS, environment_folder, environment_word, is_ambiguous, is_environment, is_shared,
    tier_of_environment,
};
use super::names::{application_across, application_beside};
use super::{Environment, Evidence};
use crate::settings::Config;

/// Names that mean the same environment.
const ALIKE: [&[&str]; 3] = [
    &["production", "prod", "prd"],
    &["staging", "stage", "stg"],
    &["dev", "development", "develop"],
];

/// What belongs to an environment: a target, or an Application of something elsewhere.
pub struct Placed<'a> {
    /// Its environment.
    pub environment: &'a mut Option<Environment>,
    /// What told it.
    pub told_by: &'a mut Evidence,
    /// Its name, with an environment in it or not.
    pub name: String,
    /// Its name, where only the layout tells it.
    pub application: Option<&'a mut String>,
    /// Its own folder, if it stands in this repository.
    pub path: Option<&'a Utf8Path>,
    /// The file of the object that asks for it.
    pub by: Option<Utf8PathBuf>,
    /// The cluster it goes to.
    pub cluster: Option<String>,
}

/// Settles the environments of all targets: a folder that is called like an environment and
/// stands among others that are none, such as `apps/development` beside `apps/media`, is a
/// category; what stands beside environments where these are, such as `clusters/demo` beside
/// `clusters/dev` and `clusters/prod`, is one as well; and `prod` and `production` are one
/// environment, unless one application goes to both.
pub fn settle(mut placed: Vec<Placed<'_>>, files: &[Utf8PathBuf], config: &Config) {
    let folders = Folders::of(files);
    let learned = Learned::of(&folders);
    for one in &mut placed {
        let path = one.telling_path();
        let own = one.environment.as_ref().map(|own| &*own.name);
        if let Some(folder) = path.and_then(environment_folder)
            && folder.file_name() == own
            // More than a tier's word, such as `local-k8s`, is no category of applications.
            && own.and_then(environment_word).is_some()
            && folders.is_category(folder)
        {
            *one.environment = None;
            *one.told_by = Evidence::Nothing;
        }
        if one.environment.is_none()
            && let Some((name, by)) = learned.environment(one)
        {
            *one.environment = Some(Environment {
                name: name.into(),
                tier: config
                    .tier_of(name)
                    .unwrap_or_else(|| tier_of_environment(name)),
            });
            *one.told_by = by;
        }
        if let (Some(application), Some(path)) = (&mut one.application, one.path) {
            let is_learned = |part: &str| learned.everywhere.contains(part);
            **application = application_beside(path, &is_learned).to_owned();
            one.name.clone_from(application);
        }
    }
    drop_hints(&mut placed, &folders);
    for names in ALIKE {
        unite(&mut placed, names, config);
    }
}

/// Forgets the environments that only a word hints at, unless something else tells of the
/// environment or the application is in another one as well.
fn drop_hints(placed: &mut [Placed<'_>], folders: &Folders<'_>) {
    let mut told: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut by_application: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    let is_hint: Vec<bool> = placed.iter().map(|one| one.is_hint(folders)).collect();
    for (one, is_hint) in placed.iter().zip(&is_hint) {
        if let Some(own) = one.environment.as_ref() {
            if !is_hint {
                told.insert(own.name.clone());
            }
            let application = application_across(&one.name, Some(own)).into_owned();
            let environments = by_application.entry(application).or_default();
            environments.insert(own.name.clone());
        }
    }
    let is_of_several = |one: &Placed<'_>| {
        let application = application_across(&one.name, one.environment.as_ref());
        let environments = by_application.get(&*application);
        environments.is_some_and(|all| all.len() > 1)
    };
    // Of the others, only what is called after an environment and nothing else makes one known.
    let named = placed.iter().filter(|one| *one.told_by != Evidence::Hint);
    let named = named.filter(|one| is_of_several(one));
    told.extend(named.filter_map(|one| Some(one.environment.as_ref()?.name.clone())));
    let hints = placed
        .iter_mut()
        .zip(is_hint)
        .filter(|(_, is_hint)| *is_hint);
    for (one, _) in hints {
        let is_known = one
            .environment
            .as_ref()
            .is_some_and(|own| told.contains(&own.name) || is_of_several(one));
        if !is_known {
            *one.environment = None;
            *one.told_by = Evidence::Nothing;
        }
    }
}

impl Placed<'_> {
    /// The path whose folders told its environment.
    fn telling_path(&self) -> Option<&Utf8Path> {
        match self.told_by {
            Evidence::Folder => self.path,
            Evidence::FolderOfObject | Evidence::Bringer => self.by.as_deref(),
            _ => None,
        }
    }

    /// Whether what told its environment is a word that may mean something else, where nothing
    /// around it speaks of environments.
    fn is_hint(&self, folders: &Folders<'_>) -> bool {
        let Some(own) = self.environment.as_ref() else {
            return false;
        };
        match self.told_by {
            Evidence::Hint => true,
            _ if !is_ambiguous(&own.name) => false,
            Evidence::Bringer => true,
            // The layout alone tells of it.
            Evidence::Values => self.by.is_none(),
            Evidence::Folder | Evidence::FolderOfObject => {
                let folder = self.telling_path().and_then(environment_folder);
                folder.is_some_and(|folder| !folders.is_among_environments(folder))
            }
            _ => false,
        }
    }
}

/// Environments of names that speak of none, told by what they stand beside.
#[derive(Default)]
struct Learned<'a> {
    /// Names that are environments wherever they stand: those of clusters, and of folders that
    /// only hold environments.
    everywhere: BTreeSet<&'a str>,
    /// Folders that are environments of one application.
    folders: BTreeSet<&'a Utf8Path>,
}

impl<'a> Learned<'a> {
    fn of(folders: &Folders<'a>) -> Self {
        let mut children: BTreeMap<&Utf8Path, Vec<(&Utf8Path, &str)>> = BTreeMap::new();
        for folder in &folders.0 {
            if let (Some(parent), Some(name)) = (folder.parent(), folder.file_name())
                && parent.file_name().is_some_and(|own| PARENTS.contains(&own))
                && !(name.starts_with('.') || is_shared(name))
            {
                children.entry(parent).or_default().push((folder, name));
            }
        }
        let mut learned = Self::default();
        let mut lone = Vec::new();
        let mut of_applications: BTreeMap<&str, usize> = BTreeMap::new();
        for (parent, children) in children {
            let (known, new): (Vec<_>, Vec<_>) = children
                .into_iter()
                .partition(|(_, name)| is_environment(name));
            let is_of_one = parent
                .file_name()
                .is_some_and(|own| own.starts_with("overlay"));
            if known.len() < 2 {
                lone.extend(new.into_iter().filter(|_| is_of_one));
                continue;
            }
            for (folder, name) in new {
                learned.folders.insert(folder);
                match is_of_one {
                    true => *of_applications.entry(name).or_default() += 1,
                    false => _ = learned.everywhere.insert(name),
                }
            }
        }
        // What is an environment of several applications is one of any other's overlays as well.
        let is_common = |name: &str| of_applications.get(name).is_some_and(|count| *count > 1);
        let lone = lone.into_iter().filter(|(_, name)| is_common(name));
        learned.folders.extend(lone.map(|(folder, _)| folder));
        learned
    }

    fn environment<'p>(&self, one: &'p Placed<'_>) -> Option<(&'p str, Evidence)>
    where
        'a: 'p,
    {
        let in_path = |path: &'p Utf8Path| {
            path.ancestors().find_map(|folder| {
                let name = folder.file_name()?;
                let is_known = self.everywhere.contains(name) || self.folders.contains(folder);
                is_known.then_some(name)
            })
        };
        let cluster = one.cluster.as_deref();
        let of_cluster = cluster.filter(|cluster| self.everywhere.contains(cluster));
        of_cluster
            .map(|name| (name, Evidence::Destination))
            .or_else(|| Some((in_path(one.by.as_deref()?)?, Evidence::FolderOfObject)))
            .or_else(|| Some((in_path(one.path?)?, Evidence::Folder)))
    }
}

/// Gives one name to environments of names that mean the same.
fn unite(placed: &mut [Placed<'_>], names: &[&str], config: &Config) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_application: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for one in placed.iter() {
        let own = one.environment.as_ref();
        if let Some(name) = names
            .iter()
            .find(|name| own.is_some_and(|own| &*own.name == **name))
        {
            // What the configuration names is meant as it is.
            if config.tier_of(name).is_some() {
                return;
            }
            *counts.entry(name).or_default() += 1;
            let application = application_across(&one.name, own).into_owned();
            by_application.entry(application).or_default().insert(name);
        }
    }
    if counts.len() < 2 || by_application.values().any(|names| names.len() > 1) {
        return;
    }
    let order = |name: &str| names.iter().position(|own| *own == name);
    let best = counts.into_iter().max_by(|(a, n), (b, m)| {
        let by_order = || order(b).cmp(&order(a));
        n.cmp(m).then_with(by_order)
    });
    let Some((best, _)) = best else {
        return;
    };
    let best: Arc<str> = best.into();
    for one in placed.iter_mut() {
        if let Some(own) = one.environment
            && names.contains(&&*own.name)
        {
            own.name = best.clone();
        }
    }
}

/// All folders of a repository.
struct Folders<'a>(FxHashSet<&'a Utf8Path>);

impl<'a> Folders<'a> {
    fn of(files: &'a [Utf8PathBuf]) -> Self {
        let mut folders = FxHashSet::default();
        for file in files {
            for folder in file.ancestors().skip(1) {
                if !folders.insert(folder) {
                    break;
                }
            }
        }
        Self(folders)
    }

    /// Whether a folder that is called like an environment stands among two or more that are
    /// not, and beside no other that is.
    fn is_category(&self, folder: &Utf8Path) -> bool {
        !self.is_among_environments(folder) && self.siblings(folder).nth(1).is_some()
    }

    /// Whether a folder stands beside one that is called like an environment.
    fn is_among_environments(&self, folder: &Utf8Path) -> bool {
        self.siblings(folder).any(is_environment)
    }

    /// The names of the folders beside one, those of what environments have in common aside.
    fn siblings<'s>(&'s self, folder: &'s Utf8Path) -> impl Iterator<Item = &'a str> + 's {
        let parent = folder.parent().unwrap_or(Utf8Path::new(""));
        let own = self
            .0
            .iter()
            .filter(move |own| own.parent() == Some(parent));
        let others = own.filter(move |own| **own != folder);
        let names = others.filter_map(|own| own.file_name());
        names.filter(|name| !(name.starts_with('.') || is_shared(name)))
    }
}
