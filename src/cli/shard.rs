//! Reports of shards kept in files.

use std::fs::File;
use std::io::Read;

use camino::Utf8Path;

use super::Failure;
use super::outputs::Outputs;
use super::terminal::Terminal;
use crate::shard::{SHARD_FILE_LIMIT, ShardReport};

/// Writes a report to the file that was named, else to the standard output.
pub(super) fn write(
    report: &ShardReport,
    outputs: &Outputs,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    outputs
        .write_text(&report.text(), terminal)
        .map_err(|failure| failure.hint("`gitopslint merge-reports` writes the formats"))
}

pub(super) fn read(path: &Utf8Path) -> Result<ShardReport, Failure> {
    let wrong = |why: String| Failure::new(format!("{path}: {why}"));
    let file = File::open(path).map_err(|fault| wrong(fault.to_string()))?;
    let mut bytes = Vec::new();
    let length = file.take(SHARD_FILE_LIMIT + 1).read_to_end(&mut bytes);
    let length = length.map_err(|fault| wrong(fault.to_string()))?;
    if length as u64 > SHARD_FILE_LIMIT {
        return Err(wrong(
            "it is too large for the report of a shard".to_owned(),
        ));
    }
    ShardReport::parse(&bytes).map_err(wrong)
}
