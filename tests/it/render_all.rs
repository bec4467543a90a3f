//! `render --all`: every target in one run.

use camino::Utf8Path;

use crate::run::Folder;

const REPOSITORY: &str = "
--- repository/base/kustomization.yaml
resources: [service.yaml]
--- repository/base/service.yaml
apiVersion: v1
kind: Service
metadata: {name: api}
--- repository/dev/kustomization.yaml
namePrefix: dev-
resources: [../base]
--- repository/prod/kustomization.yaml
namePrefix: prod-
resources: [../base]
--- repository/plain/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: plain}
";

/// Exit status, standard output and standard error of `render --all` in a repository.
fn render(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let output = crate::command::program()
        .args(["render", "--root", ".", "--all"])
        .args(arguments)
        .current_dir(folder.path().join("repository"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The files below a folder, sorted.
fn files(folder: &Utf8Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in at.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().to_string()),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_target_in_one_stream() {
    let folder = Folder::with(REPOSITORY);
    let (code, stdout, stderr) = render(&folder, &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    insta::assert_snapshot!(stdout, @"
    # target: dev
    apiVersion: v1
    kind: Service
    metadata:
      name: dev-api
    ---
    # target: plain
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: plain
    ---
    # target: prod
    apiVersion: v1
    kind: Service
    metadata:
      name: prod-api
    ");
    let (code, stdout, _) = render(&folder, &["prod"]);
    assert_eq!(code, 0);
    assert!(stdout.starts_with("# target: prod\n"), "{stdout}");
    assert!(!stdout.contains("dev-api"), "{stdout}");
}

#[test]
fn a_folder_that_is_not_there_has_a_neighbour_of_nearly_its_name() {
    let folder = Folder::with(REPOSITORY);
    let (code, stdout, stderr) = render(&folder, &["prdo"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    let start = "error: there is no prdo\n  help: did you mean prod? paths are resolved";
    assert!(stderr.starts_with(start), "{stderr}");
    let (_, _, stderr) = render(&folder, &["staging"]);
    let start = "error: there is no staging\n  help: paths are resolved";
    assert!(stderr.starts_with(start), "{stderr}");
}

#[test]
fn what_fails_is_told_and_the_others_are_printed() {
    let folder = Folder::with(REPOSITORY);
    folder.write(
        "repository/base/kustomization.yaml",
        b"resources: [service.yaml, nothing.yaml]\n",
    );
    let (code, stdout, stderr) = render(&folder, &[]);
    assert_eq!(code, 2);
    assert!(stdout.starts_with("# target: plain\n"), "{stdout}");
    insta::assert_snapshot!(stderr, @"
    error: `nothing.yaml` cannot be read: there is no such file
      base/kustomization.yaml:1:27
    not rendered: 2 of 3 targets
      dev: its base `base` does not render
      prod: its base `base` does not render
    ");

    folder.write("repository/plain/broken.yaml", b"kind: [Service\n");
    let (_, stdout, stderr) = render(&folder, &["plain"]);
    assert_eq!(stdout, "");
    assert!(stderr.contains("plain/broken.yaml:1:7"), "{stderr}");
}

#[test]
fn a_folder_is_written_again_and_again() {
    let folder = Folder::with(REPOSITORY);
    let out = folder.path().join("out");
    let arguments = ["--output-dir", out.as_str()];
    assert_eq!(
        render(&folder, &arguments),
        (0, String::new(), String::new())
    );
    assert_eq!(
        files(&out),
        [
            ".gitopslint-render",
            "dev/manifests.yaml",
            "plain/manifests.yaml",
            "prod/manifests.yaml"
        ]
    );
    folder.write("out/prod/mine.yaml", b"");
    std::fs::remove_dir_all(folder.path().join("repository/dev")).unwrap();
    std::fs::remove_dir_all(folder.path().join("repository/plain")).unwrap();
    assert_eq!(render(&folder, &arguments).0, 0);
    assert_eq!(
        files(&out),
        [
            ".gitopslint-render",
            "prod/manifests.yaml",
            "prod/mine.yaml"
        ]
    );
    assert!(!out.join("dev").exists());
}

#[test]
fn what_others_wrote_stays() {
    let folder = Folder::with(REPOSITORY);
    folder.write("out/precious.txt", b"precious");
    let out = folder.path().join("out");
    let (code, _, stderr) = render(&folder, &["--output-dir", out.as_str()]);
    assert_eq!(code, 2);
    assert!(stderr.contains("is not empty"), "{stderr}");
    assert_eq!(files(&out), ["precious.txt"]);

    // A list that somebody made up names nothing outside of the folder.
    folder.write(
        "out/.gitopslint-render",
        b"../outside.txt\n/etc/hostname\nprecious.txt/../../outside.txt\n",
    );
    folder.write("outside.txt", b"outside");
    let (code, _, stderr) = render(&folder, &["--output-dir", out.as_str()]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(folder.path().join("outside.txt").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    let folder = Folder::with(REPOSITORY);
    folder.write(
        "out/.gitopslint-render",
        b"dev/manifests.yaml\nprod/manifests.yaml\n",
    );
    folder.write("outside/manifests.yaml", b"outside");
    let out = folder.path().join("out");
    std::os::unix::fs::symlink("../outside", out.join("dev")).unwrap();
    let (code, _, stderr) = render(&folder, &["--output-dir", out.as_str()]);
    assert_eq!(code, 2);
    assert!(stderr.contains("is in the way"), "{stderr}");
    let outside = folder.path().join("outside/manifests.yaml");
    assert_eq!(std::fs::read_to_string(outside).unwrap(), "outside");
}
