//! Revisions and the index, beside the same files on disk; those of the conformance kit where
//! the variable `GITOPSLINT_CONFORMANCE` names it.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use gitopslint::Setup;
use gitopslint::report::Format;
use gitopslint::snapshot::{Disk, Git, Repository, Revision};
use manifest::{Kept, Snapshot};

use crate::run::{Folder, check, disk, everything};

const FILES: &str = "
--- apps/api/base/kustomization.yaml
resources: [deployment.yaml]
--- apps/api/base/deployment.yaml
kind: Deployment
--- apps/api/dev/kustomization.yaml
resources: [../base]
--- apps/api/a.yaml
a: 1
--- apps/api-b.yaml
b: 1
--- empty.yaml
--- readme.txt
text
";

pub(crate) fn git(folder: &Utf8Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
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
}

pub(crate) fn commit(folder: &Utf8Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "x"]);
}

fn committed() -> Folder {
    let folder = Folder::with(FILES);
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    folder
}

fn revision(root: &Utf8Path, name: &str) -> Revision {
    Git::of(root).unwrap().unwrap().revision(name).unwrap()
}

/// Asks two snapshots the same, at all paths of the first one and some others.
fn same(one: &dyn Repository, other: &dyn Repository) {
    let (left, right) = (one.walk(), other.walk());
    assert_eq!(left.files, right.files);
    let sorted = |mut links: Vec<Utf8PathBuf>| {
        links.sort();
        links
    };
    assert_eq!(sorted(left.stray_links.clone()), sorted(right.stray_links));
    let mut paths: Vec<Utf8PathBuf> = left.files.clone();
    let folders = left.files.iter().flat_map(|path| path.ancestors());
    paths.extend(folders.map(Utf8Path::to_owned));
    paths.extend(left.stray_links);
    let others = [
        "none",
        "none/x",
        "readme.txt/x",
        "link",
        "link/kustomization.yaml",
        "file",
    ];
    paths.extend(others.map(Utf8PathBuf::from));
    for path in &paths {
        assert_eq!(one.kept(path), other.kept(path), "{path}");
        assert_eq!(one.real(path), other.real(path), "{path}");
        assert_eq!(one.bytes(path), other.bytes(path), "{path}");
        let mut listed = one.list(path);
        listed.retain(|path| path != ".git");
        assert_eq!(listed, other.list(path), "{path}");
        let text = |snapshot: &dyn Repository| {
            let source = snapshot.source(path).ok()?;
            Some((source.tree.text().to_owned(), format!("{:?}", source.place)))
        };
        assert_eq!(text(one), text(other), "{path}");
    }
}

#[test]
fn a_clean_tree_is_its_revision() {
    let folder = committed();
    for root in ["", "apps", "apps/api"] {
        let root = folder.path().join(root);
        let disk = Disk::new(&root).unwrap();
        same(&disk, &revision(&root, "HEAD"));
        same(&disk, &Git::staged(&disk, None).unwrap().unwrap());
    }
}

#[test]
#[cfg(unix)]
fn links_lead_where_they_lead_on_disk() {
    let folder = committed();
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link("apps/api/dev/../base", "link");
    link("readme.txt", "file");
    link("file", "apps/nowhere");
    link("../../readme.txt", "apps/api/up");
    link("../../../..", "apps/api/out");
    link("loop", "loop");
    link(folder.path().join("apps").as_str(), "whole");
    commit(folder.path());
    same(
        &Disk::new(folder.path()).unwrap(),
        &revision(folder.path(), "HEAD"),
    );
    let inner = revision(&folder.path().join("apps"), "HEAD");
    assert_eq!(inner.kept("api/up".into()), Kept::Outside);
}

#[test]
fn what_revisions_have_in_common_is_parsed_once() {
    let folder = committed();
    folder.write("apps/api/a.yaml", b"a: 2\n");
    folder.write("apps/api/new.yaml", b"n: 1\n");
    commit(folder.path());
    let git = Git::of(folder.path()).unwrap().unwrap();
    let parse = |name: &str| {
        let before = git.parsed();
        let revision = git.revision(name).unwrap();
        for path in revision.walk().files {
            revision.source(&path).unwrap();
        }
        git.parsed() - before
    };
    assert_eq!(parse("HEAD"), 8);
    assert_eq!(parse("HEAD~1"), 1);
    assert_eq!(parse("HEAD"), 0);
}

#[test]
fn rendering_a_revision_parses_what_differs_from_the_last_one() {
    let folder = committed();
    folder.write(
        "apps/api/base/deployment.yaml",
        b"kind: Deployment\nspec: {}\n",
    );
    commit(folder.path());
    let git = Git::of(folder.path()).unwrap().unwrap();
    let render = |name: &str| {
        let before = git.parsed();
        let revision = git.revision(name).unwrap();
        let setup = Setup::read(&revision, None).unwrap();
        let deployed = setup.render(&revision, &everything(), kustomize::Options::default());
        assert_eq!(deployed.rendered.len(), 1);
        git.parsed() - before
    };
    assert!(render("HEAD") > 3);
    assert_eq!(render("HEAD~1"), 1);
}

#[test]
fn the_index_is_what_is_staged() {
    let folder = committed();
    folder.write("apps/api/a.yaml", b"a: staged\n");
    git(folder.path(), &["add", "-A"]);
    folder.write("apps/api/a.yaml", b"a: later\n");
    folder.write("apps/untracked.yaml", b"u: 1\n");
    std::fs::remove_file(folder.path().join("readme.txt")).unwrap();
    let staged = Git::staged(&Disk::new(folder.path()).unwrap(), None)
        .unwrap()
        .unwrap();
    let bytes = staged.bytes("apps/api/a.yaml".into()).unwrap();
    assert_eq!(&*bytes, b"a: staged\n");
    assert_eq!(staged.kept("apps/untracked.yaml".into()), Kept::Nothing);
    assert_eq!(staged.kept("readme.txt".into()), Kept::File);
    assert_eq!(&*staged.bytes("readme.txt".into()).unwrap(), b"text\n");
}

#[test]
fn attributes_change_what_is_shared() {
    let folder = committed();
    folder.write(".gitattributes", b"*.txt eol=crlf\n");
    commit(folder.path());
    let git = Git::of(folder.path()).unwrap().unwrap();
    let text = |name: &str| {
        let revision = git.revision(name).unwrap();
        String::from_utf8(revision.bytes("readme.txt".into()).unwrap().to_vec()).unwrap()
    };
    assert_eq!(
        (text("HEAD").as_str(), text("HEAD~1").as_str()),
        ("text\r\n", "text\n")
    );
}

/// Makes a copy of a folder a git repository, and checks its revision and its index beside the
/// files on disk.
fn is_checked_the_same(original: &Utf8Path) {
    let folder = Folder::new();
    let copied = Command::new("cp")
        .arg("-R")
        .arg(original.join("."))
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(copied.success());
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    // What the copy ignores is not in the revision.
    git(folder.path(), &["clean", "-fdxq"]);
    let on_disk = check(&disk(folder.path())).written(Format::Json);
    let in_git = check(&revision(folder.path(), "HEAD")).written(Format::Json);
    assert!(on_disk == in_git, "{original}");
    let index = Git::staged(&Disk::new(folder.path()).unwrap(), None)
        .unwrap()
        .unwrap();
    assert!(on_disk == check(&index).written(Format::Json), "{original}");
}

#[test]
fn a_revision_is_checked_as_the_disk_is() {
    let fixtures = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for fixture in fixtures.read_dir_utf8().unwrap() {
        is_checked_the_same(fixture.unwrap().path());
    }
    // The repositories of the conformance kit, where it is at hand.
    let Ok(kit) = std::env::var("GITOPSLINT_CONFORMANCE") else {
        return;
    };
    let unpack = Command::new(Utf8Path::new(&kit).join("run"))
        .arg("unpack")
        .output()
        .unwrap();
    let corpus = Utf8PathBuf::from(String::from_utf8(unpack.stdout).unwrap().trim());
    for repository in corpus.join("repos").read_dir_utf8().unwrap() {
        is_checked_the_same(repository.unwrap().path());
    }
}

#[test]
#[cfg(unix)]
fn a_kustomization_behind_a_link_is_rendered_for_who_asks() {
    let folder = Folder::with(
        "
--- apps/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web-production}
spec:
  project: default
  source: {repoURL: https://git.example.org/platform.git, path: web}
  destination: {namespace: web}
--- web/all.yaml
resources: [pod.yaml]
--- web/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: acme/web:latest
",
    );
    let link = folder.path().join("web/kustomization.yaml");
    std::os::unix::fs::symlink("all.yaml", link).unwrap();
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    let told = check(&disk(folder.path())).told();
    let is_told = |line: &str| line.contains("error [mutable-image-tag]");
    assert!(told.lines().any(is_told), "{told}");
}

#[test]
fn without_git_there_is_no_revision() {
    let folder = Folder::with(FILES);
    assert!(Git::of(folder.path()).unwrap().is_none());
}

#[test]
fn submodules_that_are_not_here_are_told() {
    let (folder, other) = (committed(), committed());
    let url = other.path().as_str();
    let file = ["-c", "protocol.file.allow=always"];
    let add = [&file[..], &["submodule", "--quiet", "add", url, "apps/sub"]].concat();
    git(folder.path(), &add);
    commit(folder.path());
    let root = folder.path();
    assert!(Disk::new(root).unwrap().walk().submodules.is_empty());
    assert_eq!(revision(root, "HEAD").walk().submodules, ["apps/sub"]);
    git(root, &["submodule", "--quiet", "deinit", "-f", "apps/sub"]);
    assert_eq!(Disk::new(root).unwrap().walk().submodules, ["apps/sub"]);
    let apps = Disk::new(&root.join("apps")).unwrap();
    assert_eq!(apps.walk().submodules, ["sub"]);
    let run = check(&apps);
    let unchecked = &run.summary().unchecked;
    let told = unchecked
        .iter()
        .find(|told| told.what.starts_with("submodules"));
    assert_eq!(told.unwrap().which, [("sub".to_owned(), 1)]);
}
