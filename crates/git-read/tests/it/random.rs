//! Random histories, as input of `git fast-import`.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Numbers that are the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A file: its mode as git writes it, and what it holds.
type File = (&'static str, Vec<u8>);
type Files = BTreeMap<String, File>;

pub(crate) struct History {
    /// What `git fast-import` reads. Commits have the marks 1, 2, and so on.
    pub(crate) input: String,
    pub(crate) commits: usize,
    /// All paths that there ever were.
    pub(crate) paths: Vec<String>,
}

const FOLDERS: [&str; 7] = ["", "a/", "a/b/", "a.d/", "a-d/", "e f/", "ü/x/y/"];
const NAMES: [&str; 9] = [
    "one.yaml", "two.yaml", "b", "b.txt", "c.sh", "ö.txt", "x y", "K", "a",
];
const ATTRIBUTES: [&str; 14] = [
    "text",
    "-text",
    "text=auto",
    "eol=crlf",
    "eol=lf",
    "ident",
    "-ident",
    "binary",
    "crlf",
    "crlf=input",
    "!text",
    "mine",
    "!eol",
    "text=odd",
];
const PATTERNS: [&str; 13] = [
    "*",
    "*.yaml",
    "*.txt",
    "/b",
    "a/*",
    "a/**",
    "**/b.txt",
    "[ab]*",
    "a/b/",
    "?",
    "\"x y\"",
    "**/x/**",
    "*[!.]*.s?",
];

pub(crate) fn history(random: &mut Random) -> History {
    let mut states: Vec<Files> = Vec::new();
    let mut input = String::new();
    let mut paths = Vec::new();
    let commits = 4 + random.below(20);
    let mut date = 1_700_000_000;
    for mark in 1..=commits {
        let count = states.len();
        let recent = |random: &mut Random| count - 1 - random.below(count.min(5));
        let from = (count > 0 && !random.chance(3)).then(|| recent(random));
        let merge = from.and_then(|_| random.chance(25).then(|| recent(random)));
        let merge = merge.filter(|merge| Some(*merge) != from);
        let mut files = from.map(|from| states[from].clone()).unwrap_or_default();
        for other in merge.iter().flat_map(|merge| states[*merge].clone()) {
            if random.chance(40) {
                put(&mut files, other.0, other.1);
            }
        }
        let steps = if count == 0 { 12 } else { 1 + random.below(6) };
        let steps = if merge.is_some() && random.chance(60) {
            0
        } else {
            steps
        };
        (0..steps).for_each(|_| step(&mut files, random));
        paths.extend(files.keys().cloned());
        // Clocks are not always right.
        date = if random.chance(8) {
            date - 5_000
        } else {
            date + 60
        };
        write!(
            input,
            "commit refs/heads/b{}\nmark :{mark}\n",
            random.below(4)
        )
        .unwrap();
        writeln!(input, "author A. Ü <a@example.com> {} +0130", date - 7).unwrap();
        writeln!(input, "committer C <c@example.com> {date} -0800").unwrap();
        let message = format!("Change {mark}\n and more\n\nWhy.\n");
        write!(input, "data {}\n{message}", message.len()).unwrap();
        // A branch without a parent of its own begins anew.
        match from {
            Some(from) => writeln!(input, "from :{}", from + 1).unwrap(),
            None => writeln!(input, "from {}", "0".repeat(40)).unwrap(),
        }
        if let Some(merge) = merge {
            writeln!(input, "merge :{}", merge + 1).unwrap();
        }
        input.push_str("deleteall\n");
        for (path, (mode, text)) in &files {
            writeln!(input, "M {mode} inline {path}").unwrap();
            let text = std::str::from_utf8(text).unwrap();
            write!(input, "data {}\n{text}\n", text.len()).unwrap();
        }
        // So that no commit is thrown away.
        write!(input, "\nreset refs/keep/{mark}\nfrom :{mark}\n\n").unwrap();
        states.push(files);
    }
    paths.sort();
    paths.dedup();
    History {
        input,
        commits,
        paths,
    }
}

/// Puts a file, if no folder has its name and no file that of its folder.
fn put(files: &mut Files, path: String, file: File) {
    let below = format!("{path}/");
    let is_folder = files.keys().any(|other| other.starts_with(&below));
    let is_below = files
        .keys()
        .any(|other| path.starts_with(&format!("{other}/")));
    if !is_folder && !is_below {
        files.insert(path, file);
    }
}

fn step(files: &mut Files, random: &mut Random) {
    let known: Vec<String> = files.keys().cloned().collect();
    let path = format!("{}{}", random.pick(&FOLDERS), random.pick(&NAMES));
    let known = (!known.is_empty()).then(|| known[random.below(known.len())].clone());
    match (random.below(12), known) {
        (0..=3, _) | (_, None) => {
            let file = file(random);
            put(files, path, file);
        }
        (4 | 5, Some(known)) => {
            if let Some((mode, text)) = files.get_mut(&known)
                && *mode != "120000"
            {
                edit(text, random);
            }
        }
        (6, Some(known)) => {
            files.remove(&known);
        }
        (7 | 8, Some(known)) => {
            if let Some((mode, mut text)) = files.remove(&known) {
                let edits = random.below(8);
                if mode != "120000" {
                    (0..edits).for_each(|_| edit(&mut text, random));
                }
                put(files, path, (mode, text));
            }
        }
        (9, Some(known)) => {
            if let Some((mode, _)) = files.get_mut(&known)
                && *mode != "120000"
            {
                *mode = if *mode == "100644" {
                    "100755"
                } else {
                    "100644"
                };
            }
        }
        (10, Some(known)) => {
            // A copy: one of several equal files may be the source of a rename later.
            let copy = files[&known].clone();
            put(files, path, copy);
        }
        (_, Some(_)) => {
            let mut text = String::new();
            if random.chance(50) {
                text.push_str("[attr]mine eol=crlf ident\n");
            }
            for _ in 0..1 + random.below(5) {
                let pattern = random.pick(&PATTERNS);
                let (one, other) = (random.pick(&ATTRIBUTES), random.pick(&ATTRIBUTES));
                writeln!(text, "{pattern} {one} {other}").unwrap();
            }
            let folder = random.pick(&FOLDERS);
            put(
                files,
                format!("{folder}.gitattributes"),
                ("100644", text.into_bytes()),
            );
        }
    }
}

fn file(random: &mut Random) -> File {
    if random.chance(6) {
        let target = random.pick(&["a/b", "../x", "one.yaml", "/etc/passwd"]);
        return ("120000", target.as_bytes().to_vec());
    }
    let mode = if random.chance(15) {
        "100755"
    } else {
        "100644"
    };
    let mut text = Vec::new();
    if random.chance(92) {
        let end = if random.chance(12) { "\r\n" } else { "\n" };
        (0..1 + random.below(30)).for_each(|_| line(&mut text, random, end));
    }
    (mode, text)
}

/// A file always ends with the end of a line: older versions of git do not count a last line
/// without one when they look for what is similar.
fn line(text: &mut Vec<u8>, random: &mut Random, end: &str) {
    match random.below(40) {
        0 => text.extend_from_slice(b"id: $Id$"),
        1 => text.extend_from_slice(b"$Id: x $ $Id: a b $"),
        2 => text.extend_from_slice("long ".repeat(30).as_bytes()),
        3 => text.extend_from_slice(b"\x01\x02\x1b\t"),
        4 if random.chance(20) => text.push(0),
        5 if random.chance(20) => text.extend_from_slice(b"one\rother"),
        _ => {
            let key = random.pick(&["name", "image", "replicas", "port", "host", "value"]);
            text.extend_from_slice(format!("{key}: {}", random.below(12)).as_bytes());
        }
    }
    text.extend_from_slice(end.as_bytes());
}

/// Changes, adds or removes a line.
fn edit(text: &mut Vec<u8>, random: &mut Random) {
    let lines: Vec<Vec<u8>> = text
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let at = random.below(lines.len() + 1);
    let what = random.below(3);
    let mut new = Vec::new();
    for (number, old) in lines.iter().enumerate() {
        if number == at && what != 2 {
            line(&mut new, random, "\n");
        }
        if number != at || what == 0 {
            new.extend_from_slice(old);
        }
    }
    if at == lines.len() && what != 2 {
        line(&mut new, random, "\n");
    }
    *text = new;
}
