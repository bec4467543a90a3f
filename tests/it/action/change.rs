//! Which change is looked at, on each event, from what `actions/checkout` brings by default: one
//! commit without its parents.

use std::fs;
use std::process::Command;

use super::Runner;

/// A repository with a branch that was merged, checked out as runners do it.
pub(super) struct Checkout {
    pub(super) runner: Runner,
    /// The merge commit.
    pub(super) merge: String,
    /// Its first parent.
    pub(super) base: String,
}

/// A pod with a fault.
fn pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    \
         - {{name: a, image: a:1, securityContext: {{privileged: true}}}}\n"
    )
}

impl Checkout {
    /// `old.yaml` was there before; each file of the change is a commit.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let mut own = Self {
            runner: Runner::new(),
            merge: String::new(),
            base: String::new(),
        };
        own.runner.installed();
        let write = |path: &str, text: &str| {
            let path = format!("server/acme/platform/{path}");
            own.runner.folder.write(path, text.as_bytes());
        };
        write("old.yaml", &pod("old"));
        own.git(&["init", "-q", "-b", "main"]);
        own.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        own.git(&["add", "-A"]);
        own.git(&["commit", "-q", "-m", "old"]);
        own.git(&["checkout", "-q", "-b", "change"]);
        for (path, text) in files {
            write(path, text);
            own.git(&["add", "-A"]);
            own.git(&["commit", "-q", "-m", path]);
        }
        own.git(&["checkout", "-q", "main"]);
        own.git(&["merge", "-q", "--no-ff", "-m", "merge", "change"]);
        own.merge = own.git(&["rev-parse", "main"]);
        own.base = own.git(&["rev-parse", "main^1"]);
        own.check_out(&["--depth=1"]);
        own
    }

    fn server(&self) -> String {
        format!("file://{}", self.runner.path("server"))
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_in("server/acme/platform", arguments)
    }

    fn git_in(&self, folder: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(self.runner.path(folder))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The checkout, whose settings name programs: an earlier step ran code of the change.
    fn check_out(&self, how: &[&str]) {
        let _ = fs::remove_dir_all(self.runner.path("work"));
        let origin = format!("{}/acme/platform", self.server());
        self.git_in("", &[&["clone", "-q"], how, &[&origin, "work"]].concat());
        let evil = self.runner.path("evil.sh");
        let caught = self.runner.path(super::CAUGHT);
        let text = format!("#!/bin/sh\necho settings >>{caught}\n");
        self.runner.program("evil.sh", &text);
        for (name, value) in [
            ("core.fsmonitor", evil.as_str()),
            ("core.sshCommand", evil.as_str()),
            ("core.hooksPath", "."),
            ("credential.helper", evil.as_str()),
            ("remote.origin.uploadpack", evil.as_str()),
            ("url.ext::false .insteadOf", "file://"),
            ("protocol.ext.allow", "always"),
        ] {
            self.git_in("work", &["config", name, value]);
        }
    }

    /// The exit status, and for each of the files whether its fault was told; then everything
    /// that was printed.
    pub(super) fn check(&self, event: &str, more: &[(&str, &str)]) -> (i32, [bool; 3], String) {
        let server = self.server();
        let inputs = [
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_SHA", self.merge.as_str()),
            ("GITHUB_SERVER_URL", server.as_str()),
            ("GITHUB_REPOSITORY", "acme/platform"),
            ("GITHUB_RUN_ID", "7"),
            ("INPUT_TOKEN", "token"),
        ];
        let (code, told) = self.runner.check(&[&inputs, more].concat());
        let files = ["old", "one", "two"];
        let found = files.map(|name| told.contains(&format!("::error file={name}.yaml,")));
        (code, found, told)
    }
}

const ALL: [bool; 3] = [true, true, true];
const NEW: [bool; 3] = [false, true, true];

fn two_faults() -> Checkout {
    Checkout::new(&[("one.yaml", &pod("one")), ("two.yaml", &pod("two"))])
}

#[test]
fn a_pull_request_is_told_what_it_brings() {
    let checkout = two_faults();
    let (code, found, told) = checkout.check("pull_request", &[]);
    assert_eq!((code, found), (1, NEW), "{told}");
    let (merge, base) = (&checkout.merge, &checkout.base);
    let last = format!(
        "The same check on your machine: git fetch origin {merge} {base} && \
         gitopslint check --rev {merge} --changed={base}.. --gate-from {base} --fail-on error"
    );
    assert_eq!(told.lines().last(), Some(last.as_str()));

    let (code, found, told) = checkout.check("pull_request", &[("INPUT_CHANGED", "never")]);
    assert_eq!((code, found), (1, ALL), "{told}");
}

#[test]
fn paths_narrow_what_is_told() {
    let (one, two) = (pod("one"), pod("two"));
    let checkout = Checkout::new(&[("a/one.yaml", &one), ("b/two.yaml", &two)]);
    let (merge, base) = (&checkout.merge, &checkout.base);
    let check = |event: &str, more: &[(&str, &str)]| {
        let paths = ("INPUT_PATHS", "a\nold.yaml\n");
        let (code, _, told) = checkout.check(event, &[&[paths], more].concat());
        let files = ["old", "a/one", "b/two"];
        let found = files.map(|name| told.contains(&format!("::error file={name}.yaml,")));
        (code, found, told)
    };
    let (code, found, told) = check("pull_request", &[]);
    assert_eq!((code, found), (1, [false, true, false]), "{told}");
    let last = format!(
        "gitopslint check --rev {merge} --changed={base}.. --gate-from {base} --fail-on error \
         --only=a --only=old.yaml"
    );
    assert!(told.trim_end().ends_with(&last), "{told}");
    // So they do where nothing is compared, and where the workflow itself says what is.
    let (_, found, told) = check("schedule", &[]);
    assert_eq!(found, [true, true, false], "{told}");
    let own = format!("--rev HEAD --changed={base}..");
    let (_, found, told) = check("pull_request", &[("INPUT_ARGS", &own)]);
    assert_eq!(found, [false, true, false], "{told}");
    // What names nothing has not passed.
    let (code, _, told) = checkout.check("pull_request", &[("INPUT_PATHS", "none")]);
    assert_eq!(code, 2, "{told}");
}

#[test]
fn a_merge_group_and_a_push_are_told_what_they_bring() {
    let checkout = two_faults();
    let base = ("EVENT_BASE", checkout.base.as_str());
    for event in ["merge_group", "push"] {
        let (code, found, told) = checkout.check(event, &[base]);
        assert_eq!((code, found), (1, NEW), "{event}: {told}");
        assert_eq!(told.contains("--gate-from"), event == "merge_group");
    }
}

#[test]
fn a_branch_that_is_new_or_was_forced_is_checked_whole() {
    let checkout = two_faults();
    let base = ("EVENT_BASE", checkout.base.as_str());
    for (more, why) in [
        ([base, ("EVENT_FORCED", "true")], "was pushed by force"),
        ([base, ("EVENT_CREATED", "true")], "the branch is new"),
        (
            [
                ("EVENT_BASE", "0000000000000000000000000000000000000000"),
                ("A", "b"),
            ],
            "the branch is new",
        ),
    ] {
        let (code, found, told) = checkout.check("push", &more);
        assert_eq!((code, found), (1, ALL), "{told}");
        assert!(told.contains("::notice title=gitopslint::everything is checked: "));
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn what_is_not_about_a_change_is_checked_whole() {
    let checkout = two_faults();
    for event in ["schedule", "workflow_dispatch"] {
        let (code, found, told) = checkout.check(event, &[]);
        assert_eq!((code, found), (1, ALL), "{told}");
        assert!(!told.contains("everything is checked"), "{told}");
    }
}

/// Without the commit before the change, everything is checked, and nothing passes: who knows
/// what it should have been judged by.
#[test]
fn a_base_that_cannot_be_fetched_fails_the_gate() {
    let checkout = two_faults();
    let nowhere = ("GITHUB_SERVER_URL", "file:///nowhere");
    let (code, found, told) = checkout.check("pull_request", &[nowhere]);
    assert_eq!((code, found), (2, ALL), "{told}");
    assert!(told.contains("::error title=gitopslint::the configuration to judge by is not known: the commit before the change, "), "{told}");
    let (code, found, told) = checkout.check("pull_request", &[nowhere, ("INPUT_GATE", "never")]);
    assert_eq!((code, found), (1, ALL), "{told}");
    assert!(
        told.contains("::notice title=gitopslint::everything is checked: "),
        "{told}"
    );
}

/// Where a workflow checks out the branch itself with all of its history, no merge commit is
/// needed.
#[test]
fn a_branch_with_its_history_is_told_what_it_brings() {
    let checkout = two_faults();
    checkout.check_out(&["--branch=change"]);
    let base = ("EVENT_BASE", checkout.base.as_str());
    let (code, found, told) = checkout.check("pull_request", &[base]);
    assert_eq!((code, found), (1, NEW), "{told}");
    assert!(told.contains(&format!("--gate-from {}", checkout.base)));
    // Of the pull request, nothing is there.
    checkout.check_out(&["--depth=1"]);
    let base = ("EVENT_BASE", checkout.merge.as_str());
    let (code, _, told) = checkout.check("pull_request_target", &[base]);
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("the pull request is not checked out"),
        "{told}"
    );
}

#[test]
fn a_change_cannot_switch_off_its_gate() {
    let off = "rules:\n  privileged-container: off\n";
    let one = pod("one");
    let checkout = Checkout::new(&[(".gitopslint.yaml", off), ("one.yaml", one.as_str())]);
    let (code, found, told) = checkout.check("pull_request", &[]);
    assert_eq!((code, found), (1, [false, true, false]), "{told}");
    assert!(told.contains("title=gate-weakened"), "{told}");
    let (_, found, told) = checkout.check("pull_request", &[("INPUT_GATE", "never")]);
    assert_eq!(found, [false, false, false], "{told}");
}

#[test]
fn a_change_that_no_target_reads_passes_and_says_so() {
    let checkout = Checkout::new(&[("README.md", "# Read me\n")]);
    let (code, found, told) = checkout.check("pull_request", &[]);
    assert_eq!((code, found), (0, [false, false, false]), "{told}");
    assert!(
        told.contains("1 file changed, no target reads it"),
        "{told}"
    );
}

#[test]
fn options_of_the_workflow_outrank_the_event() {
    let checkout = two_faults();
    let asked = ("INPUT_ARGS", "--rev HEAD --gate-from HEAD");
    let (code, found, told) = checkout.check("pull_request", &[asked]);
    assert_eq!((code, found), (1, ALL), "{told}");
}
