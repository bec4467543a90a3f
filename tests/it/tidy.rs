//! What the architecture promises, as far as reading the source tree can tell.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;

/// A file of the project, with its path from the root.
struct File {
    path: Utf8PathBuf,
    text: String,
}

fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The texts below some folders and files whose names end in one of `endings`.
fn files(places: &[&str], endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    let mut open: Vec<Utf8PathBuf> = places.iter().map(|place| root().join(place)).collect();
    open.retain(|place| place.exists());
    while let Some(at) = open.pop() {
        if at.is_dir() {
            let entries = at.read_dir_utf8().unwrap();
            open.extend(entries.map(|entry| entry.unwrap().into_path()));
        } else if endings.iter().any(|ending| at.as_str().ends_with(ending)) {
            let path = at.strip_prefix(root()).unwrap().to_owned();
            let text = fs::read_to_string(&at).unwrap();
            found.push(File { path, text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The program's own sources without tests, benchmarks and comments, which may speak of anything.
fn sources() -> Vec<File> {
    let mut sources = files(&["src", "crates", "xtask"], &[".rs"]);
    assert!(sources.len() > 20, "the source tree was not found");
    let of_tests = Regex::new(r"#\[cfg\(test\)\]\s*mod (\w+);").unwrap();
    let tests: Vec<Utf8PathBuf> = sources
        .iter()
        .flat_map(|file| {
            let folder = match file.path.file_name() {
                Some("mod.rs" | "lib.rs" | "main.rs") => file.path.parent().unwrap().to_owned(),
                _ => file.path.with_extension(""),
            };
            let modules = of_tests.captures_iter(&file.text);
            let modules = modules.map(|found| folder.join(&found[1]));
            modules.collect::<Vec<_>>()
        })
        .collect();
    sources.retain(|file| {
        let path = file.path.with_extension("");
        let of_crate = file.path.components().nth(2).map(|part| part.as_str());
        let is_beside = matches!(of_crate, Some("tests" | "benches"));
        !is_beside && !tests.iter().any(|test| path.starts_with(test))
    });
    for file in &mut sources {
        let code = file.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code = code.lines().map(|line| match line.find("//") {
            Some(comment) if !line[..comment].ends_with(':') => &line[..comment],
            _ => line,
        });
        file.text = code.collect::<Vec<_>>().join("\n");
    }
    sources
}

/// The lines of files, outside of `allowed` places, that a pattern fits.
fn lines_with(files: &[File], pattern: &str, allowed: &[&str]) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let is_allowed = |file: &&File| !allowed.iter().any(|place| file.path.starts_with(place));
    let mut lines = Vec::new();
    for file in files.iter().filter(is_allowed) {
        for (at, line) in file.text.lines().enumerate() {
            if pattern.is_match(line) {
                lines.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    lines
}

fn assert_none(lines: &[String], why: &str) {
    assert!(lines.is_empty(), "{why}:\n{}", lines.join("\n"));
}

#[test]
fn each_large_dependency_is_used_in_one_place() {
    let sources = sources();
    for (dependency, place) in [
        ("clap", "src/cli"),
        ("regorus", "src/checks/policy"),
        ("miette", "src/report/human.rs"),
        (r"gix_\w+", "crates/git-read/src/objects.rs"),
        ("granit_parser", "crates/spanned-yaml"),
    ] {
        let uses = format!(r"\b{dependency}\b");
        let mut places = vec![place];
        if dependency.starts_with("gix") {
            // What reads git's objects cannot write them.
            places.push("crates/git-write/src/objects.rs");
        }
        let lines = lines_with(&sources, &uses, &places);
        assert_none(&lines, &format!("`{dependency}` belongs into {place} only"));
    }
}

#[test]
fn only_few_places_touch_the_file_system() {
    let lines = lines_with(
        &sources(),
        r"\bfs::|\bFile::open\b|\.(canonicalize|read_dir|symlink_metadata|exists|is_dir)(_utf8)?\(",
        &[
            "src/snapshot",
            "src/cli",
            "crates/git-read",
            "crates/git-write",
            "xtask",
        ],
    );
    assert_none(
        &lines,
        "the disk is touched by src/snapshot, src/cli, crates/git-read, crates/git-write and xtask only",
    );
}

#[test]
fn nothing_is_executed_or_fetched() {
    // The one exception: this program itself, for users' policies.
    let itself = "src/checks/policy/isolated.rs";
    let allowed = ["xtask", itself];
    let lines = lines_with(
        &sources(),
        r"\bCommand::new\b|\bprocess::Command\b|\b(TcpStream|TcpListener|UdpSocket|UnixStream|ToSocketAddrs)\b",
        &allowed,
    );
    assert_none(&lines, "no other program is run, and no network is used");
    let all = sources();
    let exception = all.iter().find(|file| file.path == itself).unwrap();
    let started: Vec<&str> = exception.text.split("Command::new").skip(1).collect();
    assert_eq!(started.len(), 1, "one process is started, and no other");
    assert!(
        started[0].starts_with("(program)\n            .arg(ARGUMENT)\n            .env_clear()")
    );
}

#[test]
fn no_stage_imports_a_later_one() {
    // What all stages share comes first, then the stages in the order in which data flows.
    const ORDER: &str = "date rule problem snapshot settings deploy render checks \
         setup request evaluate context judge pipeline shard cache gate compare promote trace fix report editor cli";
    let order: Vec<&str> = ORDER.split_whitespace().collect();
    let place = |module: &str| order.iter().position(|known| *known == module);
    let import = Regex::new(r"\bcrate::(?:\{([^}]*)\}|([a-z_]+))").unwrap();
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| f.path.starts_with("src")) {
        let mut parts = file.path.components().skip(1);
        let module = parts
            .next()
            .unwrap()
            .as_str()
            .trim_end_matches(".rs")
            .to_owned();
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(own) = place(&module) else {
            wrong.push(format!(
                "{}: where does `{module}` come in the flow?",
                file.path
            ));
            continue;
        };
        for found in import.captures_iter(&file.text) {
            let named = found.get(1).or(found.get(2)).map_or("", |m| m.as_str());
            for name in named
                .split(',')
                .map(|n| n.trim().split("::").next().unwrap())
            {
                if place(name).is_some_and(|other| other > own) {
                    wrong.push(format!("{}: imports `{name}`", file.path));
                }
            }
        }
    }
    assert_none(&wrong, "a stage does not know those that come after it");
}

#[test]
fn files_are_small() {
    const MOST_LINES: usize = 800;
    let long: Vec<String> = files(
        &["src", "crates", "xtask", "tests", "policies"],
        &[".rs", ".rego"],
    )
    .iter()
    .map(|file| (file.text.lines().count(), &file.path))
    .filter(|(lines, _)| *lines > MOST_LINES)
    .map(|(lines, path)| format!("{path}: {lines} lines"))
    .collect();
    assert_none(&long, "has the file more than one reason to exist?");
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let texts = files(
        &[
            "src",
            "crates",
            "xtask",
            "tests",
            "policies",
            "fixtures",
            "schemas",
            "docs",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "README.md",
            "CHANGELOG.md",
            "Cargo.toml",
            "clippy.toml",
            "deny.toml",
            "justfile",
            "action.yml",
            ".pre-commit-hooks.yaml",
        ],
        &[
            ".rs", ".rego", ".md", ".toml", ".yaml", ".yml", ".json", "justfile",
        ],
    );
    // Put together here, so that this list does not find itself.
    let words = [
        concat!("todo", "!"),
        concat!("FIX", "ME"),
        concat!(r"\bXX", r"X\b"),
        concat!("/ro", "ot/[a-z.]"),
        concat!("/wo", "rk/"),
        concat!("DES", "IGN.md"),
    ];
    let lines = lines_with(&texts, &words.join("|"), &[]);
    assert_none(
        &lines,
        "unfinished, or about something else than the project",
    );
}
