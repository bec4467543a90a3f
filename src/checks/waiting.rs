//! Lines that another program fills in, and that are no YAML before it did: nothing but the name of
//! what goes there.

use manifest::Source;
use spanned_yaml::{Error, ErrorKind};

use super::credentials;
use crate::problem::{INVALID_YAML, Nature, Problem};

/// The name of what is filled in, if an error is with a line that is nothing else.
pub(super) fn token_at<'s>(source: &'s Source, error: &Error) -> Option<&'s str> {
    let text = source.tree.text();
    let at = error.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?.trim();
    (error.kind == ErrorKind::Syntax && credentials::is_token(line)).then_some(line)
}

/// What is said of such a line.
pub(super) fn told(token: &str) -> Problem {
    let message = format!(
        "`{token}` is a placeholder that another program fills in; until then this is not YAML"
    );
    let told = Problem::new(&INVALID_YAML, message)
        .help("Let that program fill it in before the file is deployed, or remove the line");
    Problem {
        nature: Nature::Waiting,
        ..told
    }
}
