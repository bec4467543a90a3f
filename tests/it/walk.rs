//! Which files make up a repository, beside git's own answer.

use std::process::Command;

use camino::Utf8Path;
use gitopslint::snapshot::{Disk, Repository};
use manifest::{Kept, Snapshot};

use crate::run::Folder;

const REPOSITORY: &str = "
--- .gitignore
*.log
/build/
!keep.log
tmp
--- a.yaml
--- a-b/c.yaml
--- a/c.yaml
--- a/d.log
--- a/keep.log
--- apps/.gitignore
generated
!tmp
/local.yaml
**/deep/*.yaml
!**/deep/kept.yaml
--- apps/api/generated/x.yaml
--- apps/api/local.yaml
--- apps/local.yaml
--- apps/tmp/x.yaml
--- apps/x/deep/kept.yaml
--- apps/x/deep/x.yaml
--- apps/x/deep/y/x.yaml
--- build/x.yaml
--- docs/build/x.yaml
--- docs/tmp
--- tracked/tmp/x.yaml
--- .hidden/x.yaml
";

fn git(folder: &Utf8Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "core.excludesFile=", "-c", "core.quotePath=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn repository() -> Folder {
    let folder = Folder::with(REPOSITORY);
    git(folder.path(), &["init", "--quiet"]);
    let tracked = ["add", "--force", "tracked", "a.yaml"];
    git(folder.path(), &tracked);
    folder
}

/// The files below a folder, as walked and as git tells them.
fn compare(folder: &Utf8Path) -> Vec<String> {
    let walked = Disk::new(folder).unwrap().walk();
    assert!(walked.unreadable.is_empty() && walked.stray_links.is_empty());
    let walked: Vec<String> = walked.files.iter().map(|f| f.to_string()).collect();
    let told = git(
        folder,
        &["ls-files", "--cached", "--others", "--exclude-standard"],
    );
    let mut sorted = walked.clone();
    sorted.sort_unstable();
    let mut expected: Vec<&str> = told.lines().collect();
    expected.sort_unstable();
    assert_eq!(sorted, expected, "{folder}");
    walked
}

#[test]
fn all_that_git_would_take() {
    let folder = repository();
    let files = compare(folder.path());
    insta::assert_snapshot!(files.join("\n"), @"
    .gitignore
    .hidden/x.yaml
    a/c.yaml
    a/keep.log
    a-b/c.yaml
    a.yaml
    apps/.gitignore
    apps/api/local.yaml
    apps/tmp/x.yaml
    apps/x/deep/kept.yaml
    apps/x/deep/y/x.yaml
    docs/build/x.yaml
    tracked/tmp/x.yaml
    ");
}

#[test]
fn a_part_of_a_work_tree() {
    let folder = repository();
    compare(&folder.path().join("apps"));
    compare(&folder.path().join("apps/x"));
    compare(&folder.path().join("tracked"));
}

#[test]
#[cfg(unix)]
fn ignores_behind_links_do_not_count() {
    let folder = repository();
    let path = folder.path().join(".gitignore");
    std::fs::rename(&path, folder.path().join("docs/all")).unwrap();
    std::os::unix::fs::symlink("docs/all", &path).unwrap();
    let below = Disk::new(&folder.path().join("docs")).unwrap().walk();
    let below: Vec<&str> = below.files.iter().map(|file| file.as_str()).collect();
    assert_eq!(below, ["all", "build/x.yaml", "tmp"]);
    let whole = Disk::new(folder.path()).unwrap().walk();
    assert!(whole.files.iter().any(|file| file == "build/x.yaml"));
}

#[test]
fn without_git_nothing_is_left_out() {
    let folder = Folder::with(REPOSITORY);
    let walked = Disk::new(folder.path()).unwrap().walk();
    assert_eq!(walked.files.len(), REPOSITORY.matches("--- ").count());
}

#[test]
fn a_repository_in_the_repository_has_its_own_ignores() {
    let folder = repository();
    folder.write("apps/inner/.gitignore", b"*.txt\n");
    folder.write("apps/inner/a.log", b"");
    folder.write("apps/inner/x/a.txt", b"");
    folder.write("apps/inner/x/b.yaml", b"");
    git(&folder.path().join("apps/inner"), &["init", "--quiet"]);
    let walked = Disk::new(folder.path()).unwrap().walk();
    let inner = walked.files.iter().filter(|f| f.starts_with("apps/inner"));
    let inner: Vec<&str> = inner.map(|file| file.as_str()).collect();
    let expected = [".gitignore", "a.log", "x/b.yaml"];
    assert_eq!(inner, expected.map(|file| format!("apps/inner/{file}")));
}

#[test]
fn what_was_walked_is_known() {
    let folder = repository();
    let disk = Disk::new(folder.path()).unwrap();
    let paths = [
        "",
        "a",
        "a.yaml",
        "a/c.yaml",
        "a/none.yaml",
        "none",
        "none/a.yaml",
        "a.yaml/x",
        "build/x.yaml",
        "build",
        ".git/config",
        "apps/api/generated/x.yaml",
    ];
    let before: Vec<Kept> = paths.iter().map(|path| disk.kept(path.as_ref())).collect();
    let walked = Disk::new(folder.path()).unwrap();
    walked.walk();
    let after: Vec<Kept> = paths
        .iter()
        .map(|path| walked.kept(path.as_ref()))
        .collect();
    assert_eq!(before, after);
    for path in paths {
        let read = disk.bytes(path.as_ref());
        assert_eq!(read, walked.bytes(path.as_ref()), "{path}");
    }
    assert_eq!(
        disk.list("a".as_ref()),
        ["a/c.yaml", "a/d.log", "a/keep.log"]
    );
}
