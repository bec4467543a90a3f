//! Long lines broken.

use super::{INT, Out, STR};
use crate::function::Function;
use crate::{Evaluator, View};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("wrap", &[INT, STR], |ev, args| {
        wrap(ev, args.view(1)?, args.int(0)?, b"\n", false)
    }),
    Function::new("wrapWith", &[INT, STR, STR], |ev, args| {
        let separator = match args.bytes(1)? {
            [] => b"\n",
            separator => separator,
        };
        wrap(ev, args.view(2)?, args.int(0)?, separator, true)
    }),
];

/// Breaks a text at spaces so that no line is longer than `width` bytes; longer words are broken
/// only if `break_words`.
fn wrap(
    evaluator: &mut Evaluator<'_>,
    view: View<'_>,
    width: i64,
    separator: &[u8],
    break_words: bool,
) -> Out {
    let bytes = view.bytes();
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut out = evaluator.builder();
    let mut at = 0;
    while bytes.len() - at > width {
        if bytes.get(at) == Some(&b' ') {
            at += 1;
            continue;
        }
        let line = bytes.get(at..at + width + 1).unwrap_or_default();
        let space = memchr::memrchr(b' ', line).or_else(|| {
            if break_words {
                return None;
            }
            let rest = bytes.get(at + width..).unwrap_or_default();
            memchr::memchr(b' ', rest).map(|space| space + width)
        });
        match space {
            Some(space) => {
                out.push_part(view, at..at + space);
                out.push(separator);
                at += space + 1;
            }
            None if break_words => {
                out.push_part(view, at..at + width);
                out.push(separator);
                at += width;
            }
            None => {
                out.push_part(view, at..bytes.len());
                at = bytes.len();
            }
        }
        if out.is_over() {
            break;
        }
    }
    out.push_part(view, at..bytes.len());
    Ok(out.finish()?.into())
}
