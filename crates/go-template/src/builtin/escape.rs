//! `html`, `js` and `urlquery`.

use crate::function::Args;
use crate::rune::{is_print, runes};
use crate::{Evaluator, Failure, Text, Value, View};

type Out = Result<Value, Failure>;

pub(super) fn html(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    escape(evaluator, args, |c, _| {
        Some(match c {
            '\0' => "\u{fffd}".to_owned(),
            '"' => "&#34;".to_owned(),
            '\'' => "&#39;".to_owned(),
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            _ => return None,
        })
    })
}

pub(super) fn js(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    escape(evaluator, args, |c, _| {
        Some(match c {
            '\\' => "\\\\".to_owned(),
            '\'' => "\\'".to_owned(),
            '"' => "\\\"".to_owned(),
            '<' | '>' | '&' | '=' => format!("\\u{:04X}", u32::from(c)),
            c if c < ' ' => format!("\\u{:04X}", u32::from(c)),
            c if c.is_ascii() || is_print(c) => return None,
            c => format!("\\u{:04X}", u32::from(c)),
        })
    })
}

pub(super) fn urlquery(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    escape(evaluator, args, |c, bytes| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | '~' => None,
        ' ' => Some("+".to_owned()),
        _ => Some(bytes.iter().map(|byte| format!("%{byte:02X}")).collect()),
    })
}

/// Replaces characters of the printed arguments.
fn escape(
    evaluator: &mut Evaluator<'_>,
    args: Args<'_>,
    replace: impl Fn(char, &[u8]) -> Option<String>,
) -> Out {
    let text = printed(evaluator, args)?;
    let view: View<'_> = text.as_view();
    let mut out = evaluator.builder();
    let mut done = 0;
    for (at, c, len) in runes(view.bytes()) {
        let bytes = view.bytes().get(at..at + len).unwrap_or_default();
        if let Some(escaped) = replace(c, bytes) {
            out.push_part(view, done..at);
            out.push_instead(escaped.as_bytes(), view, at);
            done = at + len;
        }
    }
    out.push_part(view, done..view.text.len());
    Ok(out.finish()?.into())
}

fn printed(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Text, Failure> {
    let mut out = evaluator.builder();
    let shown = |value: &Value| match value.is_nil() {
        true => Value::from("<no value>"),
        false => value.clone(),
    };
    // `<no value>` stands for nil, which is no string where spaces are decided.
    if args.0.iter().any(Value::is_nil) {
        let values: Vec<Value> = args.0.iter().map(shown).collect();
        crate::format::sprint(evaluator.budget(), &values, &mut out)?;
    } else {
        crate::format::sprint(evaluator.budget(), args.0, &mut out)?;
    }
    out.finish()
}
