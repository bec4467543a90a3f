//! The built-in policies, compiled.

use std::fs;

use crate::{Failure, root};

const TABLE: &str = "policies/compiled.bin";

/// Writes the table anew.
pub(crate) fn write() -> Result<(), Failure> {
    let table = gitopslint::checks::policy::compile()?;
    println!("{TABLE}: {} bytes", table.len());
    fs::write(root().join(TABLE), table)?;
    Ok(())
}
