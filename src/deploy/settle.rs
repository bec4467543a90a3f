//! Environments that only the whole repository tells apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::environment::{environment_folder, is_environment, is_shared};
use super::{Evidence, TargetSpec};
use crate::settings::Config;

/// Names that mean the same environment.
const ALIKE: [&[&str]; 3] = [
    &["production", "prod", "prd"],
    &["staging", "stage", "stg"],
    &["dev", "development", "develop"],
];

/// Settles the environments of all targets: a folder that is called like an environment and
/// stands among others that are none, such as `apps/development` beside `apps/media`, is a
/// category; and `prod` and `production` are one environment, unless one application goes to
/// both.
pub fn settle<'a>(
    targets: impl Iterator<Item = &'a mut TargetSpec>,
    files: &[Utf8PathBuf],
    config: &Config,
) {
    let mut targets: Vec<&mut TargetSpec> = targets.collect();
    let folders = Folders::of(files);
    for target in &mut targets {
        let path = match target.told_by {
            Evidence::Folder => Some(target.path.as_path()),
            Evidence::FolderOfObject | Evidence::Bringer => target.by.as_ref().map(|by| by.path()),
            _ => None,
        };
        let own = target.environment.as_ref().map(|own| &*own.name);
        if let Some(folder) = path.and_then(environment_folder)
            && folder.file_name() == own
            && folders.is_category(folder)
        {
            target.environment = None;
            target.told_by = Evidence::Nothing;
        }
    }
    for names in ALIKE {
        unite(&mut targets, names, config);
    }
}

/// Gives one name to environments of names that mean the same.
fn unite(targets: &mut [&mut TargetSpec], names: &[&str], config: &Config) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_application: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for target in targets.iter() {
        let own = target.environment.as_ref().map(|own| &*own.name);
        if let Some(name) = names.iter().find(|name| Some(**name) == own) {
            // What the configuration names is meant as it is.
            if config.tier_of(name).is_some() {
                return;
            }
            *counts.entry(name).or_default() += 1;
            let application = target.application_across();
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
    for target in targets.iter_mut() {
        if let Some(own) = &mut target.environment
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
        let parent = folder.parent().unwrap_or(Utf8Path::new(""));
        let mut others = 0;
        for sibling in self.0.iter().filter(|own| own.parent() == Some(parent)) {
            let name = sibling.file_name().unwrap_or_default();
            if *sibling == folder || name.starts_with('.') || is_shared(name) {
                continue;
            }
            match is_environment(name) {
                true => return false,
                false => others += 1,
            }
        }
        others > 1
    }
}
