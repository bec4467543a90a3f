//! The GitHub Action: its scripts are run as a runner would, in a checkout that a stranger wrote,
//! with a release folder on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use crate::run::Folder;

const ARCHIVE: &str = "gitopslint-x86_64-unknown-linux-musl-v1.2.3.tar.gz";

/// What a runner has: a checkout, a folder for what is temporary, and the action's own source.
struct Runner {
    folder: Folder,
    /// Address of the releases.
    releases: String,
}

/// A program of the checkout leaves this file behind if it is ever started.
const CAUGHT: &str = "temp/caught";

impl Runner {
    /// A runner whose checkout does all it can to have its own programs started.
    fn new(releases: &[(&str, &[u8])]) -> Self {
        let folder = Folder::with(
            "--- work/rust-toolchain.toml\n[toolchain]\npath = \"evil\"\n\
             --- work/.cargo/config.toml\n[build]\nrustc-wrapper = \"bin/curl\"\n\
             --- work/cargo.toml\n\
             --- work/Cargo.toml\n[package]\nname = \"evil\"\nversion = \"9.9.9\"\n\
             --- work/.curlrc\nurl = \"http://127.0.0.1:9/\"\n\
             --- work/app/kustomization.yaml\nresources: [pod.yaml]\n\
             --- work/app/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  \
             containers:\n    - {name: a, image: a, securityContext: {privileged: true}}\n\
             --- action/Cargo.toml\n[workspace.package]\nversion = \"1.2.3\"\n\
             --- temp/.keep\n\
             --- home/.keep\n",
        );
        let runner = Self {
            releases: serve(releases),
            folder,
        };
        let caught = runner.path(CAUGHT);
        for place in ["work/bin", "work", "work/evil/bin"] {
            for name in [
                "bash",
                "cargo",
                "cat",
                "cp",
                "curl",
                "env",
                "find",
                "gitopslint",
                "jq",
                "mkdir",
                "mv",
                "rm",
                "rustc",
                "sha256sum",
                "sort",
                "tar",
            ] {
                let text = format!("#!/bin/sh\necho {place}/{name} >>{caught}\n");
                runner.program(&format!("{place}/{name}"), &text);
            }
        }
        for script in ["common.sh", "install.sh", "check.sh", "checksums"] {
            let own = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("action");
            let text = fs::read(own.join(script)).unwrap();
            runner
                .folder
                .write(format!("action/action/{script}"), &text);
        }
        runner
    }

    fn path(&self, path: &str) -> Utf8PathBuf {
        self.folder.path().join(path)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    fn program(&self, path: &str, text: &str) {
        self.folder.write(path, text.as_bytes());
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(path), mode).unwrap();
    }

    /// A step of the action, in the checkout as runners start it. `PATH` begins with folders of
    /// the checkout, as if an earlier step had added them, then `tools`.
    fn step(&self, script: &str, argument: &str, inputs: &[(&str, &str)]) -> Output {
        let work = self.path("work");
        let tools = self.path("tools");
        let path = format!("bin:.:{work}/bin:{tools}:/usr/bin:/bin:{work}");
        let output = Command::new("/bin/bash")
            .arg(self.path("action/action").join(script))
            .arg(argument)
            .current_dir(&work)
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("RUSTC_WRAPPER", "evil/bin/rustc"),
                ("RUSTUP_TOOLCHAIN", "evil"),
                ("RUNNER_OS", "Linux"),
                ("RUNNER_ARCH", "X64"),
                ("INPUT_RELEASES", &self.releases),
            ])
            .env("HOME", self.path("home"))
            .env("GITHUB_WORKSPACE", &work)
            .env("GITHUB_ACTION_PATH", self.path("action"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("RUNNER_TEMP", self.path("temp"))
            .envs(inputs.iter().copied())
            .output()
            .unwrap();
        let caught = self.text(CAUGHT);
        assert_eq!(caught, "", "programs of the checkout were started");
        output
    }

    /// Puts the program under test where `install` would.
    fn installed(&self) {
        let own = self.path("temp/gitopslint/bin");
        fs::create_dir_all(&own).unwrap();
        symlink(env!("CARGO_BIN_EXE_gitopslint"), own.join("gitopslint")).unwrap();
    }

    fn check(&self, inputs: &[(&str, &str)]) -> (i32, String) {
        let output = self.step("check.sh", "", inputs);
        let told = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(told).unwrap(),
        )
    }
}

/// Serves files, whatever the version, until the tests end; returns the address.
fn serve(files: &[(&str, &[u8])]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let files = files
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()));
    let files: BTreeMap<String, Vec<u8>> = files.collect();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let _ = lines.find(String::is_empty);
            let name = path.rsplit('/').next().unwrap_or_default();
            let (status, body) = match files.get(name) {
                Some(body) => ("200 OK", body.as_slice()),
                None => ("404 Not Found", b"none".as_slice()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let mut stream = &stream;
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body);
        }
    });
    address
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

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_release_with_the_right_checksum_is_used() {
    let (bytes, sums) = release("from the release");
    let runner = Runner::new(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &bytes)]);
    for _ in ["fetched", "cached"] {
        let output = runner.step("install.sh", "install", &[]);
        assert_eq!(told(&output), "from the release\n");
        assert!(output.status.success());
    }
    let output = runner.step("install.sh", "key", &[]);
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
    let runner = Runner::new(&[
        ("SHA256SUMS", sums(&bytes, &name).as_bytes()),
        (&name, &bytes),
    ]);
    let output = runner.step("install.sh", "install", &[("INPUT_VERSION", version)]);
    assert_eq!(told(&output), format!("gitopslint {version}\n"));
}

#[test]
fn a_cached_archive_that_was_changed_is_fetched_again() {
    let (bytes, sums) = release("from the release");
    let runner = Runner::new(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &bytes)]);
    let (other, _) = release("something else");
    runner
        .folder
        .write(format!("temp/gitopslint/{ARCHIVE}"), &other);
    let output = runner.step("install.sh", "install", &[]);
    assert_eq!(told(&output), "from the release\n");
}

#[test]
fn a_release_with_another_checksum_is_refused_and_not_built() {
    let (_, sums) = release("from the release");
    let (other, _) = release("something else");
    let runner = Runner::new(&[("SHA256SUMS", sums.as_bytes()), (ARCHIVE, &other)]);
    let output = runner.step("install.sh", "install", &[]);
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
    let runner = Runner::new(&[("SHA256SUMS", other_sums.as_bytes()), (ARCHIVE, &other)]);
    runner
        .folder
        .write("action/action/checksums", sums.as_bytes());
    let output = runner.step("install.sh", "install", &[]);
    assert!(told(&output).contains("was not used"), "{}", told(&output));
}

#[test]
fn a_release_that_cannot_be_reached_is_not_built() {
    let runner = Runner::new(&[]);
    let output = runner.step(
        "install.sh",
        "install",
        &[("INPUT_RELEASES", "http://127.0.0.1:1")],
    );
    assert!(
        told(&output).contains("cannot download SHA256SUMS"),
        "{}",
        told(&output)
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn without_a_release_the_own_source_is_built_out_of_the_checkouts_reach() {
    let runner = Runner::new(&[]);
    // It notes how it was started, and installs a program.
    runner.program(
        "tools/cargo",
        "#!/bin/sh\npwd -P >\"$TMPDIR/cargo-at\"\nenv >\"$TMPDIR/cargo-env\"\n\
         echo \"$*\" >\"$TMPDIR/cargo-arguments\"\nmkdir -p \"$TMPDIR/gitopslint/bin\"\n\
         printf '#!/bin/sh\\necho built\\n' >\"$TMPDIR/gitopslint/bin/gitopslint\"\n\
         chmod +x \"$TMPDIR/gitopslint/bin/gitopslint\"\n",
    );
    let output = runner.step("install.sh", "install", &[]);
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

#[test]
fn one_run_gives_annotations_summary_outputs_and_sarif() {
    let runner = Runner::new(&[]);
    runner.installed();
    let (code, told) = runner.check(&[("INPUT_SARIF_FILE", "out.sarif")]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("::error file=app/pod.yaml,line=6,"), "{told}");
    let last = told.lines().last().unwrap();
    assert_eq!(
        last,
        "The same check on your machine: gitopslint check --fail-on error"
    );
    assert!(runner.text("summary").starts_with("## gitopslint: "));
    let output = runner.text("output");
    let findings = output.lines().next().unwrap().strip_prefix("findings=");
    assert!(findings.unwrap().parse::<u32>().unwrap() > 0);
    assert!(output.ends_with("sarif-file=out.sarif\n"));
    assert!(
        runner
            .text("work/out.sarif")
            .contains("privileged-container")
    );
}

#[test]
fn inputs_reach_the_check_as_they_are_meant() {
    let runner = Runner::new(&[]);
    // It says what it was given, and writes what the step reads.
    runner.program(
        "temp/gitopslint/bin/gitopslint",
        "#!/bin/sh\nfor a; do echo \"<$a>\"; done\n\
         echo '{\"type\":\"summary\",\"errors\":1,\"warnings\":2}' >\"$TMPDIR/gitopslint-results/report.jsonl\"\n\
         : >\"$TMPDIR/gitopslint-results/summary.md\"\n",
    );
    let (code, told) = runner.check(&[
        (
            "INPUT_ARGS",
            "--env 'a b'\n\"c\\\"d\" e\\ f '' $(touch x) * \"it's\"",
        ),
        ("INPUT_PATHS", "apps/my app\n\n-x\n"),
        ("INPUT_FAIL_ON", "warning"),
    ]);
    assert_eq!(code, 0, "{told}");
    let given: Vec<&str> = told.lines().skip_while(|l| *l != "<--fail-on>").collect();
    assert_eq!(
        given[..given.len() - 1],
        [
            "<--fail-on>",
            "<warning>",
            "<--env>",
            "<a b>",
            "<c\"d>",
            "<e f>",
            "<>",
            "<$(touch>",
            "<x)>",
            "<*>",
            "<it's>",
            "<-->",
            "<apps/my app>",
            "<-x>"
        ]
    );
    assert!(runner.text("output").contains("findings=3\n"));
    let (code, told) = runner.check(&[("INPUT_ARGS", "--env 'a")]);
    assert_eq!(code, 2);
    assert!(told.contains("a quote is not closed"), "{told}");
}

#[test]
fn a_link_in_the_checkout_leads_nowhere() {
    let runner = Runner::new(&[]);
    runner.installed();
    runner.folder.write("victim/file", b"kept");
    symlink(runner.path("victim"), runner.path("work/outside")).unwrap();
    symlink(runner.path("victim/file"), runner.path("work/out.sarif")).unwrap();

    let (code, _) = runner.check(&[("INPUT_SARIF_FILE", "out.sarif")]);
    assert_eq!((code, runner.text("victim/file").as_str()), (1, "kept"));
    assert!(
        runner
            .text("work/out.sarif")
            .contains("\"version\": \"2.1.0\"")
    );

    let (code, told) = runner.check(&[("INPUT_SARIF_FILE", "outside/file")]);
    assert_eq!((code, runner.text("victim/file").as_str()), (2, "kept"));
    assert!(
        told.contains("the input sarif-file leads out of the checkout"),
        "{told}"
    );

    let (code, told) = runner.check(&[("INPUT_WORKING_DIRECTORY", "outside")]);
    assert_eq!(code, 2);
    assert!(
        told.contains("the input working-directory leads out of the checkout"),
        "{told}"
    );
}

#[test]
fn a_wrong_configuration_fails_the_step() {
    let runner = Runner::new(&[]);
    runner.installed();
    runner
        .folder
        .write("work/.gitopslint.yaml", b"profil: restricted\n");
    let (code, told) = runner.check(&[]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("profil"), "{told}");
    assert_eq!(runner.text("output"), "");
}

/// A pull request is checked out as runners do it: the merge commit alone, without its parents.
#[test]
fn a_pull_request_is_told_what_it_brings() {
    let runner = Runner::new(&[]);
    runner.installed();
    let git = |folder: &str, arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(runner.path(folder))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    \
             - {{name: a, image: a:1, securityContext: {{privileged: true}}}}\n"
        )
    };
    runner
        .folder
        .write("origin/old.yaml", pod("old").as_bytes());
    git("origin", &["init", "-q", "-b", "main"]);
    git(
        "origin",
        &["config", "uploadpack.allowAnySHA1InWant", "true"],
    );
    git("origin", &["add", "-A"]);
    git("origin", &["commit", "-q", "-m", "old"]);
    git("origin", &["checkout", "-q", "-b", "change"]);
    for name in ["one", "two"] {
        runner
            .folder
            .write(format!("origin/{name}.yaml"), pod(name).as_bytes());
        git("origin", &["add", "-A"]);
        git("origin", &["commit", "-q", "-m", name]);
    }
    git("origin", &["checkout", "-q", "main"]);
    git(
        "origin",
        &["merge", "-q", "--no-ff", "-m", "merge", "change"],
    );
    let merge = git("origin", &["rev-parse", "HEAD"]);

    fs::remove_dir_all(runner.path("work")).unwrap();
    let origin = format!("file://{}", runner.path("origin"));
    git("", &["clone", "-q", "--depth=1", &origin, "work"]);
    let event = ("GITHUB_EVENT_NAME", "pull_request");
    let (code, told) = runner.check(&[event, ("GITHUB_SHA", &merge)]);
    assert_eq!(code, 1, "{told}");
    let errors = |told: &str| {
        let files = ["old", "one", "two"];
        files.map(|name| told.contains(&format!("::error file={name}.yaml,")))
    };
    assert_eq!(errors(&told), [false, true, true], "{told}");

    // Another commit than the merge commit: everything, and a word on it.
    let (code, told) = runner.check(&[event, ("GITHUB_SHA", "0000")]);
    assert_eq!((code, errors(&told)), (1, [true, true, true]), "{told}");
    assert!(
        told.contains("::notice title=gitopslint::everything is checked"),
        "{told}"
    );
    let (_, told) = runner.check(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_SHA", &merge)]);
    assert_eq!(errors(&told), [true, true, true], "{told}");
}
