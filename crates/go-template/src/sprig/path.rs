//! Slash-separated paths.

use super::{Out, STR};
use crate::function::{Args, Function};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", &[STR], |_, args| path(args, base)),
    Function::new("osBase", &[STR], |_, args| path(args, base)),
    Function::new("dir", &[STR], |_, args| path(args, dir)),
    Function::new("osDir", &[STR], |_, args| path(args, dir)),
    Function::new("clean", &[STR], |_, args| path(args, clean)),
    Function::new("osClean", &[STR], |_, args| path(args, clean)),
    Function::new("ext", &[STR], |_, args| path(args, ext)),
    Function::new("osExt", &[STR], |_, args| path(args, ext)),
    Function::new("isAbs", &[STR], |_, args| {
        Ok(args.bytes(0)?.starts_with(b"/").into())
    }),
    Function::new("osIsAbs", &[STR], |_, args| {
        Ok(args.bytes(0)?.starts_with(b"/").into())
    }),
];

fn path(args: Args<'_>, of: fn(&str) -> String) -> Out {
    Ok(of(&args.str(0)?).into())
}

fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let path = path.trim_end_matches('/');
    match path.rsplit('/').next() {
        Some("") | None => "/".to_owned(),
        Some(last) => last.to_owned(),
    }
}

fn dir(path: &str) -> String {
    clean(path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or(""))
}

fn ext(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or("");
    let dot = last.rfind('.');
    dot.and_then(|at| last.get(at..)).unwrap_or("").to_owned()
}

/// The shortest path that means the same, without looking at any disk.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|&last| last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            _ => kept.push(part),
        }
    }
    let joined = kept.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
