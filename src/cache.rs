//! What a whole run came to, kept for a later one that would be told the same: as several runs on
//! one machine after the other share a check.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::pipeline::{Concluded, Part};
use crate::request::{Request, Share};
use crate::setup::Setup;
use crate::shard::{self, ShardReport};
use crate::snapshot::{Disk, Noted, Notes, digest};

/// A larger entry is neither written nor read, in bytes.
pub const ENTRY_LIMIT: u64 = 64 << 20;

/// What a run with more findings came to is not kept.
pub const FINDING_LIMIT: usize = 20_000;

/// What a run came to, and what it was told of the files. No sensitive value is in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    notes: Notes,
    environments: BTreeSet<Arc<str>>,
    report: ShardReport,
}

/// The name of the entry for a check: that of the same question in the same folder. `program`
/// tells this build of the program from others.
pub fn name(program: &str, disk: &Disk, setup: &Setup, request: &Request) -> String {
    let question = ShardReport::question(setup, request);
    let all = digest(format!("{program}\n{}\n{question}", disk.root()).as_bytes());
    all.trim_start_matches("sha256:").to_owned()
}

impl Entry {
    /// What a run came to. None if there is too much of it, or if another run need not come to the
    /// same although it is told the same.
    pub fn of(
        setup: &Setup,
        request: &Request,
        noted: Noted<'_>,
        environments: BTreeSet<Arc<str>>,
        part: &Part,
    ) -> Option<Self> {
        // A policy may have failed because the machine was busy.
        let is_certain = part.tally.failed_policies.is_empty();
        if !is_certain || part.judged.len() > FINDING_LIMIT {
            return None;
        }
        Some(Self {
            notes: noted.finish()?,
            environments,
            report: ShardReport::of(setup, request, Share::default(), part.clone()),
        })
    }

    /// Reads an entry. None if it is damaged.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let (sum, rest) = text.split_at(end);
        let rest = &rest[1..];
        (sum == digest(rest).as_bytes()).then(|| serde_json::from_slice(rest).ok())?
    }

    /// The text of an entry. None if it is too large to be kept.
    pub fn text(&self) -> Option<Vec<u8>> {
        let rest = serde_json::to_vec(self).ok()?;
        let mut text = digest(&rest).into_bytes();
        text.push(b'\n');
        text.extend(rest);
        (text.len() as u64 <= ENTRY_LIMIT).then_some(text)
    }

    /// What a run would come to now, and the environments that there are. None if it may be told
    /// something else.
    pub fn conclude(self, setup: &Setup, disk: &Disk) -> Option<(Concluded, BTreeSet<Arc<str>>)> {
        if !self.notes.hold_on(disk) {
            return None;
        }
        let reports = vec![("the entry".to_owned(), self.report)];
        let merged = shard::merge(setup, disk, reports).ok()?;
        Some((merged.concluded, self.environments))
    }
}
