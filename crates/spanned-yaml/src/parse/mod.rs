//! Text to tree.

mod build;
mod full;

use crate::{Error, ErrorKind, Span, Tree};

pub(crate) fn parse(text: Box<str>) -> Tree {
    full::parse(text)
}

pub(crate) fn parse_bytes(bytes: Vec<u8>) -> Tree {
    match String::from_utf8(bytes) {
        Ok(text) => parse(text.into_boxed_str()),
        Err(fault) => {
            let valid = fault.utf8_error().valid_up_to();
            let mut bytes = fault.into_bytes();
            bytes.truncate(valid);
            let mut tree = Tree::of_spans(String::from_utf8_lossy(&bytes), []);
            tree.errors.push(Error {
                kind: ErrorKind::NotUtf8,
                span: Span::new(valid as u32, valid as u32),
                message: format!("byte {valid} is not UTF-8"),
            });
            tree
        }
    }
}
