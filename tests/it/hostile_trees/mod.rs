//! Trees that somebody made to take the program along, each with a part that has no ill will.
//! Whatever the hostile part does, the run ends within limits, nothing is written, nothing
//! outside is shown, and what is said of the innocent part is what is said when it is alone.
//!
//! The test command runs a sample. `GITOPSLINT_HOSTILE=0..2000` and `GITOPSLINT_MUTATIONS=0..10000`
//! run so many; a single number runs that one again, with more commands, and keeps its files.

mod classes;
mod innocent;
mod limits;
mod mutation;
mod tree;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

use self::innocent::{Alone, Expected};
use self::limits::{Taken, run};
use self::mutation::Fixtures;
use self::tree::Tree;
use crate::random::Random;
use crate::run::Folder;

/// The command that every tree is given to.
const CHECK: &[&str] = &["check", "--format", "json"];

/// Of these, each tree is given to one.
const OTHERS: &[&[&str]] = &[
    &["check", "--format", "human", "--jobs", "1"],
    &["check", "--format", "sarif", "--env", "production"],
    &["render", "--all"],
    &["diff", "dev", "production"],
    &["plan", "dev", "production"],
    &["environments", "--why"],
    &["apps", "-o", "yaml"],
    &["charts"],
    &["ignores"],
];

/// What stands beside the repository. Nobody may read it.
const OUTSIDE: &str = "Zq7-what-stands-outside-0x3f9a";

#[test]
fn trees_of_every_class() {
    let classes = classes::all();
    let asked = Asked::of("GITOPSLINT_HOSTILE", classes.len());
    hold(&asked, |seed, random, tree| {
        let (name, class) = classes[seed % classes.len()];
        class(random, tree);
        name.to_owned()
    });
}

#[test]
fn mutations_of_fixtures() {
    let fixtures = Fixtures::read();
    let asked = Asked::of("GITOPSLINT_MUTATIONS", 30);
    hold(&asked, |_, random, tree| {
        fixtures.mutate(random, tree);
        "mutation".to_owned()
    });
}

/// What is to be run.
struct Asked {
    seeds: Range<usize>,
    /// Every so many trees are given to all commands, and the others to one.
    thorough: usize,
    keeps: bool,
}

impl Asked {
    /// What the environment asks for, else a sample.
    fn of(variable: &str, sample: usize) -> Self {
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let (seeds, thorough, keeps) = match std::env::var(variable) {
            Err(_) => (0..sample, 8, false),
            Ok(text) => match text.split_once("..") {
                Some((from, to)) => (number(from)..number(to), 8, false),
                None => (number(&text)..number(&text) + 1, 1, true),
            },
        };
        Self {
            seeds,
            thorough,
            keeps,
        }
    }
}

/// Makes a tree of each seed and holds the program to what it promises.
fn hold(asked: &Asked, make: impl Fn(usize, &mut Random, &mut Tree) -> String + Sync) {
    let expected = Expected::new();
    let next = AtomicUsize::new(asked.seeds.start);
    let held = Mutex::new(Held::default());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= asked.seeds.end {
                        return;
                    }
                    let mut random = Random::new(seed as u64 + 1);
                    let mut tree = Tree::new(&mut random);
                    let name = make(seed, &mut random, &mut tree);
                    let folder = Folder::new();
                    let is_thorough = seed.is_multiple_of(asked.thorough);
                    let (taken, faults) =
                        judge(&folder, &tree, &mut random, &expected, is_thorough);
                    for fault in &faults {
                        eprintln!("{name} (seed {seed}): {fault}");
                    }
                    held.lock().unwrap().take(seed, &name, &taken, faults);
                    if asked.keeps {
                        eprintln!("{name} stands in {}", folder.path());
                        std::mem::forget(folder);
                    }
                }
            });
        }
    });
    let held = held.into_inner().unwrap();
    eprintln!("{}", held.told());
    assert!(held.faults.is_empty(), "{}", held.faults.join("\n\n"));
}

/// What one tree's runs took, and what is wrong with them.
fn judge(
    folder: &Folder,
    tree: &Tree,
    random: &mut Random,
    expected: &Expected,
    is_thorough: bool,
) -> (Vec<Taken>, Vec<String>) {
    let root = folder.path().join("repository");
    innocent::write(&root);
    tree.write(&root);
    folder.write("secret.txt", OUTSIDE.as_bytes());
    fs::create_dir(folder.path().join("home")).unwrap();
    let before = listing(folder.path());
    let mut taken = Vec::new();
    let mut faults = Vec::new();

    let other = *random.pick(OTHERS);
    let alone = *random.pick(&Alone::ALL);
    let (below, arguments) = alone.call();
    let calls = [
        (root.clone(), CHECK),
        (root.clone(), other),
        (root.join(below), arguments),
    ];
    let most = if is_thorough { calls.len() } else { 1 };
    for (number, (from, arguments)) in calls.into_iter().enumerate().take(most) {
        let ended = run(folder.path(), &from, arguments);
        taken.push(ended.taken);
        let mut fault = ended.fault();
        let shown = String::from_utf8_lossy(&ended.out).into_owned() + &ended.errors;
        if fault.is_none() && shown.contains(OUTSIDE) {
            fault = Some("it shows what is outside the repository".to_owned());
        }
        let has_failed = tree.may_fail && ended.code == Some(2);
        if fault.is_none() && !has_failed && !tree.speaks_of_all {
            fault = match number {
                0 => match innocent::told(&ended) {
                    Ok(told) => innocent::difference(&told, &expected.told),
                    Err(fault) => Some(fault),
                },
                2 if ended.out != expected.printed[&alone] => Some(format!(
                    "what is printed of the innocent part differs: {}",
                    ended.errors
                )),
                _ => None,
            };
        }
        faults.extend(fault.map(|fault| format!("{}: {fault}", arguments.join(" "))));
    }
    if listing(folder.path()) != before {
        faults.push("something was written".to_owned());
    }
    (taken, faults)
}

/// All that stands below a folder, with sizes and times.
fn listing(folder: &Utf8Path) -> BTreeMap<Utf8PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in at.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            let metadata = path.symlink_metadata().unwrap();
            if metadata.is_dir() {
                open.push(path.clone());
            }
            found.insert(path, (metadata.len(), metadata.modified().unwrap()));
        }
    }
    found
}

/// What all trees took together, and what is wrong.
#[derive(Default)]
struct Held {
    runs: usize,
    processor: Duration,
    /// The worst of each kind, with its seed.
    worst: BTreeMap<String, (Taken, usize)>,
    memory: u64,
    faults: Vec<String>,
}

impl Held {
    fn take(&mut self, seed: usize, name: &str, taken: &[Taken], faults: Vec<String>) {
        for one in taken {
            self.runs += 1;
            self.processor += one.processor;
            self.memory += one.memory;
            let worst = self.worst.entry(name.to_owned()).or_insert((*one, seed));
            if one.processor > worst.0.processor {
                *worst = (
                    Taken {
                        memory: worst.0.memory.max(one.memory),
                        ..*one
                    },
                    seed,
                );
            }
            worst.0.memory = worst.0.memory.max(one.memory);
        }
        self.faults.extend(
            faults
                .into_iter()
                .map(|fault| format!("{name} (seed {seed}): {fault}")),
        );
    }

    fn told(&self) -> String {
        let mut worst: Vec<_> = self.worst.iter().collect();
        worst.sort_by_key(|(_, (taken, _))| std::cmp::Reverse(taken.processor));
        let runs = self.runs.max(1) as u32;
        let mut told = format!(
            "{} runs, {:?} and {} MiB each on average\n",
            self.runs,
            self.processor / runs,
            (self.memory >> 20) / u64::from(runs)
        );
        for (name, (taken, seed)) in worst {
            told += &format!(
                "{:>8} ms {:>5} MiB  {name} (seed {seed})\n",
                taken.processor.as_millis(),
                taken.memory >> 20
            );
        }
        told
    }
}
