//! What one environment gets of one application.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, Object, path_order};
use rustc_hash::FxHashMap;

use crate::deploy::{self, Environment};
use crate::pipeline::Deployed;
use crate::settings::Config;

/// What one environment gets of one application.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The application, as this environment calls it.
    pub name: String,
    /// The folder, if only the layout tells of it: others may be called the same.
    pub at: Option<Utf8PathBuf>,
    /// Where it goes; none if that could not be told.
    pub environment: Option<Environment>,
    /// Its objects, and the object that asks for them.
    pub objects: Vec<Object>,
    /// The files it is made from, sorted, each once.
    pub files: Vec<Utf8PathBuf>,
    /// The folders it is made in, in the order of its targets.
    pub folders: Vec<Utf8PathBuf>,
    /// Why not all of its objects are known.
    pub faults: Vec<Fault>,
    /// Whether something applies it: a chart that nobody asks for is only rendered.
    pub is_applied: bool,
}

/// What tells units apart: the application, the environment, and where only the layout tells of it,
/// the folder.
pub type UnitKey = (String, Option<Arc<str>>, Option<Utf8PathBuf>);

/// What each environment gets of each application, in the order of names. An object that asks for
/// an application counts as part of that, and not of what it stands among.
pub fn units(deployed: &Deployed, config: &Config) -> Vec<Unit> {
    let mut units = gathered(deployed, config, true);
    for unit in &mut units {
        unit.files.sort_unstable_by(|a, b| path_order(a, b));
        unit.files.dedup_by(|a, b| a.as_str() == b.as_str());
    }
    units
}

/// As [`units`], without the files: for what looks at objects alone.
pub(super) fn units_without_files(deployed: &Deployed, config: &Config) -> Vec<Unit> {
    gathered(deployed, config, false)
}

fn gathered(deployed: &Deployed, config: &Config, with_files: bool) -> Vec<Unit> {
    let mut units: BTreeMap<UnitKey, Unit> = BTreeMap::new();
    let mut asked: FxHashMap<&str, Vec<Option<Environment>>> = FxHashMap::default();
    for target in deployed.targets().filter(|target| target.spec.by.is_some()) {
        let of_name = asked.entry(&target.spec.application).or_default();
        of_name.push(target.spec.environment.clone());
    }
    for target in deployed.targets() {
        let spec = &target.spec;
        let mut own = Vec::new();
        let mut by_name: Option<FilesByName<'_>> = None;
        for object in &target.objects {
            if !asks(object) {
                own.push(object.clone());
                continue;
            }
            let name = object.id.name.to_string();
            let known = asked.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            // A chart of Applications asks for one of each name in every environment.
            let beside = known.iter().find(|own| **own == spec.environment);
            let told = beside.or(known.first());
            let environment = match told {
                Some(environment) => environment.clone(),
                None => deploy::environment_of_object(object, config).or(spec.environment.clone()),
            };
            let mut files = Vec::new();
            if with_files {
                // What brings the object may be told more of the application in a file called like
                // it.
                let by_name = by_name.get_or_insert_with(|| FilesByName::of(target.files()));
                let named = by_name.called(&name).iter();
                files.extend(named.map(|file| (*file).to_owned()));
                let kind = object.node.view().get("kind");
                let file = kind.and_then(|kind| kind.origin());
                files.extend(file.map(|src| src.locate().path().to_owned()));
            }
            let unit = entry(&mut units, name, environment, None);
            unit.files.extend(files);
            unit.is_applied = true;
            unit.objects.push(object.clone());
        }
        if own.is_empty() && !target.objects.is_empty() {
            // All that it holds was told of elsewhere.
            continue;
        }
        let unit = {
            let at = spec.by.is_none().then(|| spec.path.clone());
            entry(
                &mut units,
                spec.application.clone(),
                spec.environment.clone(),
                at,
            )
        };
        unit.is_applied |= spec.is_applied();
        unit.objects.extend(own);
        if with_files {
            // A chart that asks for it may read its version from a file called like it.
            let asking = target.asked.iter().flat_map(|reads| reads.files());
            let named = asking.filter(|file| is_called(file, &spec.application));
            let own = named.chain(target.files()).map(Utf8Path::to_owned);
            unit.files.extend(own);
            let by = spec.by.as_ref().map(|by| by.path().to_owned());
            unit.files.extend(by);
        }
        unit.faults.extend(target.faults.iter().cloned());
        unit.folders.push(spec.path.clone());
    }
    units.into_values().collect()
}

/// The environments that anything goes to.
pub fn environments(deployed: &Deployed, config: &Config) -> BTreeSet<Environment> {
    let units = units_without_files(deployed, config).into_iter();
    units.filter_map(|unit| unit.environment).collect()
}

fn entry(
    units: &mut BTreeMap<UnitKey, Unit>,
    name: String,
    environment: Option<Environment>,
    at: Option<Utf8PathBuf>,
) -> &mut Unit {
    let own = environment.as_ref().map(|own| own.name.clone());
    let key = (name.clone(), own, at.clone());
    units.entry(key).or_insert_with(|| Unit {
        name,
        at,
        environment,
        objects: Vec::new(),
        files: Vec::new(),
        folders: Vec::new(),
        faults: Vec::new(),
        is_applied: false,
    })
}

/// Files by what they, and the folders that they are in, are called.
struct FilesByName<'a>(FxHashMap<&'a str, Vec<&'a Utf8Path>>);

impl<'a> FilesByName<'a> {
    fn of(files: impl Iterator<Item = &'a Utf8Path>) -> Self {
        let mut by_name: FxHashMap<&str, Vec<&Utf8Path>> = FxHashMap::default();
        for file in files {
            for name in names(file) {
                by_name.entry(name).or_default().push(file);
            }
        }
        Self(by_name)
    }

    fn called(&self, application: &str) -> &[&'a Utf8Path] {
        self.0.get(application).map_or(&[], Vec::as_slice)
    }
}

/// Whether a file, or a folder that it is in, is called like an application.
fn is_called(file: &Utf8Path, application: &str) -> bool {
    names(file).any(|name| name == application)
}

/// What a file, without its extension and with it, and the folders that it is in are called.
fn names(file: &Utf8Path) -> impl Iterator<Item = &str> {
    file.file_stem().into_iter().chain(file.as_str().split('/'))
}

/// Whether an object asks for others to be applied.
fn asks(object: &Object) -> bool {
    matches!(
        (&*object.id.gvk.group, &*object.id.gvk.kind),
        ("argoproj.io", "Application")
            | ("helm.toolkit.fluxcd.io", "HelmRelease")
            | ("kustomize.toolkit.fluxcd.io", "Kustomization")
    )
}

impl Unit {
    /// Whether it is known to be applied somewhere. A chart that nothing asks for stands for
    /// itself alone.
    pub fn reaches_an_environment(&self) -> bool {
        let is_asked_for = self.at.is_none();
        self.is_applied && (is_asked_for || self.environment.is_some())
    }

    /// Whether a file is among those that it is made from.
    pub fn is_made_from(&self, file: &Utf8Path) -> bool {
        let order = |own: &Utf8PathBuf| path_order(own, file);
        self.files.binary_search_by(order).is_ok()
    }

    /// What tells it from others.
    pub fn key(&self) -> UnitKey {
        let environment = self.environment.as_ref().map(|own| own.name.clone());
        (self.name.clone(), environment, self.at.clone())
    }
}
