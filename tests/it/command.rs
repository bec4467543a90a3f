//! The program as it is called.

use std::process::{Command, Output};

use camino::Utf8Path;

/// Where runs may keep what they came to.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/cache");

/// The program, which leaves the user's own cache alone.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gitopslint"));
    program.env("GITOPSLINT_CACHE_DIR", CACHE);
    program
}

pub(crate) fn run(folder: &Utf8Path, arguments: &[&str]) -> Output {
    program()
        .args(arguments)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The exit code, and of what is printed the findings' first lines and the counts.
pub(crate) fn told(folder: &Utf8Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let printed = String::from_utf8(output.stdout).unwrap();
    let is_told = |line: &&str| {
        ["error[", "warning["]
            .iter()
            .any(|start| line.starts_with(start))
            || line.contains(" changed, ")
            || line.contains("no file changed")
            || line.contains("fixed")
            || line.contains("in baseline")
            || line.starts_with("judged by")
    };
    let lines: Vec<&str> = printed.lines().filter(is_told).collect();
    let errors = String::from_utf8(output.stderr).unwrap();
    let ids = regex::Regex::new("\\b[0-9a-f]{12,40}\\b").unwrap();
    let errors = ids.replace_all(&errors, "ID");
    let code = output.status.code().unwrap();
    let folder = folder.canonicalize_utf8().unwrap();
    format!(
        "{code}\n{}\n{}",
        lines.join("\n"),
        errors.replace(folder.as_str(), "ROOT")
    )
    .trim()
    .to_owned()
}
