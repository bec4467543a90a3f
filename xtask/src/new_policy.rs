//! A new policy, to be filled in.

use std::fs;

use crate::{Failure, root};

/// Writes `policies/<group>/<id>.rego`.
pub(crate) fn write(name: &str) -> Result<(), Failure> {
    let (group, id) = name
        .split_once('/')
        .ok_or("a policy is named <group>/<id>, such as security/privileged-container")?;
    let is_word = |word: &str| {
        let is_plain = word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        is_plain && word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.ends_with('-')
    };
    if !is_word(id) {
        return Err(format!("`{id}` is not an id: lower-case letters, digits and hyphens").into());
    }
    let folder = root().join("policies").join(group);
    if group == "lib" || !folder.is_dir() {
        let groups = fs::read_dir(root().join("policies"))?;
        let groups = groups.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut groups: Vec<String> = groups.filter(|name| !name.contains('.')).collect();
        groups.retain(|name| name != "lib");
        groups.sort();
        return Err(format!("there is no group `{group}`: {}", groups.join(", ")).into());
    }
    let path = folder.join(format!("{id}.rego"));
    if path.exists() {
        return Err(format!("there is a policy {name}").into());
    }
    fs::write(&path, text(group, id))?;
    println!(
        "policies/{name}.rego: fill it in, then\n  cargo xtask policies\n  just docs\n  cargo test --release policies"
    );
    Ok(())
}

fn text(group: &str, id: &str) -> String {
    let package = id.replace('-', "_");
    format!(
        "\
# METADATA
# title: What is bad, in a few words
# description: >
#   Why that matters, in full sentences.
# remediation: >
#   How to fix it, in full sentences.
# severity: {{production: warning, stage: info, dev: off}}
# kinds: Pod
# bad: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     hostname: bad
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
# good: |
#   apiVersion: v1
#   kind: Pod
#   metadata:
#     name: api
#   spec:
#     containers:
#       - name: api
#         image: ghcr.io/acme/api:1.4.2
package gitopslint.{group}.{package}

deny contains {{\"message\": \"what is wrong, in one sentence\", \"path\": [\"spec\", \"hostname\"]}} if {{
	input.object.spec.hostname == \"bad\"
}}
"
    )
}
