//! Policies written for conftest that would find nothing here.

use camino::Utf8PathBuf;

use super::PolicyFault;
use super::inspect::Module;
use super::scan::{Token, tokens};

/// The package that conftest evaluates.
const PACKAGE: &str = "main";

/// What to change in files that nothing is evaluated of, or that expect what conftest gives with
/// `--combine`. `files` are users' files without metadata; `has_rules` tells whether conftest
/// would evaluate a rule of one.
pub(super) fn advice<'a>(
    files: impl Iterator<Item = (&'a Utf8PathBuf, &'a str, &'a Module, bool)> + Clone,
) -> Vec<PolicyFault> {
    let fault = |path: &Utf8PathBuf, line: Option<usize>, message: &str| PolicyFault {
        path: path.clone(),
        line,
        rule: None,
        message: message.to_owned(),
    };
    let is_main = |module: &Module| module.package == [PACKAGE];
    let mut faults = Vec::new();
    // A file of the package may help another.
    if !files
        .clone()
        .any(|(.., module, has_rules)| is_main(module) && has_rules)
    {
        let silent = files.clone();
        let silent = silent.filter(|(.., module, _)| is_main(module) && !module.rules.is_empty());
        faults.extend(silent.map(|(path, ..)| {
            let message = "no rule of the package `main` is called `deny`, `violation` or `warn`, so nothing is checked: rename the rule that reports";
            fault(path, None, message)
        }));
    }
    for (path, text, ..) in files.filter(|(.., has_rules)| *has_rules) {
        if let Some(line) = combined(&tokens(text)) {
            let message = "`input` is one object here, not the list of conftest's `--combine`: drop `[…].contents`, or add a `# METADATA` block with `scope: target` and read `input.objects`";
            faults.push(fault(path, Some(line), message));
        }
    }
    faults
}

/// The line of the first `input[…].contents`.
fn combined(words: &[Token<'_>]) -> Option<usize> {
    let mut starts = words.windows(2).enumerate();
    let found = starts.find(|(at, pair)| {
        let [input, bracket] = pair else { return false };
        if !input.is_name("input") || !bracket.is("[") {
            return false;
        }
        let behind = words.get(at + 2..).unwrap_or_default();
        let end = behind.iter().take(8).position(|word| word.is("]"));
        let rest = end.and_then(|end| behind.get(end + 1..end + 3));
        matches!(rest, Some([dot, name]) if dot.is(".") && name.is_name("contents"))
    });
    found.and_then(|(at, _)| words.get(at).map(|word| word.line))
}
