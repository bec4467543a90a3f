//! Repositories that have not everything, or have it elsewhere.

use git_read::{Differs, EntryKind, Fault, HistoryEnd, Place};

use crate::repo::{Folder, open};

/// A repository with three commits that partial clones can be made of.
fn origin() -> Folder {
    let folder = Folder::repository();
    folder.git(&["config", "uploadpack.allowFilter", "true"]);
    folder.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    for number in 0..3 {
        folder.write("a.yaml", format!("a: {number}\n").as_bytes());
        folder.write(&format!("d/{number}.yaml"), b"x: 1\n");
        folder.commit(&format!("number {number}"));
    }
    folder
}

fn clone(of: &Folder, how: &[&str]) -> Folder {
    let folder = Folder::new();
    let url = format!("file://{}", of.0);
    folder.git(&[&["clone", "-q"], how, &[&url, "."]].concat());
    folder
}

fn text(fault: &Fault, id: &str) -> String {
    fault.to_string().replace(&id[..12], "ID")
}

#[test]
fn shallow_clones_say_where_they_end() {
    let origin = origin();
    let folder = clone(&origin, &["--depth", "2"]);
    let repository = folder.open();
    assert!(repository.is_shallow().unwrap());
    let last = folder.id("HEAD~1").to_string();
    let fault = repository.resolve("HEAD~2").unwrap_err();
    insta::assert_snapshot!(text(&fault, &last), @"the parent of commit ID is not in this clone: run `git fetch --unshallow`");
    let head = repository.resolve("HEAD").unwrap();
    let mut history = repository
        .history(&head, &["a.yaml".into()], false, 100)
        .unwrap();
    assert_eq!(history.by_ref().count(), 1);
    assert_eq!(history.end(), HistoryEnd::Shallow);
    // One line of history of its own: where it meets the other may be in what is missing.
    let tree = folder.id("HEAD^{tree}").to_string();
    let other = folder.git(&["commit-tree", "-m", "x", &tree]);
    let other = git_read::Id::from_hex(other.trim()).unwrap();
    let fault = repository.merge_base(&head, &other).unwrap_err();
    insta::assert_snapshot!(fault, @"where the two lines of history meet is not in this clone: run `git fetch --unshallow`");
    folder.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(folder.open().merge_base(&head, &other), Ok(None));
    assert!(folder.open().resolve("HEAD~2").is_ok());
}

#[test]
fn what_partial_clones_lack_is_named_with_the_command_that_brings_it() {
    let origin = origin();
    let folder = clone(&origin, &["--filter=blob:none"]);
    let repository = folder.open();
    let head = repository.resolve("HEAD").unwrap();
    let before = repository.resolve("HEAD~1").unwrap();
    let (old, new) = (
        repository.listing(&before, "".into()),
        repository.listing(&head, "".into()),
    );
    let (old, new) = (old.unwrap(), new.unwrap());
    // What changed is known without what the files hold.
    let changes = repository.changes(&old, &new).unwrap();
    assert_eq!(changes.changes.len(), 2);
    let blob = old.get("a.yaml".into()).unwrap().id;
    let fault = repository.blob(&blob, "a.yaml").unwrap_err();
    insta::assert_snapshot!(fault, @"a.yaml is not in this clone: run `git fetch --refetch --no-filter origin`");
    folder.git(&["fetch", "-q", "--refetch", "--no-filter", "origin"]);
    assert_eq!(folder.open().blob(&blob, "a.yaml").unwrap(), b"a: 1\n");
}

#[test]
fn clones_without_folders_are_told() {
    let origin = origin();
    let folder = clone(&origin, &["--filter=tree:0"]);
    let repository = folder.open();
    let before = repository.resolve("HEAD~1").unwrap();
    let fault = repository.listing(&before, "".into()).unwrap_err();
    insta::assert_snapshot!(fault, @"the top folder is not in this clone: run `git fetch --refetch --no-filter origin`");
}

#[test]
fn sparse_work_trees_have_the_whole_revision() {
    let origin = origin();
    let folder = clone(&origin, &[]);
    folder.write("x/y/z.yaml", b"z: 1\n");
    folder.commit("more");
    for index in ["--no-sparse-index", "--sparse-index"] {
        folder.git(&["sparse-checkout", "set", "--cone", index, "x"]);
        assert!(!folder.0.join("d").exists());
        let repository = folder.open();
        let staged = repository.staged("".into()).unwrap();
        let head = repository.resolve("HEAD").unwrap();
        let listing = repository.listing(&head, "".into()).unwrap();
        assert_eq!(staged.listing().entries(), listing.entries(), "{index}");
        let inside = repository.staged("d".into()).unwrap();
        assert_eq!(inside.listing().entries().len(), 3);
    }
}

#[test]
fn further_work_trees_have_their_own_head_and_index() {
    let origin = origin();
    let other = Folder::new();
    let path = other.0.join("tree");
    origin.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "side",
        path.as_str(),
        "HEAD~1",
    ]);
    let repository = open(&path);
    assert_eq!(repository.place().common, origin.0.join(".git"));
    assert_eq!(repository.resolve("HEAD").unwrap(), origin.id("HEAD~1"));
    assert_eq!(repository.resolve("main").unwrap(), origin.id("main"));
    assert_eq!(
        repository
            .staged("".into())
            .unwrap()
            .listing()
            .entries()
            .len(),
        3
    );
    assert_eq!(
        open(&origin.0)
            .staged("".into())
            .unwrap()
            .listing()
            .entries()
            .len(),
        4
    );
    assert_eq!(repository.names(), ["HEAD", "main", "side"]);
}

#[test]
fn submodules_are_told_and_read_by_themselves() {
    let (inner, outer) = (origin(), origin());
    let allow = ["-c", "protocol.file.allow=always", "submodule", "add", "-q"];
    outer.git(&[&allow[..], &[inner.0.as_str(), "sub"]].concat());
    outer.commit("submodule");
    let repository = outer.open();
    let head = repository.resolve("HEAD").unwrap();
    let listing = repository.listing(&head, "".into()).unwrap();
    let sub = listing.get("sub".into()).unwrap();
    assert_eq!((sub.kind, sub.id), (EntryKind::Submodule, inner.id("HEAD")));
    let repository = open(&outer.0.join("sub"));
    assert_eq!(repository.place().git, outer.0.join(".git/modules/sub"));
    assert_eq!(repository.resolve("HEAD").unwrap(), sub.id);
    assert_eq!(repository.resolve("@{u}").unwrap(), sub.id);
}

#[test]
fn objects_are_borrowed_from_other_clones() {
    let origin = origin();
    let folder = Folder::new();
    folder.git(&["clone", "-q", "--shared", origin.0.as_str(), "."]);
    let repository = folder.open();
    let head = repository.resolve("HEAD").unwrap();
    let listing = repository.listing(&head, "".into()).unwrap();
    let file = listing.get("a.yaml".into()).unwrap();
    assert_eq!(repository.blob(&file.id, "a.yaml").unwrap(), b"a: 2\n");
}

#[test]
fn another_index_can_be_named() {
    let folder = origin();
    folder.git(&["read-tree", "--index-output=.git/other", "HEAD~2"]);
    let repository = folder.open().with_index(".git/other".into());
    assert_eq!(
        repository
            .staged("".into())
            .unwrap()
            .listing()
            .entries()
            .len(),
        2
    );
}

#[test]
fn replaced_commits_are_read_as_git_reads_them() {
    let folder = origin();
    let (head, first) = (folder.id("HEAD"), folder.id("HEAD~2"));
    folder.git(&["replace", &head.to_string(), &first.to_string()]);
    let repository = folder.open();
    assert_eq!(repository.commit(&head).unwrap().subject, "number 0");
}

#[test]
fn what_git_would_change_with_other_programs_is_told() {
    let folder = Folder::repository();
    folder.write(
        ".gitattributes",
        b"*.bin filter=lfs diff=lfs merge=lfs -text\n*.enc filter=crypt\n*.txt working-tree-encoding=UTF-16\n",
    );
    folder.write(
        "a.bin",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    );
    folder.write("b.bin", b"really here");
    folder.write("c.enc", b"c");
    folder.write("d.yaml", b"d");
    let id = folder.commit("one");
    let text = folder
        .git_with(&["hash-object", "-w", "--stdin"], "é".as_bytes())
        .1;
    let entry = format!("100644,{},e.txt", text.trim());
    folder.git(&["update-index", "--add", "--cacheinfo", &entry]);
    let repository = folder.open();
    let staged = repository.staged("".into()).unwrap();
    let checkout = repository.checkout(staged.listing()).unwrap();
    let check = |path: &str, expect: Option<Differs>| {
        let entry = staged.listing().get(path.into()).unwrap();
        assert_eq!(
            checkout.read(&repository, entry).unwrap().differs,
            expect,
            "{path}"
        );
    };
    check("a.bin", Some(Differs::Lfs));
    check("b.bin", None);
    check("c.enc", Some(Differs::Filter("crypt".to_owned())));
    check("d.yaml", None);
    check("e.txt", Some(Differs::Encoding("UTF-16".to_owned())));
    let treatment = |path: &str| checkout.treatment(staged.listing().get(path.into()).unwrap());
    assert!(treatment("a.bin") == treatment("b.bin") && treatment("a.bin") != treatment("c.enc"));
    assert!(repository.listing(&id, "".into()).is_ok());
    assert!(Place::find(&folder.0.join("no/such")).unwrap().is_some());
}

/// What the index knows of a folder is taken from there, and only where it is the same.
#[test]
fn folders_that_the_index_knows_are_not_read() {
    let folder = Folder::repository();
    folder.write("a/b/one.yaml", b"a: 1\n");
    folder.write("c/two.yaml", b"b: 2\n");
    let commit = folder.commit("one");
    folder.write("c/two.yaml", b"b: 3\n");
    folder.git(&["add", "c/two.yaml"]);
    let tree = |path: &str| folder.git(&["rev-parse", &format!("HEAD:{path}")]);
    let remove = |path: &str| {
        let id = tree(path);
        let (first, rest) = id.trim().split_at(2);
        std::fs::remove_file(folder.0.join(".git/objects").join(first).join(rest)).unwrap();
    };
    let list = || {
        let repository = folder.open();
        let staged = repository.staged("".into()).unwrap();
        let listing = repository.listing_beside(Some(&staged), &commit, "".into())?;
        let paths = listing.entries().iter().map(|entry| entry.path.to_string());
        Ok::<Vec<String>, git_read::Fault>(paths.collect())
    };
    remove("a");
    assert_eq!(list().unwrap(), ["a/b/one.yaml", "c/two.yaml"]);
    remove("c");
    assert!(list().is_err());
}
