//! How the action gets the program.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use camino::Utf8Path;
use sha2::{Digest, Sha256};

use super::{Runner, told};
use crate::local::serve;
use crate::run::Folder;

const ARCHIVE: &str = "gitopslint-x86_64-unknown-linux-musl-v1.2.3.tar.gz";

/// The address of a release that has these files, whatever its version.
fn releases(files: &[(&str, &[u8])]) -> String {
    let files = files.iter();
    let files: BTreeMap<String, Vec<u8>> = files
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    serve(move |request| {
        let name = request.line.rsplit('/').next().unwrap_or_default();
        match files.get(name) {
            Some(body) => (200, body.clone()),
            None => (404, b"none".to_vec()),
        }
    })
}

/// Runs a step of `install.sh`, with a release.
fn step(
    runner: &Runner,
    argument: &str,
    releases: &str,
    version: Option<&str>,
) -> std::process::Output {
    let version = version.map(|version| ("INPUT_VERSION", version));
    let inputs: Vec<_> = [("INPUT_RELEASES", releases)]
        .into_iter()
        .chain(version)
        .collect();
    runner.step("install.sh", argument, &inputs)
}

/// An archive with a program that says `version`, and its line of `SHA256SUMS`.
fn release(version: &str) -> (Vec<u8>, String) {
    let folder = Folder::new();
    folder.write(
        "gitopslint",
        format!("#!/bin/sh\necho {version}\n").as_bytes(),
    );
    let program = folder.path().join("gitopslint");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    let packed = Command::new("tar")
        .args(["-czf", "a.tar.gz", "gitopslint"])
        .current_dir(folder.path())
        .status();
    assert!(packed.unwrap().success());
    let bytes = fs::read(folder.path().join("a.tar.gz")).unwrap();
    let sums = sums(&bytes, ARCHIVE);
    (bytes, sums)
}

/// A line of `SHA256SUMS`.
fn sums(bytes: &[u8], name: &str) -> String {
    let hash = Sha256::digest(bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hash}  {name}\n")
}

#[test]
fn a_release_with_the_right_checksum_is_used() {
    let (bytes, sums) = release("from the release");
    let (runner, releases) = (
        Runner::new(),
        releases(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &bytes)]),
    );
    for _ in ["fetched", "cached"] {
        let output = step(&runner, "install", &releases, None);
        assert_eq!(told(&output), "from the release\n");
        assert!(output.status.success());
    }
    let output = step(&runner, "key", &releases, None);
    assert!(output.status.success(), "{}", told(&output));
    assert!(
        runner
            .text("output")
            .contains("key=gitopslint-1.2.3-Linux-X64-")
    );
}

/// What a release packs is what the action looks for.
#[test]
fn a_packed_release_is_installed() {
    let version = env!("CARGO_PKG_VERSION");
    let target = "x86_64-unknown-linux-musl";
    let folder = Folder::new();
    let packed = Command::new(Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/pack"))
        .args([
            env!("CARGO_BIN_EXE_gitopslint"),
            target,
            &format!("v{version}"),
        ])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(packed.status.success(), "{}", told(&packed));
    let name = format!("gitopslint-{target}-v{version}.tar.gz");
    let bytes = fs::read(folder.path().join(&name)).unwrap();
    let (runner, releases) = (
        Runner::new(),
        releases(&[
            ("SHA256SUMS", sums(&bytes, &name).as_bytes()),
            (&name, &bytes),
        ]),
    );
    let output = step(&runner, "install", &releases, Some(version));
    assert_eq!(told(&output), format!("gitopslint {version}\n"));
}

#[test]
fn a_cached_archive_that_was_changed_is_fetched_again() {
    let (bytes, sums) = release("from the release");
    let (runner, releases) = (
        Runner::new(),
        releases(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &bytes)]),
    );
    let (other, _) = release("something else");
    runner
        .folder
        .write(format!("temp/gitopslint/{ARCHIVE}"), &other);
    let output = step(&runner, "install", &releases, None);
    assert_eq!(told(&output), "from the release\n");
}

#[test]
fn a_release_with_another_checksum_is_refused_and_not_built() {
    let (_, sums) = release("from the release");
    let (other, _) = release("something else");
    let (runner, releases) = (
        Runner::new(),
        releases(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &other)]),
    );
    let output = step(&runner, "install", &releases, None);
    assert!(
        told(&output).contains("was not used: its checksum is not"),
        "{}",
        told(&output)
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(!runner.path("temp/gitopslint/bin/gitopslint").exists());
}

/// The checksums in the action's own source outrank those that stand beside the release.
#[test]
fn checksums_of_the_source_outrank_those_of_the_release() {
    let (_, sums) = release("from the release");
    let (other, other_sums) = release("something else");
    let (runner, releases) = (
        Runner::new(),
        releases(&[("SHA256SUMS", other_sums.as_bytes()), (ARCHIVE, &other)]),
    );
    runner
        .folder
        .write("action/action/checksums", sums.as_bytes());
    let output = step(&runner, "install", &releases, None);
    assert!(told(&output).contains("was not used"), "{}", told(&output));
}

#[test]
fn a_release_that_cannot_be_reached_is_not_built() {
    let runner = Runner::new();
    let output = step(&runner, "install", "http://127.0.0.1:1", None);
    assert!(
        told(&output).contains("cannot download SHA256SUMS"),
        "{}",
        told(&output)
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn without_a_release_the_own_source_is_built_out_of_the_checkouts_reach() {
    let (runner, releases) = (Runner::new(), releases(&[]));
    // It notes how it was started, and installs a program.
    runner.program(
        "tools/cargo",
        "#!/bin/sh\npwd -P >\"$TMPDIR/cargo-at\"\nenv >\"$TMPDIR/cargo-env\"\n\
         echo \"$*\" >\"$TMPDIR/cargo-arguments\"\nmkdir -p \"$TMPDIR/gitopslint/bin\"\n\
         printf '#!/bin/sh\\necho built\\n' >\"$TMPDIR/gitopslint/bin/gitopslint\"\n\
         chmod +x \"$TMPDIR/gitopslint/bin/gitopslint\"\n",
    );
    let output = step(&runner, "install", &releases, None);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).ends_with("built\n"));
    let at = runner.text("temp/cargo-at");
    let temporary = runner.path("temp").canonicalize_utf8().unwrap();
    assert_eq!(at.trim(), format!("{temporary}/gitopslint-source"));
    assert!(
        runner
            .path("temp/gitopslint-source/action/install.sh")
            .exists()
    );
    let environment = runner.text("temp/cargo-env");
    assert!(!environment.contains("evil"), "{environment}");
    assert!(!environment.contains("/work"), "{environment}");
    assert!(environment.contains("RUSTUP_TOOLCHAIN=stable\n"));
    let arguments = runner.text("temp/cargo-arguments");
    assert!(arguments.starts_with("install --quiet --locked --path . --root "));
}
