//! The built-in policies as the program keeps them: compiled. To read and compile their texts
//! takes longer than to check a small repository.
//!
//! The table is a sequence of parts, each after its length (`u32`, little endian): the policies
//! as JSON, then a program of regorus' machine for each group of them.

use regorus::Engine;

use super::group::groups;
use super::identify::documented;
use super::inspect::modules;
use super::metadata::Metadata;
use super::policies::Policy;
use super::run::{analyse, assemble, engine, guarded};
use super::{OWN_PACKAGE, built_in};

const TABLE: &[u8] = include_bytes!("../../../policies/compiled.bin");

/// The built-in policies in the order of their ids, and the programs of their groups.
pub(crate) fn read() -> Option<(Vec<Policy>, Vec<&'static [u8]>)> {
    let (policies, mut rest) = part(TABLE)?;
    let policies = serde_json::from_slice(policies).ok()?;
    let mut programs = Vec::new();
    while let Some((program, after)) = part(rest) {
        programs.push(program);
        rest = after;
    }
    Some((policies, programs))
}

fn part(table: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = table.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// Makes the table that is kept in the program, `policies/compiled.bin`, from the texts of the
/// built-in policies.
///
/// # Errors
/// What is wrong with one of the policies.
pub fn compile() -> Result<Vec<u8>, String> {
    let mut engine = texts()?;
    let policies = documented_in(&mut engine)?;
    let mut parts = vec![serde_json::to_vec(&policies).map_err(|error| error.to_string())?];
    let all: Vec<usize> = (0..policies.len()).collect();
    let mut entries: Vec<Vec<String>> = Vec::new();
    for (at, group) in groups(&policies, &all).iter().enumerate() {
        let package = format!("{OWN_PACKAGE}.run.g{at}");
        let text = group.module(&package, &policies);
        guarded(|| engine.add_policy(package.clone(), text))?;
        let numbers = 0..group.entries.len();
        entries.push(numbers.map(|at| format!("data.{package}.e{at}")).collect());
    }
    let analysed = analyse(&mut engine)?;
    for names in &entries {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        parts.push(assemble(&analysed, &names)?);
    }
    let mut table = Vec::new();
    for part in parts {
        let length = u32::try_from(part.len()).map_err(|error| error.to_string())?;
        table.extend(length.to_le_bytes());
        table.extend(part);
    }
    Ok(table)
}

/// An engine that evaluates the texts of the built-in policies.
pub(crate) fn interpreted() -> Result<Engine, String> {
    let mut engine = texts()?;
    analyse(&mut engine)?;
    Ok(engine)
}

fn texts() -> Result<Engine, String> {
    let mut engine = engine();
    for (path, text) in built_in::all() {
        guarded(|| engine.add_policy(path.to_owned(), text.to_owned()))?;
    }
    Ok(engine)
}

fn documented_in(engine: &mut Engine) -> Result<Vec<Policy>, String> {
    let mut policies = Vec::new();
    for ((path, text), module) in built_in::all().zip(&modules(engine)) {
        let metadata = Metadata::parse(text).map_err(|fault| {
            let line = fault.line;
            format!("{path}:{line}: {}", fault.message)
        })?;
        if let Some(metadata) = metadata {
            let policy = documented(path.into(), module, &metadata);
            policies.push(policy.map_err(|fault| format!("{path}: {}", fault.message))?);
        }
    }
    policies.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    Ok(policies)
}
