//! A run that an earlier one answers comes to what it would come to by itself.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::Setup;
use gitopslint::cache::Entry;
use gitopslint::evaluate::Verdicts;
use gitopslint::report::Format;
use gitopslint::snapshot::Noted;

use crate::git::{commit, git};
use crate::random::Random;
use crate::run::{Folder, disk, everything, written};

/// What a run comes to. `hours` is how long after now it takes place.
fn run(root: &Utf8Path, hours: u64) -> Result<(String, Option<Entry>), usize> {
    let disk = disk(root);
    let noted = Noted::new(&disk, SystemTime::now() + Duration::from_secs(hours * 3600));
    let setup = Setup::read(&noted, None).map_err(|faults| faults.len())?;
    let request = everything();
    let deployed = setup.render(&noted, &request, Setup::lenient());
    let (part, _) = setup.judge(&noted, &request, &deployed, &mut Verdicts::default());
    let entry = Entry::of(&setup, &request, noted, deployed.environments(), &part);
    let concluded = setup.conclude(&disk, &request, part);
    let told = all_formats(&setup, &concluded);
    let read_again = entry.map(|entry| Entry::parse(&entry.text().unwrap()).unwrap());
    Ok((told, read_again))
}

/// What is answered by what an earlier run kept, if it still holds.
fn answer(root: &Utf8Path, entry: Entry) -> Option<String> {
    let disk = disk(root);
    let setup = Setup::read(&disk, None).ok()?;
    let (concluded, _) = entry.conclude(&setup, &disk)?;
    Some(all_formats(&setup, &concluded))
}

fn all_formats(setup: &Setup, concluded: &gitopslint::pipeline::Concluded) -> String {
    let formats = Format::ALL.into_iter();
    formats
        .map(|format| written(format, setup, &concluded.report, &concluded.sensitive))
        .collect()
}

fn copy_of(fixture: &str) -> Folder {
    let folder = Folder::new();
    let from = Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(fixture);
    let copy = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(folder.path())
        .status();
    assert!(copy.unwrap().success());
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    folder
}

#[test]
fn every_fixture_is_answered_when_nothing_has_changed() {
    for fixture in ["charts", "overlays", "platform", "platform-clean"] {
        let folder = copy_of(fixture);
        for hours in [0, 1] {
            let (told, entry) = run(folder.path(), hours).unwrap();
            assert!(
                answer(folder.path(), entry.unwrap()).unwrap() == told,
                "{fixture}"
            );
        }
    }
}

#[test]
fn random_edits_are_never_missed() {
    let seeds = match std::env::var("GITOPSLINT_EDITS") {
        Ok(number) => number.parse::<u64>().unwrap() / 20,
        Err(_) => 4,
    };
    for seed in 0..seeds {
        edit_at_random(seed);
    }
}

/// With odd seeds, every file is taken for old: only its stamp is looked at.
fn edit_at_random(seed: u64) {
    let folder = copy_of(["platform", "overlays"][seed as usize / 2 % 2]);
    let mut random = Random::new(seed);
    let mut last: Option<(String, Entry)> = None;
    for round in 0..20 {
        // Longer than the clock of the file system takes for a tick.
        sleep(Duration::from_millis(20));
        let edit = random.edit(folder.path(), round);
        let now = run(folder.path(), seed % 2);
        if let Some((told, entry)) = last.take() {
            let answered = answer(folder.path(), entry);
            if let Some(answered) = answered {
                assert!(answered == told, "seed {seed}, round {round}: {edit}");
                let now = now.as_ref().map(|(told, _)| told);
                assert!(now == Ok(&told), "seed {seed}, round {round}: {edit}");
            }
        }
        if let Ok((told, Some(entry))) = now {
            last = Some((told, entry));
        }
    }
}

const FILES: &str = "
--- kustomization.yaml
resources: [pod.yaml]
--- pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: acme/web:latest}
--- notes/readme.txt
text
--- .gitignore
/out/
";

#[test]
fn what_a_run_is_told_is_more_than_the_contents_of_files() {
    let holds_after = |edit: &dyn Fn(&Utf8Path)| {
        let folder = Folder::with(FILES);
        git(folder.path(), &["init", "-q"]);
        commit(folder.path());
        let (_, entry) = run(folder.path(), 1).unwrap();
        sleep(Duration::from_millis(20));
        edit(folder.path());
        answer(folder.path(), entry.unwrap()).is_some()
    };
    assert!(holds_after(&|_| ()));
    // No target reads it, and git leaves it out.
    assert!(holds_after(&|root| std::fs::write(
        root.join("notes/readme.txt"),
        "text\n"
    )
    .unwrap()));
    assert!(holds_after(&|root| {
        std::fs::create_dir(root.join("out")).unwrap();
        std::fs::write(root.join("out/pod.yaml"), "a: 1\n").unwrap();
    }));
    // The content is the same, but not the file.
    assert!(holds_after(&|root| {
        let pod = root.join("pod.yaml");
        let text = std::fs::read(&pod).unwrap();
        std::fs::remove_file(&pod).unwrap();
        std::fs::write(&pod, text).unwrap();
    }));
    // The same size and time.
    assert!(!holds_after(&|root| {
        let pod = root.join("pod.yaml");
        let modified = pod.metadata().unwrap().modified().unwrap();
        let text = std::fs::read_to_string(&pod).unwrap();
        std::fs::write(&pod, text.replace("latest", "stable")).unwrap();
        let file = std::fs::File::options().write(true).open(&pod).unwrap();
        file.set_modified(modified).unwrap();
    }));
    assert!(!holds_after(&|root| std::fs::write(
        root.join("more.yaml"),
        "a: 1\n"
    )
    .unwrap()));
    assert!(!holds_after(&|root| std::fs::write(
        root.join("notes/.gitignore"),
        "/x\n"
    )
    .unwrap()));
    assert!(!holds_after(&|root| std::fs::rename(
        root.join("notes"),
        root.join("n")
    )
    .unwrap()));
    assert!(!holds_after(&|root| {
        let address = "https://git.example.org/acme/platform.git";
        git(root, &["remote", "add", "origin", address]);
    }));
    assert!(!holds_after(&|root| {
        std::fs::create_dir(root.join("out")).unwrap();
        std::fs::write(root.join("out/pod.yaml"), "a: 1\n").unwrap();
        git(root, &["add", "-f", "out/pod.yaml"]);
    }));
    assert!(!holds_after(&|root| {
        std::fs::write(
            root.join(".gitopslint.yaml"),
            "rules: {mutable-image-tag: off}\n",
        )
        .unwrap();
    }));
    #[cfg(unix)]
    assert!(!holds_after(&|root| {
        std::fs::rename(root.join("pod.yaml"), root.join("other.yaml")).unwrap();
        std::os::unix::fs::symlink("other.yaml", root.join("pod.yaml")).unwrap();
    }));
}

struct Cached {
    folder: Folder,
    cache: Folder,
}

impl Cached {
    fn new() -> Self {
        Self {
            folder: copy_of("platform"),
            cache: Folder::new(),
        }
    }

    fn start(&self, cache: &Utf8Path, arguments: &[&str]) -> Child {
        let mut command = crate::command::program();
        command.args(["check", "--format", "json"]).args(arguments);
        command.current_dir(self.folder.path());
        command.env("GITOPSLINT_CACHE_DIR", cache);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// What a run prints, and what it complains of.
    fn run(&self, cache: &Utf8Path, arguments: &[&str]) -> (String, String) {
        let output = self.start(cache, arguments).wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    }

    fn entries(&self) -> Vec<Utf8PathBuf> {
        let entries = self.cache.path().read_dir_utf8().unwrap();
        entries.map(|entry| entry.unwrap().into_path()).collect()
    }
}

#[test]
fn runs_that_are_killed_or_meet_leave_nothing_wrong_behind() {
    let kills = match std::env::var("GITOPSLINT_KILLS") {
        Ok(number) => number.parse::<usize>().unwrap(),
        Err(_) => 20,
    };
    let cached = Cached::new();
    let cache = cached.cache.path();
    let (expect, _) = cached.run(cache, &["--no-cache"]);
    assert!(cached.entries().is_empty());
    let started = std::time::Instant::now();
    assert_eq!(cached.run(cache, &[]).0, expect);
    let whole = started.elapsed().as_micros() as usize;
    let mut random = Random::new(7);
    for kill in 0..kills {
        if kill % 2 == 0 {
            for entry in cached.entries() {
                std::fs::remove_file(entry).unwrap();
            }
        }
        let mut victim = cached.start(cache, &[]);
        sleep(Duration::from_micros(random.below(whole) as u64));
        // It may have ended by itself.
        let _ = victim.kill();
        victim.wait().unwrap();
        assert_eq!(cached.run(cache, &[]).0, expect, "kill {kill}");
    }
    for _ in 0..kills / 10 {
        for entry in cached.entries() {
            std::fs::remove_file(entry).unwrap();
        }
        let together = [(); 4].map(|()| cached.start(cache, &[]));
        for run in together {
            let output = run.wait_with_output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expect);
        }
        assert_eq!(cached.entries().len(), 1);
        assert_eq!(cached.run(cache, &[]).0, expect);
    }
}

#[test]
fn an_entry_that_is_damaged_is_none() {
    let cached = Cached::new();
    let cache = cached.cache.path();
    let (expect, _) = cached.run(cache, &[]);
    let [entry] = cached.entries().try_into().unwrap();
    let text = std::fs::read(&entry).unwrap();
    let mut changed = text.clone();
    changed[text.len() / 2] ^= 1;
    for damaged in [&text[..text.len() / 2], b"", b"{}", &changed, &text[10..]] {
        std::fs::write(&entry, damaged).unwrap();
        assert_eq!(cached.run(cache, &[]), (expect.clone(), String::new()));
        // It need not be the first one: files that were too young then to be known by their times
        // no longer are.
        assert_ne!(std::fs::read(&entry).unwrap(), damaged);
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_named_and_one_of_the_repository_is_not_used() {
    let cached = Cached::new();
    let (expect, _) = cached.run(cached.cache.path(), &["--no-cache"]);
    let file = cached.cache.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (told, complaint) = cached.run(&file.join("cache"), &[]);
    assert_eq!(told, expect);
    assert!(complaint.starts_with(&format!("note: {file}/cache cannot be used as cache: ")));

    let inside = cached.folder.path().join("cache");
    assert_eq!(cached.run(&inside, &[]), (expect, String::new()));
    assert!(!inside.exists());
}
