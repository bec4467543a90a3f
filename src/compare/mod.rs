//! Two environments side by side: which application of one is which of the other, where what they
//! apply differs, where in the files the values stand, and what becomes of each difference.

mod files;
mod outliers;
mod pair;
mod past;
mod revisions;
mod row;
mod unit;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Fault, Object, ObjectId};
use promotion::objects::{self, Noise, ObjectDifference, Scope};
use promotion::{Environments, Rename, Rule};

use crate::deploy::Environment;
use crate::judge::redact;
use crate::pipeline::Deployed;
use crate::settings::Config;

pub use files::{FilePair, Place, compare_files, file_pairs};
pub use outliers::{Outlier, Outliers, outliers};
pub use pair::{Pair, pairs};
pub use past::{COMMIT_LIMIT, Pasts};
pub use revisions::{FindingChanges, UNASSIGNED, findings, revisions, shared};
pub use row::{Row, is_version, origins};
use unit::units_without_files;
pub use unit::{Unit, UnitKey, environments, units};

/// What people and the configuration say of fields.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What becomes of fields; the first rule that names one decides.
    pub rules: Vec<Rule>,
    /// Fields that have got another name.
    pub renames: Vec<Rename>,
}

/// Two environments compared.
#[derive(Debug)]
pub struct Comparison {
    /// The one.
    pub from: Environment,
    /// The other.
    pub to: Environment,
    /// How they call themselves.
    pub names: Environments,
    /// The applications, in the order of their names.
    pub applications: Vec<Application>,
}

/// An application in two environments, compared.
#[derive(Debug)]
pub struct Application {
    /// The application in both.
    pub pair: Pair,
    /// Its files that correspond, with their differences.
    pub files: Vec<FilePair>,
    /// The objects that differ.
    pub objects: Vec<ObjectRow>,
    /// How many objects are the same in both.
    pub equal: usize,
}

/// An object that differs, or that one environment alone has.
#[derive(Clone, Debug)]
pub struct ObjectRow {
    /// What it is called before an environment gives it a prefix, a namespace or a hash.
    pub identity: Arc<ObjectId>,
    /// Its place among the one environment's objects.
    pub left: Option<usize>,
    /// Its place among the other's.
    pub right: Option<usize>,
    /// Where it differs.
    pub rows: Vec<Row>,
    /// How many differences come with every release, and are not among these.
    pub folded: usize,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// What it deploys.
    pub deployed: &'a Deployed,
    /// Its files and their past.
    pub place: Place<'a>,
}

/// What is compared.
pub struct Asked<'a> {
    /// The one environment.
    pub from: Environment,
    /// The other.
    pub to: Environment,
    /// The applications; empty for all.
    pub applications: &'a [String],
    /// Whether what comes with every release is told, too.
    pub with_noise: bool,
    /// What is said of fields.
    pub rules: &'a Rules,
}

/// The pairs of applications of two environments.
pub fn application_pairs(
    from: &Deployed,
    to: &Deployed,
    asked: &Asked<'_>,
    config: &Config,
) -> (Environments, Vec<Pair>) {
    let names = Environments::new(&asked.from.name, &asked.to.name);
    let of = |deployed: &Deployed, environment: &Environment| -> Vec<Unit> {
        let units = units(deployed, config).into_iter();
        let is_own = |unit: &Unit| {
            unit.environment
                .as_ref()
                .is_some_and(|own| own.name == environment.name)
        };
        units.filter(is_own).collect()
    };
    let mut pairs = pairs(of(from, &asked.from), of(to, &asked.to), &names);
    retain_named(&mut pairs, asked.applications, |pair| pair);
    (names, pairs)
}

/// The files whose past tells what becomes of a difference.
pub fn files_of(pairs: &[Pair], names: &Environments) -> Vec<Utf8PathBuf> {
    let files = pairs.iter().flat_map(|pair| file_pairs(pair, names));
    let files: BTreeSet<Utf8PathBuf> = files.flat_map(|(from, to)| [from, to]).collect();
    files.into_iter().collect()
}

/// Compares the applications of two environments.
pub fn compare(
    from: Place<'_>,
    to: Place<'_>,
    asked: &Asked<'_>,
    names: Environments,
    pairs: Vec<Pair>,
) -> Comparison {
    let scope = Scope {
        environments: names.clone(),
        guard: Some(&redact::looks_sensitive),
    };
    let applications = pairs.into_iter().map(|pair| {
        let files: Vec<FilePair> = file_pairs(&pair, &names)
            .iter()
            .filter_map(|(a, b)| compare_files((a, from), (b, to), &names, asked.rules))
            .collect();
        let none = Vec::new();
        let left = pair.from.as_ref().map_or(&none, |unit| &unit.objects);
        let right = pair.to.as_ref().map_or(&none, |unit| &unit.objects);
        let found = objects::differences(left, right, &scope);
        let alone = found.iter().filter(|own| own.left.is_none()).count();
        let objects = found.into_iter().map(|own| {
            let own = with_name(own, left, right);
            row_of(own, &files, asked.with_noise)
        });
        let objects: Vec<ObjectRow> = objects.collect();
        let told = objects.iter().filter(|own| own.is_told()).count();
        let equal = (left.len() + alone).saturating_sub(told);
        Application {
            objects,
            equal,
            files,
            pair,
        }
    });
    let applications = applications.collect();
    Comparison {
        from: asked.from.clone(),
        to: asked.to.clone(),
        names,
        applications,
    }
}

/// An object that is called only what its release is called keeps that name for people.
pub(crate) fn with_name(
    mut found: ObjectDifference,
    left: &[Object],
    right: &[Object],
) -> ObjectDifference {
    if found.identity.name.is_empty() {
        let object = found.right.and_then(|at| right.get(at));
        let object = object.or_else(|| left.get(found.left?));
        found.identity = object.map_or(found.identity, |object| object.id.clone());
    }
    found
}

fn row_of(found: ObjectDifference, files: &[FilePair], with_noise: bool) -> ObjectRow {
    let is_told = |noise: Option<Noise>| with_noise || noise.is_none();
    let all = found.fields.len();
    let told = found
        .fields
        .into_iter()
        .filter(|field| is_told(field.noise));
    let rows: Vec<Row> = told.map(|field| Row::of(field, files)).collect();
    ObjectRow {
        folded: all - rows.len(),
        identity: found.identity,
        left: found.left,
        right: found.right,
        rows,
    }
}

impl Application {
    /// Whether only one of the environments has it.
    pub fn is_alone(&self) -> bool {
        self.pair.from.is_none() || self.pair.to.is_none()
    }

    /// The objects of which something is told.
    pub fn told(&self) -> impl Iterator<Item = &ObjectRow> {
        self.objects.iter().filter(|own| own.is_told())
    }

    /// How many differences come with every release.
    pub fn folded(&self) -> usize {
        self.objects.iter().map(|own| own.folded).sum()
    }

    /// Why not all objects of a side are known.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        let units = [&self.pair.from, &self.pair.to].into_iter().flatten();
        units.flat_map(|unit| &unit.faults)
    }
}

impl ObjectRow {
    /// Whether anything of it is told.
    pub fn is_told(&self) -> bool {
        !self.rows.is_empty() || self.left.is_none() || self.right.is_none()
    }
}

impl Comparison {
    /// Whether anything differs that is told.
    pub fn differs(&self) -> bool {
        self.applications
            .iter()
            .any(|own| own.is_alone() || own.told().next().is_some())
    }
}

/// Keeps the applications that people name: those that are called so, else those made in a folder
/// that is. No name stands for all.
pub fn retain_named<T>(all: &mut Vec<T>, names: &[String], pair: impl Fn(&T) -> &Pair) {
    if names.is_empty() {
        return;
    }
    let (by_folder, by_name): (Vec<&String>, Vec<&String>) = names
        .iter()
        .partition(|name| !all.iter().any(|own| pair(own).is_called(name)));
    all.retain(|own| {
        let pair = pair(own);
        by_name.iter().any(|name| pair.is_called(name))
            || by_folder.iter().any(|name| pair.is_made_in(name))
    });
}

impl Pair {
    /// Whether people mean this application: by what both environments call it, or one of them
    /// does.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.units().any(|unit| unit.name == name)
    }

    /// Whether it is made in a folder of this name.
    pub fn is_made_in(&self, name: &str) -> bool {
        let mut folders = self.units().flat_map(|unit| &unit.folders);
        folders.any(|folder| folder.components().any(|part| part.as_str() == name))
    }

    fn units(&self) -> impl Iterator<Item = &Unit> {
        [&self.from, &self.to].into_iter().flatten()
    }
}
