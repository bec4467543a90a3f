//! Development tasks: `cargo xtask <task>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to a person"
)]

mod coverage;
mod merge_keys;
mod new_policy;
mod policies;
mod schemas;
mod wheel;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};

/// Why a task failed.
type Failure = Box<dyn Error>;

const USAGE: &str = "usage: cargo xtask <task>

tasks:
  coverage [--check]  make the table of what other linters check, or tell whether it is current
  merge-keys          write the table by which kustomize merges lists
  new-policy GROUP/ID write a policy to be filled in
  policies            compile the built-in policies
  schemas [--check] [--modules DIR]
                      make the tables of kinds, or tell whether they are current; Go modules are
                      looked for in DIR, laid out like Go's download cache, and then in that";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome: Result<(), Failure> = match arguments.as_slice() {
        ["coverage"] => coverage::write(),
        ["coverage", "--check"] => coverage::check(),
        ["merge-keys"] => merge_keys::write(),
        ["new-policy", name] => new_policy::write(name),
        ["policies"] => policies::write(),
        ["schemas"] => schemas::write(None),
        ["schemas", "--modules", folder] => schemas::write(Some(folder)),
        ["schemas", "--check"] => schemas::check(None),
        ["schemas", "--check", "--modules", folder] => schemas::check(Some(folder)),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's folder.
fn root() -> Utf8PathBuf {
    let own = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}
