//! `schemas/custom/origins.txt`: where custom kinds come from. What its lines mean is said at its
//! top.

use super::archive::Registry;
use crate::Failure;

/// A line that stands at the left margin, with those indented below it.
pub(crate) enum Origin<'a> {
    Package {
        registry: Registry,
        name: &'a str,
        version: &'a str,
        sha256: &'a str,
        /// Whether newer versions exist that are not to be had.
        is_old: bool,
        /// Paths in a module, groups in any other package, each with further words.
        parts: Vec<Vec<&'a str>>,
    },
    Hand {
        file: &'a str,
    },
    File {
        group: &'a str,
    },
    Alias {
        alias: &'a str,
        api_version: &'a str,
    },
}

pub(crate) fn read(text: &str) -> Result<Vec<Origin<'_>>, Failure> {
    let mut origins = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with(' ') {
            let Some(Origin::Package { parts, .. }) = origins.last_mut() else {
                return Err(format!("origins.txt: `{line}` belongs to no package").into());
            };
            parts.push(words);
            continue;
        }
        let package = |registry, name, version, sha256, is_old| Origin::Package {
            registry,
            name,
            version,
            sha256,
            is_old,
            parts: Vec::new(),
        };
        origins.push(match words.as_slice() {
            ["go", name, version, sha256, _licence] => {
                package(Registry::Go, name, version, sha256, false)
            }
            ["go", name, version, sha256, _licence, "old"] => {
                package(Registry::Go, name, version, sha256, true)
            }
            ["crate", name, version, sha256, _licence] => {
                package(Registry::Crates, name, version, sha256, true)
            }
            ["npm", name, version, sha256, _licence] => {
                package(Registry::Npm, name, version, sha256, true)
            }
            ["hand", file] => Origin::Hand { file },
            ["file", group] => Origin::File { group },
            ["alias", alias, api_version] => Origin::Alias { alias, api_version },
            _ => return Err(format!("origins.txt: `{line}` says nothing").into()),
        });
    }
    Ok(origins)
}
