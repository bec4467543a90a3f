//! Lists the built-in policies, and links the program at a fixed address where that spares the
//! loader its work.

use std::fs;
use std::io;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=policies");
    let folder = format!("{}/policies", variable("CARGO_MANIFEST_DIR"));
    let list = format!("{}/policies.rs", variable("OUT_DIR"));
    fs::write(list, policies(&folder)?)?;
    fix_address();
    Ok(())
}

fn variable(key: &str) -> String {
    std::env::var(key).unwrap_or_default()
}

/// An expression that is every policy's path below `policies/` with its text.
fn policies(folder: &str) -> io::Result<String> {
    let mut entries = Vec::new();
    for group in names(folder)? {
        let group_folder = format!("{folder}/{group}");
        if !fs::metadata(&group_folder)?.is_dir() {
            continue;
        }
        for name in names(&group_folder)? {
            if name.ends_with(".rego") {
                let path = format!("{group_folder}/{name}");
                entries.push(format!("(\"{group}/{name}\", include_str!({path:?})),\n"));
            }
        }
    }
    Ok(format!("&[\n{}]\n", entries.concat()))
}

/// The names in a folder, sorted.
fn names(folder: &str) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    let names = entries.map(|entry| {
        let name = entry?.file_name();
        name.into_string()
            .map_err(|name| io::Error::other(format!("{name:?} is not UTF-8")))
    });
    let mut names = names.collect::<io::Result<Vec<String>>>()?;
    names.sort();
    Ok(names)
}

fn fix_address() {
    let is = |key: &str, value: &str| std::env::var(key).is_ok_and(|own| own == value);
    let is_gnu_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if is_gnu_linux && !is_static {
        // A program of this size holds tens of thousands of addresses in its tables, which the
        // loader would correct at every start: a millisecond, half of what a small run takes.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
