//! The GitHub Action: its scripts are run as a runner would, in a checkout that a stranger wrote,
//! with a release folder on this machine.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};

use crate::run::Folder;

mod change;
mod charts;
mod check;
mod comment;
mod install;

/// What a runner has: a checkout, a folder for what is temporary, and the action's own source.
struct Runner {
    folder: Folder,
}

/// A program of the checkout leaves this file behind if it is ever started.
const CAUGHT: &str = "temp/caught";

impl Runner {
    /// A runner whose checkout does all it can to have its own programs started.
    fn new() -> Self {
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
        let runner = Self { folder };
        let caught = runner.path(CAUGHT);
        for place in ["work/bin", "work", "work/evil/bin"] {
            for name in [
                "bash",
                "cargo",
                "base64",
                "cat",
                "cp",
                "curl",
                "env",
                "find",
                "grep",
                "git",
                "gitopslint",
                "helm",
                "jq",
                "mkdir",
                "mv",
                "rm",
                "rustc",
                "sha256sum",
                "sort",
                "tar",
                "tr",
            ] {
                let text = format!("#!/bin/sh\necho {place}/{name} >>{caught}\n");
                runner.program(&format!("{place}/{name}"), &text);
            }
        }
        for script in [
            "change.sh",
            "charts.sh",
            "check.sh",
            "checksums",
            "comment.sh",
            "common.sh",
            "install.sh",
        ] {
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

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
