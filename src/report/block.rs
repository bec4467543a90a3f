//! Findings that are told together: several rules can be broken at one place, as hardening is.

use super::{Context, escape, words};
use crate::judge::finding::Finding;

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
