//! On random histories, what is read equals what git says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use git_read::{Change, Entry, EntryKind, HistoryEnd, Id, Listing, Repository};

use crate::random::{History, Random, history};
use crate::repo::Folder;

/// More than these are tried if the variable `GIT_READ_HISTORIES` says how many.
const HISTORIES: u64 = 30;

#[test]
fn random_histories_are_read_as_git_reads_them() {
    let count = std::env::var("GIT_READ_HISTORIES").ok();
    let count = count.map_or(HISTORIES, |count| count.parse().unwrap());
    let first: u64 = std::env::var("GIT_READ_SEED").map_or(0, |seed| seed.parse().unwrap());
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let seeds = (first..first + count).filter(|seed| seed % threads == thread);
                for seed in seeds {
                    let checked = std::panic::catch_unwind(|| check(seed));
                    assert!(checked.is_ok(), "GIT_READ_SEED={seed} GIT_READ_HISTORIES=1");
                }
            });
        }
    });
}

struct Case {
    folder: Folder,
    random: Random,
    history: History,
    repository: Repository,
    commits: Vec<Id>,
}

fn check(seed: u64) {
    let mut case = Case::new(seed);
    case.check_trees_and_changes();
    case.check_names();
    case.check_paths();
    case.check_checkout();
    case.check_index();
    case.check_merge();
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let history = history(&mut random);
        let folder = match random.chance(15) {
            true => {
                let folder = Folder::new();
                folder.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
                folder
            }
            false => Folder::repository(),
        };
        let null = "0".repeat(if folder.is_sha256() { 64 } else { 40 });
        let input = history.input.replace(&"0".repeat(40), &null);
        let arguments = ["fast-import", "--quiet", "--force", "--export-marks=marks"];
        let limit = random.pick(&["0", "1000"]);
        let unpack = format!("fastimport.unpackLimit={limit}");
        let arguments = [&["-c", &unpack], arguments.as_slice()].concat();
        let (is_fine, out) = folder.git_with(&arguments, input.as_bytes());
        assert!(is_fine, "{out}");
        let marks = fs::read_to_string(folder.0.join("marks")).unwrap();
        fs::remove_file(folder.0.join("marks")).unwrap();
        let mut commits: Vec<(usize, Id)> = marks
            .lines()
            .map(|line| {
                let (mark, id) = line[1..].split_once(' ').unwrap();
                (mark.parse().unwrap(), Id::from_hex(id).unwrap())
            })
            .collect();
        commits.sort();
        assert_eq!(commits.len(), history.commits);
        let repack: &[&[&str]] = &[
            &["repack", "-q", "-a", "-d", "-f"],
            &["gc", "-q"],
            &["pack-refs", "--all"],
            &["repack", "-q", "-d", "--write-midx"],
            &[],
        ];
        let repack = random.pick(repack);
        if !repack.is_empty() {
            folder.git(repack);
        }
        Self {
            repository: folder.open(),
            commits: commits.into_iter().map(|(_, id)| id).collect(),
            folder,
            random,
            history,
        }
    }

    fn any_commit(&mut self) -> Id {
        self.commits[self.random.below(self.commits.len())]
    }

    fn check_trees_and_changes(&mut self) {
        for _ in 0..3 {
            let (one, other) = (self.any_commit(), self.any_commit());
            let (old, new) = (self.listing(&one), self.listing(&other));
            let said = self.folder.git(&["ls-tree", "-r", "-z", &one.to_string()]);
            assert_eq!(lines_of(&old), ls_tree(&said));
            let arguments = ["diff-tree", "-r", "-M", "--raw", "-z", "--no-abbrev"];
            let (from, to) = (one.to_string(), other.to_string());
            let arguments = [arguments.as_slice(), &[&from, &to]].concat();
            let said = raw_changes(&self.folder.git(&arguments));
            assert_eq!(changes(&self.repository, &old, &new), said, "{one} {other}");
            let (_, said) = self
                .folder
                .git_with(&["merge-base", "--all", &from, &to], b"");
            let bases = self.repository.merge_bases(&one, &other).unwrap();
            let bases: String = bases.iter().map(|id| format!("{id}\n")).collect();
            assert_eq!(bases, said, "{one} {other}");
        }
    }

    fn listing(&self, commit: &Id) -> Listing {
        let listing = self.repository.listing(commit, "".into()).unwrap();
        assert!(listing.left_out().is_empty());
        let inside = self.repository.listing(commit, "a".into()).unwrap();
        let all = listing.entries().iter();
        let below: Vec<_> = all
            .filter(|entry| entry.path.as_str().starts_with("a/"))
            .collect();
        assert_eq!(inside.entries().iter().collect::<Vec<_>>(), below);
        listing
    }

    fn check_names(&mut self) {
        let id = self.any_commit().to_string();
        let branches =
            self.folder
                .git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
        let branch = branches.lines().next().unwrap();
        self.folder.git(&["tag", "-a", "-m", "x", "v1", &id]);
        self.folder.git(&["tag", "v2", "v1"]);
        let mut names = vec![
            id.clone(),
            id[..9].to_owned(),
            format!("v1-3-g{}", &id[..12]),
        ];
        let known = [
            "v1",
            "tags/v2",
            branch,
            &id[..16],
            &format!("heads/{branch}"),
        ];
        for name in known.map(str::to_owned) {
            for steps in ["", "~", "^0", "^", "^2", "~2^2", "^{}", "^{commit}~1"] {
                names.push(format!("{name}{steps}"));
            }
        }
        names.push("no-such-name".to_owned());
        let asked: String = names
            .iter()
            .map(|name| format!("{name}^{{commit}}\n"))
            .collect();
        let arguments = ["cat-file", "--batch-check=%(objectname)"];
        let (_, said) = self.folder.git_with(&arguments, asked.as_bytes());
        assert_eq!(said.lines().count(), names.len());
        for (name, said) in names.iter().zip(said.lines()) {
            let found = self.repository.resolve(name);
            let found = found.ok().map(|id| id.to_string());
            let is_known = !said.ends_with(" missing");
            assert_eq!(found.as_deref(), is_known.then_some(said), "{name}");
        }
        assert!(self.repository.names().contains(&branch.to_owned()));
    }

    fn check_paths(&mut self) {
        let from = self.any_commit();
        let mut paths: Vec<Utf8PathBuf> = self.history.paths.iter().map(Into::into).collect();
        // Git speaks of files alone, and here a folder counts, too.
        let all = paths.clone();
        let is_folder =
            |path: &Utf8PathBuf| all.iter().any(|it| it != path && it.starts_with(path));
        paths.retain(|path| self.random.chance(40) && !is_folder(path));
        for is_main_line in [false, true] {
            let mut expected = Vec::new();
            let how = if is_main_line { "--first-parent" } else { "-c" };
            let format = "--format=commit\t%H\t%at\t%an\t%s";
            let arguments = [
                "-c",
                "core.quotePath=false",
                "log",
                how,
                "--no-renames",
                "--name-only",
            ];
            let said = self
                .folder
                .git(&[&arguments[..], &[format, &from.to_string()]].concat());
            for line in said.lines().filter(|line| !line.is_empty()) {
                if line.starts_with("commit\t") {
                    expected.push((line.to_owned(), BTreeSet::new()));
                } else if paths.iter().any(|path| path == line) {
                    expected.last_mut().unwrap().1.insert(line.to_owned());
                }
            }
            expected.retain(|(_, touched)| !touched.is_empty());
            let mut history = self
                .repository
                .history(&from, &paths, is_main_line, 1000)
                .unwrap();
            let found: Vec<_> = history
                .by_ref()
                .map(|revision| {
                    let revision = revision.unwrap();
                    let commit = &revision.commit;
                    let touched = revision.touched.iter();
                    let touched = touched.map(|touched| paths[touched.path].to_string());
                    let line = format!(
                        "commit\t{}\t{}\t{}\t{}",
                        commit.id, commit.authored.seconds, commit.author, commit.subject
                    );
                    (line, touched.collect::<BTreeSet<_>>())
                })
                .collect();
            assert_eq!(found, expected);
            assert_eq!(history.end(), HistoryEnd::Whole);
        }
    }

    fn check_checkout(&mut self) {
        let id = self.any_commit();
        let auto = self.random.pick(&["false", "false", "true", "input"]);
        self.folder.git(&["config", "core.autocrlf", auto]);
        if self.random.chance(30) && auto == "false" {
            self.folder
                .git(&["config", "core.eol", self.random.pick(&["crlf", "lf"])]);
        }
        if self.random.chance(20) {
            let text = b"*.yaml ident\n[attr]mine -text\n/a/** mine\n";
            self.folder.write(".git/info/attributes", text);
        }
        self.folder
            .git(&["checkout", "-q", "-f", "--detach", &id.to_string()]);
        let repository = self.folder.open();
        let listing = repository.listing(&id, "".into()).unwrap();
        let checkout = repository.checkout(&listing).unwrap();
        for entry in listing.entries() {
            let path = self.folder.0.join(&entry.path);
            let held = match entry.kind {
                EntryKind::Link => path.read_link_utf8().unwrap().into_string().into_bytes(),
                _ => fs::read(&path).unwrap(),
            };
            let read = checkout.read(&repository, entry).unwrap();
            assert_eq!(
                String::from_utf8_lossy(&read.bytes),
                String::from_utf8_lossy(&held),
                "{}",
                entry.path
            );
        }
    }

    fn check_index(&mut self) {
        let version = self.random.pick(&["2", "3", "4"]);
        self.folder
            .git(&["update-index", "--index-version", version]);
        self.same_index(true);
        if self.random.chance(30) {
            self.folder.git(&["config", "core.splitIndex", "true"]);
            self.folder
                .git(&["config", "splitIndex.maxPercentChange", "100"]);
            self.folder.git(&["update-index", "--split-index"]);
        }
        self.folder
            .git(&["rm", "-q", "-f", "--ignore-unmatch", "a*", "*.txt"]);
        let path = self.history.paths[self.random.below(self.history.paths.len())].clone();
        if self.folder.0.join(&path).is_file() {
            self.folder.write(&path, b"changed\n");
            self.folder.git(&["add", "--", &path]);
        }
        self.same_index(false);
        self.folder.write("new/file", b"a\n");
        self.folder.write("announced", b"a\n");
        self.folder.git(&["add", "new/file"]);
        self.folder.git(&["add", "-N", "announced"]);
        self.same_index(false);
    }

    /// What was written by hand, or with other attributes, is not what a checkout would write.
    fn same_index(&self, is_clean: bool) {
        let repository = self.folder.open();
        let said = self.folder.git(&["ls-files", "-s", "-z"]);
        let said = ls_files(&said);
        let staged = repository.staged("".into()).unwrap();
        let (found, mut expected) = (lines_of(staged.listing()), said.clone());
        expected.remove("announced");
        assert_eq!(found, expected);
        let files = repository.index().unwrap().unwrap().files().unwrap();
        let files: BTreeSet<String> = files.into_iter().map(Utf8PathBuf::into_string).collect();
        let regular = said.iter().filter(|(_, entry)| !entry.starts_with("12"));
        assert_eq!(files, regular.map(|(path, _)| path.clone()).collect());
        for commit in &self.commits {
            let beside = repository.listing_beside(Some(&staged), commit, "".into());
            let whole = repository.listing(commit, "".into()).unwrap();
            assert_eq!(beside.unwrap().entries(), whole.entries());
        }
        let checkout = repository.checkout(staged.listing()).unwrap();
        for entry in staged.listing().entries() {
            let path = self.folder.0.join(&entry.path);
            if is_clean && staged.agrees(entry, || fs::symlink_metadata(&path).ok()) {
                assert_eq!(
                    fs::read(path).unwrap(),
                    checkout.read(&repository, entry).unwrap().bytes
                );
            }
        }
    }

    fn check_merge(&mut self) {
        let (one, other) = (self.any_commit(), self.any_commit());
        self.folder.git(&["read-tree", "--empty"]);
        self.folder.git(&["clean", "-q", "-f", "-d", "-x"]);
        self.folder
            .git(&["checkout", "-q", "-f", "--detach", &one.to_string()]);
        let arguments = ["merge", "-q", "--no-commit", "--no-ff", &other.to_string()];
        self.folder.git_with(&arguments, b"");
        let repository = self.folder.open();
        let (_, heads) = self
            .folder
            .git_with(&["rev-parse", "-q", "--verify", "MERGE_HEAD"], b"");
        let found = repository.merge_heads().unwrap();
        assert_eq!(
            found.first().map(Id::to_string).unwrap_or_default(),
            heads.trim()
        );
        let said = self
            .folder
            .git(&["diff", "--name-only", "--diff-filter=U", "-z"]);
        let said: BTreeSet<&str> = said.split_terminator('\0').collect();
        let staged = repository.staged("".into()).unwrap();
        assert_eq!(
            staged
                .unmerged()
                .iter()
                .map(|path| path.as_str())
                .collect::<BTreeSet<_>>(),
            said
        );
    }
}

impl Folder {
    fn is_sha256(&self) -> bool {
        self.git(&["rev-parse", "--show-object-format"]).trim() == "sha256"
    }
}

fn mode(entry: &Entry) -> &'static str {
    match entry.kind {
        EntryKind::File => "100644",
        EntryKind::Executable => "100755",
        EntryKind::Link => "120000",
        EntryKind::Submodule => "160000",
    }
}

fn lines_of(listing: &Listing) -> BTreeMap<String, String> {
    let paths = listing.entries().iter().map(|entry| &entry.path);
    assert!(paths.is_sorted_by(|a, b| Utf8Path::cmp(a, b).is_lt()));
    let entries = listing.entries().iter();
    entries
        .map(|entry| {
            (
                entry.path.to_string(),
                format!("{} {}", mode(entry), entry.id),
            )
        })
        .collect()
}

fn ls_tree(said: &str) -> BTreeMap<String, String> {
    said.split_terminator('\0')
        .map(|line| {
            let (entry, path) = line.split_once('\t').unwrap();
            let words: Vec<&str> = entry.split(' ').collect();
            (path.to_owned(), format!("{} {}", words[0], words[2]))
        })
        .collect()
}

fn ls_files(said: &str) -> BTreeMap<String, String> {
    said.split_terminator('\0')
        .map(|line| {
            let (entry, path) = line.split_once('\t').unwrap();
            let words: Vec<&str> = entry.split(' ').collect();
            (path.to_owned(), format!("{} {}", words[0], words[1]))
        })
        .collect()
}

/// Git's raw changes: modes, ids, kind, then one path or two.
fn raw_changes(said: &str) -> BTreeSet<String> {
    let mut parts = said.split_terminator('\0');
    let mut changes = BTreeSet::new();
    while let Some(entry) = parts.next() {
        let words: Vec<&str> = entry[1..].split(' ').collect();
        let mut line = match words[4] {
            "A" => format!("A {} {}", words[1], words[3]),
            "D" => format!("D {} {}", words[0], words[2]),
            // Git has a letter of its own for what becomes a link; here that is told by modes.
            kind => format!("{} {}", kind.replace('T', "M"), words[..4].join(" ")),
        };
        line.push_str(&format!(" {}", parts.next().unwrap()));
        if words[4].starts_with('R') {
            line.push_str(&format!(" {}", parts.next().unwrap()));
        }
        changes.insert(line);
    }
    changes
}

fn changes(repository: &Repository, old: &Listing, new: &Listing) -> BTreeSet<String> {
    let found = repository.changes(old, new).unwrap();
    assert!(!found.is_limited);
    let both =
        |old: &Entry, new: &Entry| format!("{} {} {} {}", mode(old), mode(new), old.id, new.id);
    let lines = found.changes.iter().map(|change| match change {
        Change::Added(new) => format!("A {} {} {}", mode(new), new.id, new.path),
        Change::Deleted(old) => format!("D {} {} {}", mode(old), old.id, old.path),
        Change::Modified { old, new } => format!("M {} {}", both(old, new), new.path),
        Change::Mode { old, new } => {
            assert_eq!(old.id, new.id);
            format!("M {} {}", both(old, new), new.path)
        }
        Change::Renamed {
            old,
            new,
            similarity,
        } => {
            let both = both(old, new);
            format!("R{similarity:03} {both} {} {}", old.path, new.path)
        }
    });
    lines.collect()
}
