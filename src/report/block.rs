//! Findings that are told together: several rules can be broken at one place, as hardening is.

use rustc_hash::FxHashMap;

use super::{Context, escape, words};
use crate::judge::finding::Finding;
use crate::rule::{SCHEMA, Severity};

/// The rules whose message says all there is to say: a name means the same everywhere.
const TOLD_BY_MESSAGE: [&str; 4] = [
    "deprecated-api-version",
    "deprecated-field",
    "removed-api-version",
    "unknown-finalizer",
];

/// Findings, at least one, that point at the same bytes and affect the same.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    /// The first of them, which has the place and the affected targets of all.
    pub(super) first: &'a Finding,
    /// All of them.
    pub(super) findings: &'a [&'a Finding],
}

impl<'a> Block<'a> {
    /// Parts findings, which are in the order of their places, into blocks.
    pub(super) fn all(findings: &'a [&'a Finding]) -> impl Iterator<Item = Self> {
        let blocks = findings.chunk_by(|a, b| stand_together(a, b));
        blocks.filter_map(|findings| {
            let first = findings.first()?;
            Some(Self { first, findings })
        })
    }

    /// The other places that matter, each with what is written there.
    pub(super) fn notes(self, context: &Context<'_>) -> Vec<String> {
        let related = self.findings.iter().flat_map(|finding| &finding.related);
        distinct(related.map(|related| words::related(related, context)))
    }

    /// How to fix them.
    pub(super) fn help(self) -> Vec<String> {
        let help = self.findings.iter().filter_map(|f| f.help.as_deref());
        distinct(help.map(escape::prose))
    }
}

/// A block, and the ones after it that say the same of other places in the same objects, or word
/// for word of other files: each of five volumes, or of fifty kustomizations, need not be explained
/// anew.
pub(super) struct Stack<'a> {
    /// The first block.
    pub(super) first: Block<'a>,
    /// What the others say, with its place.
    pub(super) others: Vec<&'a Finding>,
}

impl<'a> Stack<'a> {
    /// Puts blocks, which are in the order of their places, on stacks.
    pub(super) fn all(blocks: impl Iterator<Item = Block<'a>>) -> Vec<Self> {
        let mut stacks: Vec<Self> = Vec::new();
        // Where the stack of each wording is.
        let mut worded: FxHashMap<(Severity, &str, &str), usize> = FxHashMap::default();
        for block in blocks {
            let wording = wording(block);
            let same = wording.and_then(|wording| worded.get(&wording).copied());
            match (stacks.last_mut(), block.findings) {
                (Some(stack), [other]) if stack.takes(other) => {
                    stack.others.push(other);
                    continue;
                }
                (_, [other]) => {
                    if let Some(stack) = same.and_then(|at| stacks.get_mut(at)) {
                        stack.others.push(other);
                        continue;
                    }
                }
                _ => {}
            }
            worded.extend(wording.map(|wording| (wording, stacks.len())));
            stacks.push(Self {
                first: block,
                others: Vec::new(),
            });
        }
        stacks
    }

    /// How many findings it holds; those that are told word for word alike are as one.
    pub(super) fn weight(&self) -> usize {
        match wording(self.first) {
            Some(_) => 1,
            None => self.first.findings.len() + self.others.len(),
        }
    }

    fn takes(&self, other: &Finding) -> bool {
        let [first] = self.first.findings else {
            return false;
        };
        // What is no valid field is told by its line rather than by its message.
        let is_told_by_message = other.rule.hardens() && other.rule.group != SCHEMA;
        let path = |finding: &Finding| finding.place.as_ref().map(|place| place.path().to_owned());
        is_told_by_message
            && first.rule == other.rule
            && first.help == other.help
            && other.place.is_some()
            && other.related.is_empty()
            && path(first) == path(other)
            && !first.affected.is_empty()
            && first.affected == other.affected
    }
}

/// The severity, the rule and the message of a block of one finding that is explained by them
/// alone, wherever it is told.
fn wording(block: Block<'_>) -> Option<(Severity, &str, &str)> {
    let [finding] = block.findings else {
        return None;
    };
    let is_told_by_message = TOLD_BY_MESSAGE.contains(&&*finding.rule.id);
    let is_alone = is_told_by_message && finding.place.is_some() && finding.related.is_empty();
    is_alone.then_some((finding.severity, &finding.rule.id, &finding.message))
}

fn stand_together(a: &Finding, b: &Finding) -> bool {
    let (Some(one), Some(other)) = (&a.place, &b.place) else {
        return false;
    };
    one.span == other.span && one.path() == other.path() && a.affected == b.affected
}

fn distinct(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        if !kept.contains(&line) {
            kept.push(line);
        }
    }
    kept
}
