//! What the targets share: files out of one text, and limits that are reached soon.

use manifest::{Amounts, Memory};

/// So little that an input which takes much is over at once.
pub const LIMITS: Amounts = Amounts {
    objects: 500,
    nodes: 20_000,
    bytes: 1 << 20,
    steps: 100_000,
    charts: 20,
};

/// Files out of a text: a line `%%% path` begins another one, and `%%% path -> target` is a
/// symbolic link. What stands before the first such line is a file of the given path.
pub fn files(text: &str, first: &str) -> Memory {
    let mut files = Memory::new();
    let mut path = first.to_owned();
    let mut content = String::new();
    for line in text.split_inclusive('\n') {
        let Some(name) = line.strip_prefix("%%% ") else {
            content.push_str(line);
            continue;
        };
        files.insert(std::mem::take(&mut path), std::mem::take(&mut content));
        match name.trim().split_once(" -> ") {
            Some((from, to)) => {
                files.link(inside(from), inside(to));
                path = "nothing".to_owned();
            }
            None => path = inside(name.trim()),
        }
    }
    files.insert(path, content);
    files
}

/// A path as a snapshot has it.
fn inside(path: &str) -> String {
    manifest::normalize("".into(), path).unwrap_or_default().into()
}
