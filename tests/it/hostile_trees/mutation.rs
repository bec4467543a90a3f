//! Fixtures with bytes and lines changed at random.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::tree::Tree;
use crate::random::Random;

/// Files are cut off after this many bytes, so that no mutation doubles its way to a large one.
const LONGEST: usize = 64 << 10;

/// What the formats that are read give a meaning to.
const WORDS: &[&str] = &[
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!!str ",
    "---\n",
    "...\n",
    "{{",
    "}}",
    "{{ end }}",
    "{{ define \"a\" }}",
    "{{ include \"a\" . }}",
    "| toYaml | nindent 4",
    "\t",
    "\r\n",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "\u{1b}[2J",
    "null",
    "~",
    "-1",
    "9223372036854775808",
    "1e999",
    "0x7f",
    ".inf",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "|\n",
    ">-\n",
    "? ",
    ": ",
    "- ",
    "#",
    "%",
    "$patch: delete",
    "$patch: replace",
    "../",
    "../../..",
    "/etc/passwd",
    "https://",
    "file://",
    "?ref=",
    "resources:",
    "patches:",
    "namePrefix: x",
    "apiVersion: v1",
    "kind: Secret",
    "kind: List",
    "items:",
    "metadata:",
    "$(A)",
    "${A}",
    "gitopslint: ignore[*]",
    ".yaml",
    "**",
];

/// The fixtures' folders.
pub(super) struct Fixtures {
    all: Vec<Vec<(Utf8PathBuf, Vec<u8>)>>,
}

impl Fixtures {
    pub(super) fn read() -> Self {
        let fixtures = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let folders = fixtures
            .read_dir_utf8()
            .unwrap()
            .map(|entry| entry.unwrap().into_path());
        let mut folders: Vec<Utf8PathBuf> = folders.collect();
        folders.sort();
        Self {
            all: folders.iter().map(|folder| read(folder)).collect(),
        }
    }

    /// One of them, with some of its files changed.
    pub(super) fn mutate(&self, random: &mut Random, tree: &mut Tree) {
        let mut files = random.pick(&self.all).clone();
        for _ in 0..random.between(1, 4) {
            let (from, to) = (random.below(files.len()), random.below(files.len()));
            match random.below(12) {
                0 => files[to].1 = files[from].1.clone(),
                1 => drop(files.swap_remove(to)),
                2 => {
                    let name = files[from].0.file_name().unwrap();
                    let path = files[to].0.with_file_name(name);
                    files.push((path, files[from].1.clone()));
                }
                _ => {
                    let other = files[from].1.clone();
                    for _ in 0..random.between(1, 6) {
                        change(random, &mut files[to].1, &other);
                    }
                }
            }
        }
        for (path, mut bytes) in files {
            bytes.truncate(LONGEST);
            if path == ".gitopslint.yaml" && random.once_in(4) {
                tree.may_fail = true;
                tree.speaks_of_all = true;
                tree.root_file(".gitopslint.yaml", bytes.clone());
            }
            tree.file(path, bytes);
        }
    }
}

/// The files below a folder.
fn read(folder: &Utf8Path) -> Vec<(Utf8PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in at.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push((
                    path.strip_prefix(folder).unwrap().to_owned(),
                    fs::read(&path).unwrap(),
                )),
            }
        }
    }
    found.sort();
    found
}

/// Changes a file somewhere, perhaps with a piece of another one.
fn change(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let (start, end) = range(random, bytes);
    match random.below(10) {
        0 => {
            for byte in &mut bytes[start..end] {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => drop(bytes.drain(start..end)),
        2 => {
            let piece = bytes[start..end].repeat(random.between(1, 40));
            bytes.splice(end..end, piece);
        }
        3 | 4 => {
            let word = random.pick(WORDS).bytes();
            bytes.splice(start..start, word);
        }
        5 => {
            let word = random.pick(WORDS).bytes();
            bytes.splice(start..end, word);
        }
        6 => {
            let (start, end) = range(random, other);
            let at = random.below(bytes.len());
            bytes.splice(at..at, other[start..end].iter().copied());
        }
        7 => lines(random, bytes),
        8 => bytes.truncate(start),
        _ => {
            let space = " ".repeat(random.between(1, 8));
            let at = bytes[..start]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            bytes.splice(at..at, space.into_bytes());
        }
    }
}

/// A piece, mostly a short one.
fn range(random: &mut Random, bytes: &[u8]) -> (usize, usize) {
    let start = random.below(bytes.len());
    let most = *random.pick(&[1, 4, 30, 300]);
    (start, (start + random.below(most) + 1).min(bytes.len()))
}

/// Swaps, repeats or removes whole lines.
fn lines(random: &mut Random, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    if lines.is_empty() {
        return;
    }
    let (one, two) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(3) {
        0 => lines.swap(one, two),
        1 => drop(lines.remove(one)),
        _ => {
            let line = lines[one].clone();
            lines.insert(two, line);
        }
    }
    *bytes = lines.concat();
}
