//! What a stranger or an accident can leave in a git folder.

use std::fs;

use git_read::{EntryKind, Fault, HistoryEnd, Id, Place, Repository};

use crate::repo::{Folder, open};

/// A repository with two commits, all of whose objects are in a pack.
fn packed() -> Folder {
    let folder = Folder::repository();
    folder.write("a.yaml", "a: 1\n".repeat(100).as_bytes());
    folder.write("b/c.yaml", b"c: 1\n");
    folder.commit("one");
    folder.write(
        "a.yaml",
        ["a: 1\n".repeat(100), "b: 2\n".to_owned()]
            .concat()
            .as_bytes(),
    );
    folder.commit("two");
    folder.git(&["gc", "-q"]);
    folder
}

/// Reads everything that there is to read; only that it returns is of interest.
fn read_all(repository: &Repository) -> Result<(), Fault> {
    let head = repository.resolve("HEAD")?;
    let listing = repository.listing(&head, "".into())?;
    let checkout = repository.checkout(&listing)?;
    for entry in listing.entries() {
        checkout.read(repository, entry)?;
    }
    let before = repository.resolve("HEAD~1")?;
    let old = repository.listing(&before, "".into())?;
    repository.changes(&old, &listing)?;
    repository.merge_base(&before, &head)?;
    for revision in repository.history(&head, &["a.yaml".into()], false, 10)? {
        revision?;
    }
    repository.staged("".into())?;
    Ok(())
}

fn fault<T>(result: Result<T, Fault>, folder: &Folder) -> String {
    let fault = result.err().expect("a fault").to_string();
    fault.replace(folder.0.as_str(), "ROOT")
}

#[test]
fn no_repository_is_none() {
    let folder = Folder::new();
    assert_eq!(Place::find(&folder.0), Ok(None));
    let missing = folder.0.join("missing");
    assert_eq!(Place::find(&missing), Ok(None));
}

#[test]
fn an_empty_repository_has_no_commit() {
    let folder = Folder::repository();
    let repository = folder.open();
    insta::assert_snapshot!(fault(repository.resolve("HEAD"), &folder), @"git knows no revision `HEAD`: there is no commit yet");
    insta::assert_snapshot!(fault(repository.resolve("main"), &folder), @"git knows no revision `main`");
    assert!(repository.index().unwrap().is_none());
    assert!(
        repository
            .staged("".into())
            .unwrap()
            .listing()
            .entries()
            .is_empty()
    );
}

#[test]
fn a_bare_repository_has_revisions_and_no_work_tree() {
    let folder = packed();
    let bare = Folder::new();
    bare.git(&["clone", "-q", "--bare", folder.0.as_str(), "."]);
    let repository = bare.open();
    assert_eq!(repository.place().work_tree, None);
    let head = repository.resolve("HEAD").unwrap();
    let listing = repository.listing(&head, "".into()).unwrap();
    assert_eq!(listing.entries().len(), 2);
    assert!(repository.index().unwrap().is_none());
}

#[test]
fn unknown_names_say_what_may_help() {
    let folder = packed();
    folder.git(&["remote", "add", "origin", "https://example.com/x.git"]);
    let repository = folder.open();
    let (first, last) = (folder.id("HEAD~1").short(), folder.id("HEAD").short());
    let check = |name: &str| {
        let told = fault(repository.resolve(name), &folder);
        told.replace(&first, "FIRST").replace(&last, "LAST")
    };
    insta::assert_snapshot!(check("origin/main"), @"git knows no revision `origin/main`: run `git fetch origin main`");
    insta::assert_snapshot!(check("HEAD~7"), @"git knows no revision `HEAD~7`: commit FIRST has no parent");
    insta::assert_snapshot!(check("HEAD^2"), @"git knows no revision `HEAD^2`: commit LAST has one parent");
    insta::assert_snapshot!(check("HEAD@{yesterday}"), @"the revision `HEAD@{yesterday}` is not understood: give what `git rev-parse` says of it");
    insta::assert_snapshot!(check("--output=x"), @"the revision `--output=x` is not understood: give what `git rev-parse` says of it");
    insta::assert_snapshot!(check("../../etc/passwd"), @"the revision `../../etc/passwd` is not understood: give what `git rev-parse` says of it");
    let tree = folder.id("HEAD^{tree}").to_string();
    let told = check(&tree).replace(&tree, "TREE");
    insta::assert_snapshot!(told, @"`TREE` is a folder, not a commit");
    assert_eq!(repository.names(), ["HEAD", "main"]);
    let remotes = repository.remotes().unwrap();
    assert_eq!(
        (remotes[0].name.as_str(), remotes[0].url.as_str()),
        ("origin", "https://example.com/x.git")
    );
}

#[test]
fn a_file_that_names_a_folder_elsewhere_is_refused() {
    let (folder, other) = (Folder::new(), packed());
    let elsewhere = other.0.join(".git");
    folder.write(".git", format!("gitdir: {elsewhere}\n").as_bytes());
    let told = fault(Place::find(&folder.0), &folder);
    insta::assert_snapshot!(told, @".git is not read: it leads to a folder that does not name this work tree in turn");
    folder.write(".git", b"nonsense\n");
    insta::assert_snapshot!(fault(Place::find(&folder.0), &folder), @".git is corrupt: it names no folder");
    folder.write(".git", b"gitdir: ../no-such-folder\n");
    assert!(matches!(
        Place::find(&folder.0),
        Err(Fault::Unreadable { .. })
    ));
    folder.write(".git", &[b'x'; 10_000]);
    assert!(matches!(
        Place::find(&folder.0),
        Err(Fault::TooLarge { .. })
    ));
}

#[test]
fn a_work_tree_that_its_repository_does_not_know_is_refused() {
    let (folder, other) = (Folder::new(), packed());
    let top = other.0.join(".git");
    folder.write(".git", b"gitdir: mine\n");
    folder.write("mine/commondir", top.as_str().as_bytes());
    folder.write("mine/gitdir", folder.0.join(".git").as_str().as_bytes());
    let told = fault(Place::find(&folder.0), &folder);
    insta::assert_snapshot!(told, @".git is not read: the repository that it leads to has no such work tree");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_elsewhere_is_refused() {
    let (folder, other) = (Folder::new(), packed());
    std::os::unix::fs::symlink(other.0.join(".git"), folder.0.join(".git")).unwrap();
    assert!(matches!(Place::find(&folder.0), Err(Fault::Refused { .. })));
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_opened() {
    let folder = packed();
    for (path, number) in [
        ("index", 0),
        ("HEAD", 1),
        ("config", 2),
        ("shallow", 3),
        ("packed-refs", 4),
    ] {
        let path = folder.0.join(".git").join(path);
        let kept = folder.0.join(format!("kept{number}"));
        let had = fs::rename(&path, &kept).is_ok();
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        let told = fault(read_all(&folder.open()), &folder);
        assert!(
            told.ends_with("is not read: it is not a regular file"),
            "{told}"
        );
        fs::remove_file(&path).unwrap();
        if had {
            fs::rename(&kept, &path).unwrap();
        }
    }
    let device = folder.open().with_index("/dev/zero".into());
    assert!(matches!(device.index(), Err(Fault::Refused { .. })));
    read_all(&folder.open()).unwrap();
    let pack = folder.0.join(".git/objects/pack/pack-00.idx");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pack)
            .status()
            .unwrap()
            .success()
    );
    assert!(matches!(
        read_all(&folder.open()),
        Err(Fault::Refused { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_an_object_is_not_opened() {
    let folder = Folder::repository();
    folder.write("a", b"1\n");
    folder.commit("one");
    let id = folder.id("HEAD:a").to_string();
    let object = folder.0.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&object).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&object)
            .status()
            .unwrap()
            .success()
    );
    assert!(matches!(
        read_all(&folder.open()),
        Err(Fault::Refused { .. })
    ));
}

#[test]
fn a_damaged_index_is_named() {
    let folder = packed();
    let path = folder.0.join(".git/index");
    let good = fs::read(&path).unwrap();
    let check = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        fault(folder.open().staged("".into()), &folder)
    };
    insta::assert_snapshot!(check(b""), @".git/index is corrupt: it is not an index");
    insta::assert_snapshot!(check(b"DIRC\0\0\0\x02"), @".git/index is corrupt: it is cut off");
    insta::assert_snapshot!(check(b"DIRC\0\0\0\x09\0\0\0\x01"), @".git/index has version 9, but only 2 to 4 are supported");
    let mut flipped = good.clone();
    flipped[40] ^= 1;
    insta::assert_snapshot!(check(&flipped), @".git/index is corrupt: its hash is that of something else");
    // Without the check of its hash, every damage has to end well, too.
    let end = good.len() - 20;
    for at in 0..good.len() {
        for value in [0, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = value;
            bytes[end..].fill(0);
            fs::write(&path, &bytes[..]).unwrap();
            let repository = folder.open();
            let _ = repository.staged("".into());
            if let Ok(Some(index)) = repository.index() {
                let _ = index.files();
            }
        }
        fs::write(&path, &good[..at]).unwrap();
        let _ = folder.open().staged("".into());
    }
}

#[test]
fn an_index_that_unpacks_to_far_more_is_refused() {
    let folder = Folder::repository();
    // Each entry of version 4 repeats a path of 4,000 bytes with one more at its end.
    let mut bytes = b"DIRC\0\0\0\x04\x00\x10\x00\x00".to_vec();
    let entry = |bytes: &mut Vec<u8>, dropped: u8, name: &[u8]| {
        let mut head = [0; 62];
        head[24..28].copy_from_slice(&0o10_0644u32.to_be_bytes());
        bytes.extend_from_slice(&head);
        bytes.push(dropped);
        bytes.extend_from_slice(name);
        bytes.push(0);
    };
    entry(&mut bytes, 0, &[b'a'; 4000]);
    for _ in 0..200_000 {
        entry(&mut bytes, 1, b"b");
    }
    folder.write(".git/index", &bytes);
    let index = folder.open().index().unwrap().unwrap();
    insta::assert_snapshot!(fault(index.files(), &folder), @".git/index is too large");
    let file = fs::File::create(folder.0.join(".git/index")).unwrap();
    file.set_len(1 << 40).unwrap();
    insta::assert_snapshot!(fault(folder.open().index(), &folder), @".git/index is too large");
}

#[test]
fn an_index_without_the_file_it_is_split_from_is_told() {
    let folder = packed();
    folder.git(&["update-index", "--split-index"]);
    let entries = folder.0.join(".git").read_dir_utf8().unwrap().flatten();
    for entry in entries.filter(|entry| entry.file_name().starts_with("sharedindex")) {
        fs::remove_file(entry.path()).unwrap();
    }
    let told = fault(folder.open().staged("".into()), &folder);
    insta::assert_snapshot!(told, @".git/index is corrupt: the file that it is split from is missing");
}

#[test]
fn damaged_packs_end_well() {
    let folder = packed();
    let packs = folder.0.join(".git/objects/pack");
    let files: Vec<_> = packs
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().into_path())
        .collect();
    let (mut faults, mut tries) = (0, 0);
    for path in files
        .iter()
        .filter(|path| matches!(path.extension(), Some("pack" | "idx")))
    {
        let good = fs::read(path).unwrap();
        let mut permissions = fs::metadata(path).unwrap().permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "it is removed soon")]
        permissions.set_readonly(false);
        fs::set_permissions(path, permissions).unwrap();
        for at in (0..good.len()).step_by(1 + good.len() / 150) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x55;
            fs::write(path, &bytes).unwrap();
            tries += 1;
            faults += usize::from(read_all(&folder.open()).is_err());
            fs::write(path, &good[..at]).unwrap();
            tries += 1;
            faults += usize::from(read_all(&folder.open()).is_err());
        }
        fs::write(path, &good).unwrap();
    }
    assert!(faults > tries / 3, "{faults} of {tries}");
    read_all(&folder.open()).unwrap();
}

#[test]
fn a_missing_object_is_named_and_never_read_as_deleted() {
    let folder = Folder::repository();
    folder.write("a/b", b"1\n");
    folder.write(".gitattributes", b"* text\n");
    folder.commit("one");
    let remove = |name: &str| {
        let id = folder.id(name).to_string();
        fs::remove_file(folder.0.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    };
    remove("HEAD:a/b");
    let told = fault(read_all(&folder.open()), &folder);
    insta::assert_snapshot!(told, @"a/b is not in this clone: run `git fsck`");
    remove("HEAD:.gitattributes");
    let told = fault(read_all(&folder.open()), &folder);
    insta::assert_snapshot!(told, @".gitattributes is not in this clone: run `git fsck`");
    remove("HEAD:a");
    let told = fault(read_all(&folder.open()), &folder);
    insta::assert_snapshot!(told, @"folder a is not in this clone: run `git fsck`");
    remove("HEAD");
    assert!(matches!(
        read_all(&folder.open()),
        Err(Fault::Missing { .. })
    ));
}

/// The id of a folder made of entries as they are given: mode, name, id.
fn tree(folder: &Folder, entries: &[(&str, &[u8], Id)]) -> Id {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend_from_slice(id.as_bytes());
    }
    let arguments = ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"];
    let (is_fine, out) = folder.git_with(&arguments, &bytes);
    assert!(is_fine, "{out}");
    Id::from_hex(out.trim()).unwrap()
}

fn commit(folder: &Folder, tree: Id) -> Id {
    let out = folder.git(&["commit-tree", "-m", "x", &tree.to_string()]);
    Id::from_hex(out.trim()).unwrap()
}

#[test]
fn names_that_no_checkout_should_have_are_left_out() {
    let folder = Folder::repository();
    folder.write("a", b"1\n");
    folder.commit("one");
    let blob = folder.id("HEAD:a");
    let long = vec![b'x'; 300];
    let inner = tree(
        &folder,
        &[("100644", b"config", blob), ("100755", b"run", blob)],
    );
    let top = tree(
        &folder,
        &[
            ("100644", b"..", blob),
            ("40000", b".GIT", inner),
            ("100644", b"a/b", blob),
            ("100644", b"", blob),
            ("100644", b"\xff.yaml", blob),
            ("100644", &long, blob),
            ("120000", b"link", blob),
            ("160000", b"sub", folder.id("HEAD")),
            ("100644", b"ok", blob),
            ("40000", b"ok", inner),
            ("140000", b"socket", blob),
            ("40000", b"z", inner),
        ],
    );
    let repository = folder.open();
    let listing = repository
        .listing(&commit(&folder, top), "".into())
        .unwrap();
    let kept = listing
        .entries()
        .iter()
        .map(|entry| format!("{} {:?}", entry.path, entry.kind));
    let left_out = listing.left_out().iter();
    let left_out = left_out.map(|left| {
        format!(
            "{}: {}",
            left.path.replace(&"x".repeat(300), "x..."),
            left.why
        )
    });
    let told: Vec<String> = kept.chain(left_out).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    link Link
    ok File
    sub Submodule
    z/config File
    z/run Executable
    : it has no name
    ..: its name leads to another folder
    .GIT: it would take the place of git's folder
    a/b: its name has a slash in it
    ok/config: another entry has its name
    ok/run: another entry has its name
    socket: it is neither a file nor a folder
    x...: its name is too long
    �.yaml: its name is not UTF-8
    ");
    assert_eq!(listing.get("link".into()).unwrap().kind, EntryKind::Link);
}

#[test]
fn a_few_objects_that_stand_for_billions_of_files_are_refused() {
    let folder = Folder::repository();
    folder.write("a", b"1\n");
    folder.commit("one");
    let mut id = folder.id("HEAD:a");
    let names: Vec<String> = (0..100).map(|number| format!("{number:02}")).collect();
    for mode in ["100644", "40000", "40000", "40000", "40000", "40000"] {
        let entries: Vec<_> = names
            .iter()
            .map(|name| (mode, name.as_bytes(), id))
            .collect();
        id = tree(&folder, &entries);
    }
    let bomb = commit(&folder, id);
    let told = fault(folder.open().listing(&bomb, "".into()), &folder);
    insta::assert_snapshot!(told, @"the revision is too large");
    let mut id = folder.id("HEAD:a");
    for mode in std::iter::once("100644").chain(std::iter::repeat_n("40000", 130)) {
        id = tree(&folder, &[(mode, b"d", id)]);
    }
    let deep = commit(&folder, id);
    let told = fault(folder.open().listing(&deep, "".into()), &folder);
    insta::assert_snapshot!(told, @"the revision is too large");
}

#[test]
fn a_huge_file_is_not_read() {
    let folder = Folder::repository();
    let file = fs::File::create(folder.0.join("huge")).unwrap();
    file.set_len(65 << 20).unwrap();
    drop(file);
    let id = folder.commit("one");
    let repository = folder.open();
    let listing = repository.listing(&id, "".into()).unwrap();
    let blob = &listing.entries()[0].id;
    let told = fault(repository.blob(blob, "huge"), &folder).replace(&blob.short(), "ID");
    insta::assert_snapshot!(told, @"object ID is too large");
}

#[test]
fn odd_settings_are_told() {
    let folder = packed();
    let config = folder.0.join(".git/config");
    let good = fs::read_to_string(&config).unwrap();
    let check = |more: &str| {
        fs::write(&config, format!("{good}{more}")).unwrap();
        fault(read_all(&folder.open()), &folder)
    };
    insta::assert_snapshot!(check("[core"), @".git/config is corrupt: line 6 is not understood");
    insta::assert_snapshot!(check("[core]\nrepositoryformatversion = 2\n"), @"the repository has format 2, but only 0 and 1 are supported");
    let version = "[core]\nrepositoryformatversion = 1\n[extensions]\n";
    insta::assert_snapshot!(check(&format!("{version}odd = 1\n")), @"the repository uses git's extension `odd`, which is not supported");
    insta::assert_snapshot!(check(&format!("{version}refstorage = reftable\n")), @"git keeps names as reftable here: give the commit's whole id");
    insta::assert_snapshot!(check(&format!("{version}objectformat = md5\n")), @"the repository names objects by md5, but only sha1 and sha256 are supported");
    // What is included is not read, and nothing that is named is run.
    let more = "[include]\npath = /dev/zero\n[core]\nfsmonitor = touch ran\nhooksPath = .\n\
        [filter \"x\"]\nsmudge = touch ran\nrequired = true\n";
    fs::write(&config, format!("{good}{more}")).unwrap();
    folder.write(".git/info/attributes", b"*.yaml filter=x\n");
    read_all(&folder.open()).unwrap();
    assert!(!folder.0.join("ran").exists());
}

#[test]
fn names_that_stand_for_each_other_end() {
    let folder = packed();
    folder.write(".git/refs/heads/x", b"ref: refs/heads/y\n");
    folder.write(".git/refs/heads/y", b"ref: refs/heads/x\n");
    folder.write(".git/refs/heads/z", b"ref: ../../../../etc/passwd\n");
    folder.write(".git/refs/heads/w", b"what\n");
    let repository = folder.open();
    assert!(matches!(
        repository.resolve("x"),
        Err(Fault::Corrupt { .. })
    ));
    assert!(matches!(
        repository.resolve("z"),
        Err(Fault::NoRevision { .. })
    ));
    let told = fault(repository.resolve("w"), &folder);
    insta::assert_snapshot!(told, @".git/refs/heads/w is corrupt: it holds no id");
}

#[test]
fn history_ends_with_its_budget() {
    let folder = packed();
    let repository = folder.open();
    let head = repository.resolve("HEAD").unwrap();
    let paths = ["a.yaml".into(), "b".into(), "no".into()];
    let mut history = repository.history(&head, &paths, false, 1).unwrap();
    let found: Vec<_> = history.by_ref().map(|revision| revision.unwrap()).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].touched.len(), 1);
    assert_eq!(history.end(), HistoryEnd::Budget);
    let mut history = repository.history(&head, &paths, false, 2).unwrap();
    let found: Vec<_> = history.by_ref().map(|revision| revision.unwrap()).collect();
    assert_eq!(
        found[1]
            .touched
            .iter()
            .map(|touched| touched.path)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(history.end(), HistoryEnd::Whole);
}

#[test]
fn a_file_counts_as_unchanged_by_its_size_and_time() {
    let folder = Folder::repository();
    folder.write("a", b"1\n");
    let past = std::time::UNIX_EPOCH + std::time::Duration::new(1_600_000_000, 5);
    let touch = |text: &[u8], time| {
        folder.write("a", text);
        let file = fs::File::options()
            .write(true)
            .open(folder.0.join("a"))
            .unwrap();
        file.set_modified(time).unwrap();
    };
    touch(b"1\n", past);
    folder.commit("one");
    let agrees = || {
        let staged = folder.open().staged("".into()).unwrap();
        let entry = staged.listing().get("a".into()).unwrap();
        staged.agrees(entry, || fs::symlink_metadata(folder.0.join("a")).ok())
    };
    assert!(agrees());
    touch(b"2\n", past + std::time::Duration::from_nanos(1));
    assert!(!agrees());
    touch(b"22\n", past);
    assert!(!agrees());
    touch(b"1\n", past);
    assert!(agrees());
    folder.git(&["update-index", "--skip-worktree", "a"]);
    assert!(!agrees());
    let _ = open(&folder.0);
}
