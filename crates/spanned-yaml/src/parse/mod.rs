//! Text to tree: at first by a parser for what is usual, else by one for all of YAML.

mod build;
mod explain;
mod fast;
mod full;
mod keys;
mod place;
mod spaced;
#[cfg(test)]
mod suite;
#[cfg(test)]
mod tests;

use crate::{Error, ErrorKind, Span, Tree};

/// The largest text that is read, in bytes.
const MAX_SIZE: usize = 128 << 20;

/// How many nodes a text may have: each takes several times what a short one is written with.
const MAX_NODES: usize = 10_000_000;

pub(crate) fn parse(text: Box<str>) -> Tree {
    if text.len() > MAX_SIZE {
        return too_large(text.len());
    }
    if has_too_many_nodes(text.as_bytes()) {
        return too_many_nodes();
    }
    let mut tree = fast::parse(&text).unwrap_or_else(|| full::parse(&text));
    tree.text = text;
    tree
}

pub(crate) fn parse_full(text: Box<str>) -> Tree {
    let mut tree = full::parse(&text);
    tree.text = text;
    tree
}

pub(crate) fn parse_fast(text: Box<str>) -> Option<Tree> {
    let mut tree = fast::parse(&text)?;
    tree.text = text;
    Some(tree)
}

pub(crate) fn parse_bytes(bytes: Vec<u8>) -> Tree {
    if bytes.len() > MAX_SIZE {
        return too_large(bytes.len());
    }
    match String::from_utf8(bytes) {
        Ok(text) => parse(text.into_boxed_str()),
        Err(fault) => {
            let valid = fault.utf8_error().valid_up_to();
            let mut bytes = fault.into_bytes();
            bytes.truncate(valid);
            refused(
                String::from_utf8_lossy(&bytes),
                Error {
                    kind: ErrorKind::NotUtf8,
                    span: Span::new(valid as u32, valid as u32),
                    message: format!("byte {valid} is not UTF-8"),
                },
            )
        }
    }
}

/// Whether a text may have more nodes than are read. Something stands between any two of them;
/// that most of it is text shows only where the text is read, but then so much of it would be
/// more than anybody writes.
fn has_too_many_nodes(text: &[u8]) -> bool {
    if text.len() <= MAX_NODES {
        return false;
    }
    let between = memchr::memchr3_iter(b',', b'\n', b':', text).count();
    let opened = memchr::memchr2_iter(b'[', b'{', text).count();
    let marked = memchr::memmem::find_iter(text, b"- ").count();
    let asked = memchr::memmem::find_iter(text, b"? ").count();
    between + opened + marked + asked >= MAX_NODES
}

fn too_many_nodes() -> Tree {
    refused(
        "",
        Error {
            kind: ErrorKind::Limit,
            span: Span::new(0, 0),
            message: format!("this text is too large: it may hold more than {MAX_NODES} values"),
        },
    )
}

/// The text itself is not kept: spans could not point into it.
fn too_large(len: usize) -> Tree {
    refused(
        "",
        Error {
            kind: ErrorKind::Limit,
            span: Span::new(0, 0),
            message: format!(
                "this text is too large: {} MiB, and the limit is {} MiB",
                len >> 20,
                MAX_SIZE >> 20
            ),
        },
    )
}

fn refused(text: impl Into<Box<str>>, error: Error) -> Tree {
    let mut tree = Tree::of_spans(text, []);
    tree.errors.push(error);
    tree
}
