//! What other linters check, and which of the built-in policies checks it.

use std::collections::BTreeMap;

use super::built_in;
use super::metadata::Metadata;

/// The topics that the built-in policies cover, as their metadata says, each with the rules.
///
/// # Errors
/// The policy whose metadata cannot be read.
pub fn coverage() -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut topics: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in built_in::all() {
        let metadata = Metadata::parse(text);
        let metadata = metadata.map_err(|fault| format!("{path}: {}", fault.message))?;
        let file = path.rsplit('/').next().unwrap_or(path);
        let rule = file.strip_suffix(".rego").unwrap_or(file);
        for topic in metadata.into_iter().flat_map(|metadata| metadata.covers) {
            topics.entry(topic).or_default().push(rule.to_owned());
        }
    }
    Ok(topics)
}
